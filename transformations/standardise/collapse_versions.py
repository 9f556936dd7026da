"""Many versions to one row per key: what the store merges."""

from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.reasons import QUARANTINED
from holdfast.transformations.standardise.version_states import (
    MARK,
    own_versions,
    states_over_time,
)
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.silver import WITHDRAWN
from holdfast.transformations.tables.table import WITHDRAWAL, Table, Upsert

SET_ASIDE: Final = "_set_aside"
WEIGHT: Final = "_weight"
SCOPE: Final = "_scope"
OWNER: Final = "_owner"
IS_WRITTEN: Final = "_is_written"
TOTAL: Final = "_total"
ASIDES: Final = "_asides"
STATES: Final = "_states"
_LOWEST: Final = ("version_at_first", "row_hash_first")
_NEWEST: Final = ("version_at", "row_hash")
_WITHDRAWAL: Final = tuple(column.name for column in WITHDRAWAL)
_COUNTED: Final = (WEIGHT, TOTAL, IS_WRITTEN, ASIDES)
_MARKS, _STRAY, _ALL = "_marks", "_stray", "_all"


def collapse(versions: DataFrame, table: Table, before: DataFrame | None) -> DataFrame:
    """One row per key, as the table's write policy says; `before` is the table as it stands, None
    before it exists.

    Beside the contract's unstamped columns: `_weight` (source rows of the newest good version),
    `_total` (of all good ones), `_asides` (each version that was set aside, with its source rows),
    `_states` (of an Upsert: what the versions say over time, where there are several or an end)
    and `_is_written` (a good version is there, and anything is new to `before`). Rows that
    were set aside and are no version of anything stand in rows without a source, one for each way.
    """
    if isinstance(table.write, Upsert):
        return collapse_upserts(versions, table, before)
    return collapse_history(versions, table)


def collapse_upserts(
    versions: DataFrame, table: Table, before: DataFrame | None = None
) -> DataFrame:
    """One row per key of an Upsert table: mutable columns, end and owner of the newest good one,
    all others of the lowest; withdrawn where the newest of all versions was set aside.
    """
    policy = table.write
    assert isinstance(policy, Upsert)
    end = () if policy.end is None else (policy.end,)
    highest = (*_NEWEST, *policy.mutable, *end, *table.owner, OWNER, WEIGHT)
    alone = (*table.keys, "ingested_at", *_WITHDRAWAL)
    rest = (name for name in table.unstamped_names if name not in (*_LOWEST, *highest, *alone))
    lowest = (*_LOWEST, *rest)
    folded = versions.groupBy(*table.keys, _stray(table)).agg(
        F.min(_whole(lowest)).alias("_low"),
        F.max(_whole(highest)).alias("_high"),
        F.min("ingested_at").alias("ingested_at"),
        *_count_rows(),
        F.sort_array(F.collect_list(_mark(table))).alias(_MARKS),  # any order: sorted at once
    )
    flat = folded.select(
        *table.keys,
        "ingested_at",
        TOTAL,
        *(F.col(f"_low.{name}") for name in lowest),
        *(F.col(f"_high.{name}") for name in highest),
        F.coalesce(_stray_rows(), _asides(F.col(_MARKS))).alias(ASIDES),
        _states(table).alias(STATES),
    )
    return _mark_written(_mark_withdrawn(flat), table, before).select(
        *table.unstamped_names, *_COUNTED, STATES, OWNER
    )


def collapse_history(states: DataFrame, table: Table) -> DataFrame:
    """Intervals of an Scd2 table from all states of its keys, each until the next begins, be that
    one good or set aside. Of equal starts the good state counts, of good ones the higher hash.
    """
    kept = tuple(
        name for name in table.unstamped_names if name not in (*table.keys, "valid_to", "row_hash")
    )
    entity = [name for name in table.keys if name != "valid_from"]
    aside = F.when(
        _is_aside() & ~_is_stray(table), F.struct(F.col(SET_ASIDE).alias("aside"), WEIGHT)
    )
    folded = states.groupBy(*table.keys, _stray(table)).agg(
        F.max(_whole(("row_hash", *kept, WEIGHT))).alias("_high"),
        *_count_rows(),
        F.sort_array(F.collect_list(aside)).alias(_MARKS),  # any order: sorted at once
    )
    following = Window.partitionBy(*entity).orderBy("valid_from").rowsBetween(1, 1)
    return folded.select(
        *table.keys,
        "_high.*",
        TOTAL,
        F.first("valid_from").over(following).alias("valid_to"),
        F.coalesce(_stray_rows(), F.col(_MARKS)).alias(ASIDES),
        F.col("_high").isNotNull().alias(IS_WRITTEN),
    ).select(*table.unstamped_names, *_COUNTED)


def rows_to_write(collapsed: DataFrame, table: Table) -> DataFrame:
    """What the store stamps and writes."""
    return collapsed.filter(IS_WRITTEN).select(*table.unstamped_names)


def rows_to_quarantine(collapsed: DataFrame, table: Table, at: Column) -> DataFrame:
    """Refused rows as rows of ops.quarantine."""
    asides = collapsed.select(F.explode(ASIDES).alias("_one")).select("_one.aside.*")
    bad = asides.filter(F.col("outcome") == QUARANTINED).withColumns(
        {
            "stage": F.lit("standardise"),
            "target": F.lit(table.name),
            "line": F.lit(None).cast("bigint"),
            "raw_token": F.lit(None).cast("string"),
            "at": at,
        }
    )
    return bad.select(*QUARANTINE.unstamped_names)


