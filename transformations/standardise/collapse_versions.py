"""Many versions to one row per key: what the store merges."""

from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.standardise.apply_mapping import APART, WEIGHT
from holdfast.transformations.tables.ends import is_sooner
from holdfast.transformations.tables.table import Table, Upsert

LANDS: Final = "_lands"
TOTAL: Final = "_total"
_LOWEST: Final = ("version_at_first", "row_hash_first")
_NEWEST: Final = ("version_at", "row_hash")


def upsert_rows(versions: DataFrame, table: Table, before: DataFrame | None = None) -> DataFrame:
    """One row per key of an Upsert table, mutable columns from the newest version, first ends the
    earliest of all versions, all others from the lowest; and one row for each way in which rows
    were set apart.

    Beside the contract's columns: `_apart`, `_weight` (source rows of the newest version), `_total`
    (source rows of all), `_lands` (the key is new to `before`, or has a newer or a lower version or
    an earlier end than there).
    """
    policy = table.write
    assert isinstance(policy, Upsert)
    highest = (*_NEWEST, *policy.mutable, *table.ends, WEIGHT)
    alone = (*table.keys, "ingested_at", "run_number", *table.first_ends)
    lowest = (*_LOWEST, *(name for name in table.names if name not in (*_LOWEST, *highest, *alone)))
    folded = versions.groupBy(*table.keys, APART).agg(
        F.min(_whole(lowest)).alias("_low"),
        F.max(_whole(highest)).alias("_high"),
        F.min("ingested_at").alias("ingested_at"),
        F.max("run_number").alias("run_number"),
        F.sum(WEIGHT).alias(TOTAL),
        *(F.min(name).alias(name) for name in table.first_ends),
    )
    flat = folded.select(
        *alone,
        APART,
        TOTAL,
        *(F.col(f"_low.{name}") for name in lowest),
        *(F.col(f"_high.{name}") for name in highest),
    )
    return _landing(flat, table, before).select(*table.names, APART, WEIGHT, TOTAL, LANDS)


def history_rows(states: DataFrame, table: Table) -> DataFrame:
    """Intervals of an Scd2 table from all states of its keys, each until the next begins, and one
    row for each way in which rows were set apart; with the columns that `upsert_rows` adds. Of
    equal starts the state with the higher hash counts.
    """
    kept = tuple(name for name in table.names if name not in (*table.keys, "valid_to", "row_hash"))
    entity = [name for name in table.keys if name != "valid_from"]
    folded = states.groupBy(*table.keys, APART).agg(
        F.max(_whole(("row_hash", *kept, WEIGHT))).alias("_high"), F.sum(WEIGHT).alias(TOTAL)
    )
    following = Window.partitionBy(APART, *entity).orderBy("valid_from").rowsBetween(1, 1)
    flat = folded.select(*table.keys, APART, TOTAL, "_high.*").withColumn(
        "valid_to", F.first("valid_from").over(following)
    )
    return flat.select(*table.names, APART, WEIGHT, TOTAL, F.col(APART).isNull().alias(LANDS))


def landing(folded: DataFrame, table: Table) -> DataFrame:
    """What the store writes."""
    return folded.filter(LANDS).select(*table.names)


def _whole(names: tuple[str, ...]) -> Column:
    """Columns as one value, ordered by the first of them; null on a row that was set apart."""
    return F.when(F.col(APART).isNull(), F.struct(*names))


def _landing(folded: DataFrame, table: Table, before: DataFrame | None) -> DataFrame:
    good = F.col(APART).isNull()
    if before is None:
        return folded.withColumn(LANDS, good)
    known = (*_NEWEST, *_LOWEST, *table.first_ends)
    there = before.select(*table.keys, *(F.col(name).alias(f"_there_{name}") for name in known))
    joined = folded.join(there, on=list(table.keys), how="left")
    is_new = F.col("_there_row_hash").isNull()
    newer = F.struct(*_NEWEST) > F.struct(*(f"_there_{name}" for name in _NEWEST))
    lower = F.struct(*_LOWEST) < F.struct(*(f"_there_{name}" for name in _LOWEST))
    ended = (is_sooner(F.col(name), F.col(f"_there_{name}")) for name in table.first_ends)
    return joined.withColumn(
        LANDS, good & reduce(lambda a, b: a | b, ended, is_new | newer | lower)
    )
