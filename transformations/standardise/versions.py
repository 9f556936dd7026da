"""Versions of nested records: a line that a newer version of its order no longer has stays, with
the time it went.
"""

from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.sources.contract import Target

REMOVED_AT: Final = "_removed_at"
_AT: Final = "_version_at"
_NEXT: Final = "_next_version"


def version_at(target: Target) -> Column:
    """When a row's version was made at the source: as mapped, else when it happened or at the end
    that it tells of, whichever is later; a group's, when it was loaded.
    """
    if target.keeps_removed:
        return F.col(_AT)
    if target.group_by and "version_at" not in target.columns:
        return F.col("ingested_at")
    return _made_at(target)


def _made_at(target: Target) -> Column:
    names = ("event_at", target.table.end)
    known = [_mapped(target, name) for name in names if name and name in target.columns]
    implied = F.greatest(*known) if len(known) > 1 else known[0]
    mapped = "version_at" in target.columns
    return F.coalesce(_mapped(target, "version_at"), implied) if mapped else implied


def with_next(bronze: DataFrame, target: Target) -> DataFrame:
    """Rows with the time of their version and, as a struct, time and hash of the next version of
    the same record.
    """
    dated = bronze.withColumn(_AT, _made_at(target))
    record = (
        Window.partitionBy(F.expr(target.columns["order_id"]))
        .orderBy(_AT, "row_hash")
        .rowsBetween(1, 1)
    )
    return dated.withColumn(
        _NEXT,
        F.first(F.struct(F.col(_AT).alias("at"), F.col("row_hash").alias("hash"))).over(record),
    )


def with_removals(items: DataFrame, target: Target, weight: str) -> DataFrame:
    """Items, and after the last version that has one, the item once more as a version that says
    when it went.

    `items` has the version's hash before the first `:` of row_hash. The added rows count for no
    source row.
    """
    line = (
        Window.partitionBy(F.expr(target.columns["line_id"]))
        .orderBy(_AT, "row_hash")
        .rowsBetween(1, 1)
    )
    following = F.substring_index(F.first("row_hash").over(line), ":", 1)
    own_hash, next_hash = F.substring_index("row_hash", ":", 1), F.col(f"{_NEXT}.hash")
    is_last = ~following.eqNullSafe(next_hash) & ~following.eqNullSafe(own_hash)
    gone = F.col("item").isNotNull() & next_hash.isNotNull() & is_last
    own = F.struct(
        F.col(_AT).alias("at"),
        F.col("row_hash").alias("hash"),
        F.lit(None).cast("timestamp").alias("removed"),
        F.col(weight).alias("weight"),
    )
    removal = F.struct(
        F.col(f"{_NEXT}.at").alias("at"),
        F.concat(next_hash, F.lit(":removed")).alias("hash"),
        F.col(f"{_NEXT}.at").alias("removed"),
        F.lit(0).cast("bigint").alias("weight"),
    )
    marked = items.withColumn("_gone", gone)
    spread = marked.withColumn(
        "_state", F.explode(F.when(F.col("_gone"), F.array(own, removal)).otherwise(F.array(own)))
    )
    return spread.withColumns(
        {
            _AT: F.col("_state.at"),
            "row_hash": F.col("_state.hash"),
            REMOVED_AT: F.col("_state.removed"),
            weight: F.col("_state.weight"),
        }
    )


def _mapped(target: Target, name: str) -> Column:
    aggregated = target.group_by and target.columns[name] not in target.group_by
    return (F.col(f"_agg_{name}") if aggregated else F.expr(target.columns[name])).try_cast(
        "timestamp"
    )
