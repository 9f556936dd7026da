"""What another export of the same source says of what a row names, beside the row."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.sources.contract import Lookup

_KEY, _FOUND = "_looked_up_by", "_looked_up"


def with_lookups(
    bronze: DataFrame, lookups: Sequence[Lookup], others: Sequence[DataFrame | None]
) -> DataFrame:
    """`bronze` with the columns of each lookup, one after the other, as the row that was loaded
    last has them; null where none has the key.

    `others` are the bronze rows that each looks into, None where nothing is there.
    """
    for lookup, other in zip(lookups, others, strict=True):
        bronze = _with_lookup(bronze, lookup, other)
    return bronze


def select_named_by(bronze: DataFrame, lookup: Lookup, new: DataFrame) -> DataFrame:
    """Rows of `bronze`, which has the columns of the lookups before this one, that name any of the
    `new` rows it looks into.
    """
    keys = new.select(F.expr(lookup.key).cast("string").alias(_KEY)).distinct()
    same = F.expr(lookup.by).cast("string") == F.col(_KEY)
    return bronze.join(keys, on=same, how="left_semi")


def _with_lookup(bronze: DataFrame, lookup: Lookup, other: DataFrame | None) -> DataFrame:
    if other is None:
        return bronze.withColumns(dict.fromkeys(lookup.columns, F.lit(None)))
    said = F.struct(*(F.expr(sql).alias(name) for name, sql in lookup.columns.items()))
    newest = other.groupBy(F.expr(lookup.key).cast("string").alias(_KEY)).agg(
        F.max_by(said, F.struct("ingested_at", "row_hash")).alias(_FOUND)
    )
    joined = bronze.join(newest, on=F.expr(lookup.by).cast("string") == F.col(_KEY), how="left")
    found = {name: F.col(f"{_FOUND}.{name}") for name in lookup.columns}
    return joined.withColumns(found).drop(_KEY, _FOUND)
