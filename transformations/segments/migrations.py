"""How many customers went from one label to another between two days."""

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import LABEL_KINDS

_NONE: Final = "none"


def segment_migrations(segments: DataFrame, compared: Mapping[date, date]) -> DataFrame:
    """gold.segment_migrations of customer_segments of several days: one row per day of `compared`,
    kind of label, label on the day it is compared with, and label on the day itself.

    A customer who has no row on the earlier day comes from `none`.
    """
    earlier = F.create_map(*[F.lit(day) for day in chain.from_iterable(compared.items())])
    labels = F.create_map(
        *chain.from_iterable(
            (F.lit(kind), F.coalesce(F.col(kind), F.lit(_NONE))) for kind in LABEL_KINDS
        )
    )
    each = segments.select("as_of", "customer_id", F.explode(labels).alias("label_kind", "label"))
    now = (
        each.withColumn("from_on", F.try_element_at(earlier, F.col("as_of")))
        .filter(F.col("from_on").isNotNull())
        .withColumnRenamed("label", "to_label")
    )
    then = each.withColumnsRenamed({"as_of": "from_on", "label": "_label"})
    pairs = now.join(then, on=["customer_id", "label_kind", "from_on"], how="left")
    from_label = F.coalesce("_label", F.lit(_NONE)).alias("from_label")
    keys = ("as_of", "from_on", "label_kind", from_label, "to_label")
    return pairs.groupBy(*keys).agg(F.count(F.lit(1)).alias("customers"))
