"""Customer snapshots: the stream through the kernel, expressions over its measures, gated by
consent.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.kernel import over_batches, schema
from holdfast.transformations.features.registry import FEATURES, MEASURES, SNAPSHOTS
from holdfast.transformations.identity.join import current, with_customer

_EPOCH: Final = date(1970, 1, 1)
_ANCHOR: Final = "order"


def snapshots(
    events: DataFrame,
    identity_map: DataFrame,
    cutoffs: Sequence[date],
    partitions: int,
    absent: Collection[str] = (),
) -> DataFrame:
    """customer_id, as_of and every feature, for customers with an order visible at the cut-off.

    One shuffle by customer; all cut-offs together. Features whose fact tables are all `absent` are
    null: nobody counted.
    """
    days = [(day - _EPOCH).days for day in sorted(set(cutoffs))]

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return over_batches(batches, MEASURES, days, _ANCHOR)

    stream = (
        with_customer(events, identity_map).drop("party_id").repartition(partitions, "customer_id")
    )
    measured = stream.mapInArrow(kernel, schema(MEASURES))
    values = [
        _value("null" if set(feature.tables) <= set(absent) else feature.expression).alias(
            feature.name
        )
        for feature in FEATURES
    ]
    return measured.select("customer_id", "as_of", *values)


def finished(
    frame: DataFrame, identity_map: DataFrame, currency: str, run_number: int
) -> DataFrame:
    """Snapshots in the shape of their contract, with the run of each customer's newest identity
    row.
    """
    runs = (
        current(identity_map).groupBy("customer_id").agg(F.max("run_number").alias("identity_run"))
    )
    return (
        frame.join(runs, ["customer_id"], how="inner")
        .withColumns({"currency": F.lit(currency), "run_number": F.lit(run_number).cast("bigint")})
        .select(*SNAPSHOTS.names)
    )


def _value(expression: str) -> Column:
    return F.nanvl(F.expr(expression).cast("double"), F.lit(None).cast("double"))
