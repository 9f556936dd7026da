"""Customer snapshots: the stream through the kernel, and expressions over its measures."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import currency_code
from holdfast.transformations.features.kernel import (
    MAIN_GROUP,
    Counting,
    compute_batches,
    schema,
)
from holdfast.transformations.features.measures import (
    EVENTS,
    IN_PARTS,
    MEASURES,
)
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.money import minor_per_unit
from holdfast.transformations.tables.table import Table
from holdfast.transformations.whole_customers import number_days

_COUNTING: Final = Counting(MEASURES, EVENTS, "order", IN_PARTS)


def snapshots(
    events: DataFrame,
    identity_map: DataFrame,
    cutoffs: Sequence[date],
    absent: Collection[Table] = (),
) -> DataFrame:
    """customer_id, as_of, the main currency and every feature, for customers with an order visible
    at the cut-off.

    One shuffle by customer; all cut-offs together. Features whose fact tables are all `absent` are
    null: nobody counted.
    """
    days = number_days(cutoffs)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return compute_batches(batches, _COUNTING, days)

    stream = with_customer(events, identity_map).drop("party_id")
    measured = stream.repartition("customer_id").mapInArrow(kernel, schema(MEASURES))
    values = [
        _value("null" if feature.is_absent(absent) else feature.expression).alias(feature.name)
        for feature in FEATURES
    ]
    named = measured.withColumn("currency", currency_code(F.col(MAIN_GROUP)))
    whole = named.withColumn("minor_per_unit", minor_per_unit(F.col("currency")))
    return whole.select("customer_id", "as_of", "currency", *values)


def _value(expression: str) -> Column:
    return F.nanvl(F.expr(expression).cast("double"), F.lit(None).cast("double"))
