"""Many versions to one row per key: what the store merges."""

from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.tables.ends import is_sooner
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.table import Table, Upsert

SET_ASIDE: Final = "_set_aside"
WEIGHT: Final = "_weight"
IS_WRITTEN: Final = "_is_written"
TOTAL: Final = "_total"
_SET_ASIDE_TYPE: Final = (
    "struct<source:string,outcome:string,reasons:string,raw_table:string,input:string,"
    "row_hash:string,party_id:string>"
)
_LOWEST: Final = ("version_at_first", "row_hash_first")
_NEWEST: Final = ("version_at", "row_hash")


def with_no_rejections(frame: DataFrame) -> DataFrame:
    """A frame of good rows in the shape that collapsing takes."""
    return frame.withColumns(
        {SET_ASIDE: F.lit(None).cast(_SET_ASIDE_TYPE), WEIGHT: F.lit(1).cast("bigint")}
    )


def collapse(versions: DataFrame, table: Table, before: DataFrame | None) -> DataFrame:
    """One row per key, as the table's write policy says; `before` is the table as it stands, None
    before it exists.
    """
    if isinstance(table.write, Upsert):
        return collapse_upserts(versions, table, before)
    return collapse_history(versions, table)


def collapse_upserts(
    versions: DataFrame, table: Table, before: DataFrame | None = None
) -> DataFrame:
    """One row per key of an Upsert table, mutable columns from the newest version, first ends the
    earliest of all versions, all others from the lowest; and one row for each way in which rows
    were set aside.

    Beside the contract's unstamped columns: `_set_aside`, `_weight` (source rows of the newest
    version), `_total` (source rows of all), `_is_written` (the key is new to `before`, or has a
    newer or a lower version or an earlier end than there).
    """
    policy = table.write
    assert isinstance(policy, Upsert)
    highest = (*_NEWEST, *policy.mutable, *table.ends, WEIGHT)
    alone = (*table.keys, "ingested_at", *table.first_ends)
    lowest = (
        *_LOWEST,
        *(name for name in table.unstamped_names if name not in (*_LOWEST, *highest, *alone)),
    )
    collapsed = versions.groupBy(*table.keys, SET_ASIDE).agg(
        F.min(_whole(lowest)).alias("_low"),
        F.max(_whole(highest)).alias("_high"),
        F.min("ingested_at").alias("ingested_at"),
        F.sum(WEIGHT).alias(TOTAL),
        *(F.min(name).alias(name) for name in table.first_ends),
    )
    flat = collapsed.select(
        *alone,
        SET_ASIDE,
        TOTAL,
        *(F.col(f"_low.{name}") for name in lowest),
        *(F.col(f"_high.{name}") for name in highest),
    )
    return _mark_written(flat, table, before).select(
        *table.unstamped_names, SET_ASIDE, WEIGHT, TOTAL, IS_WRITTEN
    )


def collapse_history(states: DataFrame, table: Table) -> DataFrame:
    """Intervals of an Scd2 table from all states of its keys, each until the next begins, and one
    row for each way in which rows were set aside; with the columns that `collapse_upserts` adds. Of
    equal starts the state with the higher hash counts.
    """
    kept = tuple(
        name for name in table.unstamped_names if name not in (*table.keys, "valid_to", "row_hash")
    )
    entity = [name for name in table.keys if name != "valid_from"]
    collapsed = states.groupBy(*table.keys, SET_ASIDE).agg(
        F.max(_whole(("row_hash", *kept, WEIGHT))).alias("_high"), F.sum(WEIGHT).alias(TOTAL)
    )
    following = Window.partitionBy(SET_ASIDE, *entity).orderBy("valid_from").rowsBetween(1, 1)
    flat = collapsed.select(*table.keys, SET_ASIDE, TOTAL, "_high.*").withColumn(
        "valid_to", F.first("valid_from").over(following)
    )
    return flat.select(
        *table.unstamped_names,
        SET_ASIDE,
        WEIGHT,
        TOTAL,
        F.col(SET_ASIDE).isNull().alias(IS_WRITTEN),
    )


def rows_to_write(collapsed: DataFrame, table: Table) -> DataFrame:
    """What the store stamps and writes."""
    return collapsed.filter(IS_WRITTEN).select(*table.unstamped_names)


def rows_to_quarantine(collapsed: DataFrame, table: Table, at: Column) -> DataFrame:
    """Refused rows as rows of ops.quarantine."""
    bad = (
        collapsed.filter(F.col(f"{SET_ASIDE}.outcome") == "quarantined")
        .select(f"{SET_ASIDE}.*")
        .withColumns(
            {
                "stage": F.lit("standardise"),
                "target": F.lit(table.name),
                "line": F.lit(None).cast("bigint"),
                "raw_token": F.lit(None).cast("string"),
                "at": at,
            }
        )
    )
    return bad.select(*QUARANTINE.unstamped_names)


def _whole(names: tuple[str, ...]) -> Column:
    """Columns as one value, ordered by the first of them; null on a row that was set aside."""
    return F.when(F.col(SET_ASIDE).isNull(), F.struct(*names))


def _mark_written(collapsed: DataFrame, table: Table, before: DataFrame | None) -> DataFrame:
    good = F.col(SET_ASIDE).isNull()
    if before is None:
        return collapsed.withColumn(IS_WRITTEN, good)
    known = (*_NEWEST, *_LOWEST, *table.first_ends)
    there = before.select(*table.keys, *(F.col(name).alias(f"_there_{name}") for name in known))
    joined = collapsed.join(there, on=list(table.keys), how="left")
    is_new = F.col("_there_row_hash").isNull()
    newer = F.struct(*_NEWEST) > F.struct(*(f"_there_{name}" for name in _NEWEST))
    lower = F.struct(*_LOWEST) < F.struct(*(f"_there_{name}" for name in _LOWEST))
    ended = (is_sooner(F.col(name), F.col(f"_there_{name}")) for name in table.first_ends)
    return joined.withColumn(
        IS_WRITTEN, good & reduce(lambda a, b: a | b, ended, is_new | newer | lower)
    )
