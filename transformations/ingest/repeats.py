"""Rows that say what was said before: in the files of one delivery, and in bronze.

Where rows have a time of their own among their values, or none at all, silver follows from which
different rows there are: a row that bronze holds is not stored again. It is no repeat, though,
where its record has said something else since, which this delivery does not bring: it came back.

Where the time of the file is the version of its rows (`FILE_TIME`), a row says that its record was
still so when the file was written. It repeats what the version before it says, and is stored all
the same: a file of an earlier time may come later and stand between the two.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from holdfast.transformations.ingest.records import FILE
from holdfast.transformations.reasons import has_reasons
from holdfast.transformations.sources.contract import RawTable

IS_STORED: Final = "_is_stored"  # in bronze, by this delivery
IS_REPEAT: Final = "_is_repeat"  # counts as a duplicate
OF_LOAD: Final = ("future_date", "date_too_early", "unknown_currency")
_IS_HELD: Final = "_is_held"
_RECORD, _AT, _IS_NEW = "_record", "_at", "_is_new"

Typed = Sequence[tuple[RawTable, DataFrame]]


def rank_rows(typed: Typed) -> list[tuple[RawTable, DataFrame]]:
    """Rows of each raw table with `_is_stored` and `_is_repeat`, as the delivery alone says: of
    equal rows the first by file is stored, of each time that files have.
    """

    def rank(raw: RawTable, frame: DataFrame) -> DataFrame:
        rows = number_repeats(frame) if raw.keeps_repeats else frame
        place = F.row_number().over(order_within(_identity(raw), FILE))
        return rows.withColumns({IS_STORED: place == 1, IS_REPEAT: place > 1})

    return [(raw, rank(raw, frame)) for raw, frame in typed]


def number_repeats(frame: DataFrame) -> DataFrame:
    """`frame` in which the second of equal rows of one file, the third and so on have a `row_hash`
    of their own, so that each counts, and the same rows in another file are still repeats.
    """
    place = F.row_number().over(order_within(["row_hash", FILE], FILE))
    numbered = F.concat_ws("-", "row_hash", place)
    return frame.withColumn("row_hash", F.when(place > 1, numbered).otherwise(F.col("row_hash")))


def select_said(
    ranked: DataFrame,
    raw: RawTable,
    bronze: DataFrame | None,
    *,
    is_few: bool,
) -> DataFrame | None:
    """The rows of a delivery that say what was said before, by what names a row: `row_hash`, and
    where the file's time is the version that time; `_is_held` says of those whether bronze has the
    very row. None where there is nothing before.

    `bronze` is what the raw table holds so far (None: nothing). With `is_few` what the delivery
    brings goes to bronze; else bronze is shuffled to it.
    """
    if raw.file_time is not None:
        return _select_still_so(ranked, raw, bronze)
    if bronze is None:
        return None
    return _select_held(ranked, raw, bronze, is_few)


def mark_said(ranked: Typed, said: Mapping[str, DataFrame]) -> list[tuple[RawTable, DataFrame]]:
    """Ranked rows of which those that were `said` before, by the name of their raw table, are
    repeats; and not stored where bronze has them.
    """

    def mark(raw: RawTable, frame: DataFrame) -> DataFrame:
        if raw.table.name not in said:
            return frame
        joined = frame.join(said[raw.table.name], on=_identity(raw), how="left")
        is_held = F.coalesce(_IS_HELD, F.lit(False))
        return joined.withColumns(
            {
                IS_STORED: F.col(IS_STORED) & ~is_held,
                IS_REPEAT: F.col(IS_REPEAT) | F.col(_IS_HELD).isNotNull(),
            }
        ).drop(_IS_HELD)

    return [(raw, mark(raw, frame)) for raw, frame in ranked]


def drop_refused_by_load(bronze: DataFrame, quarantine: DataFrame, raw: RawTable) -> DataFrame:
    """Bronze without the rows that standardise refused for a reason that another day or another
    setting may take away (`OF_LOAD`): when they come again, they are tried again.
    """
    reasons = F.array(*map(F.lit, OF_LOAD))
    refused = quarantine.filter(
        (F.col("stage") == "standardise")
        & (F.col("source") == raw.source)
        & (F.col("raw_table") == raw.name)
        & F.arrays_overlap(F.split("reasons", ","), reasons)
    )
    # an item of a row has the row's hash before its own place
    hashes = refused.select(F.substring_index("row_hash", ":", 1).alias("row_hash"))
    return bronze.join(F.broadcast(hashes), on=["row_hash"], how="left_anti")


def _select_held(ranked: DataFrame, raw: RawTable, bronze: DataFrame, is_few: bool) -> DataFrame:
    """Rows that bronze holds, but for those that came back: what one load brought of a record is
    equally new.
    """
    brought = (
        _versions(ranked.filter(~has_reasons()), raw, F.lit(0))
        .groupBy(_RECORD)
        .agg(F.collect_set("row_hash").alias("_brought"))  # any order: a set
    )
    held = (
        _versions(bronze, raw, F.col("run_number"))
        .join(F.broadcast(brought) if is_few else brought, on=[_RECORD], how="inner")
        .groupBy(_RECORD)
        .agg(
            F.max("_brought").alias("_brought"),
            F.collect_set(F.struct(_AT, "row_hash")).alias("_held"),  # any order: a set
            F.max(_AT).alias("_newest_at"),
        )
    )
    newest = F.filter("_held", lambda one: one[_AT] == F.col("_newest_at"))["row_hash"]
    is_newest = F.array_contains("_newest", F.col("row_hash"))
    return (
        held.withColumn("_newest", newest)
        .select(
            "_newest",
            F.arrays_overlap("_newest", "_brought").alias("_brings_newest"),
            F.explode(F.array_intersect("_brought", F.col("_held.row_hash"))).alias("row_hash"),
        )
        .filter(is_newest | F.col("_brings_newest"))
        .select("row_hash", F.lit(True).alias(_IS_HELD))
    )


def _select_still_so(ranked: DataFrame, raw: RawTable, bronze: DataFrame | None) -> DataFrame:
    """Rows that bronze holds, and those that say what the version of an earlier file says."""
    assert raw.file_time is not None
    at = F.col(raw.file_time)
    new = _versions(ranked.filter(~has_reasons()), raw, at).withColumn(_IS_NEW, F.lit(True))
    if bronze is not None:
        new = new.union(_versions(bronze, raw, at).withColumn(_IS_NEW, F.lit(False)))
    versions = new.groupBy(_RECORD, "row_hash", _AT).agg(
        F.max(_IS_NEW).alias(_IS_NEW), (~F.min(_IS_NEW)).alias(_IS_HELD)
    )
    one_before = Window.partitionBy(_RECORD).orderBy(_AT, "row_hash").rowsBetween(-1, -1)
    said = versions.withColumn("_said", F.first("row_hash").over(one_before))
    is_repeat = F.col(_IS_HELD) | (F.col("row_hash") == F.col("_said"))
    return said.filter(F.col(_IS_NEW) & is_repeat).select(
        "row_hash", F.col(_AT).alias(raw.file_time), _IS_HELD
    )


def _identity(raw: RawTable) -> list[str]:
    """What names a row among those of its raw table."""
    return ["row_hash"] if raw.file_time is None else ["row_hash", raw.file_time]


def _versions(frame: DataFrame, raw: RawTable, at: Column) -> DataFrame:
    """Which record each row is a version of, its hash and its time."""
    key = [F.expr(sql).cast("string") for sql in raw.record_key]
    if not key or not _is_known(frame, key):
        key = [F.col("row_hash")]
    return frame.select(F.array(*key).alias(_RECORD), "row_hash", at.alias(_AT))


def _is_known(frame: DataFrame, key: Sequence[Column]) -> bool:
    """Whether a key is SQL over raw columns: what is wrong with it is said when rows are mapped."""
    try:
        return bool(frame.select(*key).columns)
    except AnalysisException:
        return False


def order_within(keys: Sequence[str], order: str) -> WindowSpec:
    """Rows of equal keys in an order, up to each."""
    return (
        Window.partitionBy(*keys)
        .orderBy(order)
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