def count_refused(collapsed: DataFrame, table: Table) -> DataFrame:
    """source, input, target, reason (the first), currency, rows and amount of what was refused."""
    asides = collapsed.select(F.explode(ASIDES).alias("_one")).select("_one.aside.*")
    first = F.substring_index("reasons", ",", 1).alias("reason")
    return (
        asides.filter(F.col("outcome") == QUARANTINED)
        .groupBy("source", "input", F.lit(table.name).alias("target"), first, "currency")
        .agg(F.count(F.lit(1)).alias("rows"), F.sum("amount").alias("amount"))
    )


def states_to_write(collapsed: DataFrame, table: Table) -> DataFrame:
    """The states of an Upsert table's facts as rows of silver.fact_states."""
    state = F.explode(STATES).alias("_state")
    key = F.col(table.keys[0]).alias("fact_id")
    named = F.lit(table.short_name).alias("fact_table")
    owner = F.col(OWNER).alias("party_id")
    return collapsed.select(named, key, owner, "source", state).select(
        "fact_table", "fact_id", "party_id", "source", "_state.*"
    )


def _is_aside() -> Column:
    return F.col(SET_ASIDE).isNotNull()


def _is_stray(table: Table) -> Column:
    """A row that was set aside and is no version of anything."""
    return _is_aside() & F.col(table.keys[0]).isNull()


def _stray(table: Table) -> Column:
    """How a stray row was set aside, null of any other: such rows stand together by it."""
    return F.when(_is_stray(table), F.col(SET_ASIDE)).alias(_STRAY)


def _count_rows() -> tuple[Column, Column]:
    """Source rows of good versions, and of all rows."""
    good = F.when(~_is_aside(), F.col(WEIGHT))
    return F.coalesce(F.sum(good), F.lit(0)).alias(TOTAL), F.sum(WEIGHT).alias(_ALL)


def _whole(names: tuple[str, ...]) -> Column:
    """Columns as one value, ordered by the first of them; null on a row that was set aside."""
    return F.when(~_is_aside(), F.struct(*names))


def _mark(table: Table) -> Column:
    """What states follow from, of each row that is a version."""
    end, dated = (
        F.lit(None).cast(kind) if name is None else F.col(name).cast(kind)
        for name, kind in ((table.end, "timestamp"), (table.dated, "string"))
    )
    parts = (
        F.col("version_at"),
        ~_is_aside(),
        F.col("row_hash"),
        F.col(SCOPE),
        end,
        dated,
        F.col(WEIGHT),
        F.col(SET_ASIDE),
    )
    mark = F.struct(*(part.alias(name) for name, part in zip(MARK, parts, strict=True)))
    return F.when(~_is_stray(table) & F.col(SCOPE).isNotNull(), mark)


def _stray_rows() -> Column:
    one = F.struct(F.col(_STRAY).alias("aside"), F.col(_ALL).alias(WEIGHT))
    return F.when(F.col(_STRAY).isNotNull(), F.array(one))


def _asides(marks: Column) -> Column:
    return F.transform(
        F.filter(marks, lambda mark: ~mark["is_good"]),
        lambda mark: F.struct(mark["aside"].alias("aside"), mark["weight"].alias(WEIGHT)),
    )


def _states(table: Table) -> Column:
    """States of a key that has a good version, where there may be more than one: once there may be,
    no later version changes that, so that what the store holds of a key is always written anew.
    """
    marks, low = F.col(_MARKS), F.col("_low")
    own = own_versions(marks) if "party_id" in table.keys else marks
    may_differ = (F.size(marks) > 1) | F.get(marks, F.lit(0))["ends_at"].isNotNull()
    states = states_over_time(own, F.least(low["available_at"], low["version_at_first"]))
    return F.when(low.isNotNull() & may_differ, states)


def _mark_withdrawn(flat: DataFrame) -> DataFrame:
    """Since when and by what the row is withdrawn."""
    last = F.element_at(STATES, -1)
    gone = last["status"] == WITHDRAWN
    return flat.withColumns(
        {
            "withdrawn_at": F.when(gone, last["valid_from"]),
            "withdrawn_by": F.when(gone, last["reason"]),
        }
    )


def _mark_written(collapsed: DataFrame, table: Table, before: DataFrame | None) -> DataFrame:
    good = F.col("source").isNotNull()
    if before is None:
        return collapsed.withColumn(IS_WRITTEN, good)
    known = (*_NEWEST, *_LOWEST, *_WITHDRAWAL)
    there = before.select(*table.keys, *(F.col(name).alias(f"_there_{name}") for name in known))
    joined = collapsed.join(there, on=list(table.keys), how="left")
    is_new = F.col("_there_row_hash").isNull()
    newer = F.struct(*_NEWEST) > F.struct(*(f"_there_{name}" for name in _NEWEST))
    lower = F.struct(*_LOWEST) < F.struct(*(f"_there_{name}" for name in _LOWEST))
    moved = ~F.struct(*_WITHDRAWAL).eqNullSafe(
        F.struct(*(f"_there_{name}" for name in _WITHDRAWAL))
    )
    return joined.withColumn(IS_WRITTEN, good & (is_new | newer | lower | moved))
