"""One delivery of one raw table: which rows are good, which repeat another, which are refused and
why.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.parse import TEXT
from holdfast.transformations.ingest.records import FILE, ROWS
from holdfast.transformations.ingest.repeats import IS_REPEAT, IS_STORED, order_within
from holdfast.transformations.reasons import REASONS, has_reasons
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.union import union_by_name

_PLACE = "_place"


def select_accepted(frame: DataFrame) -> DataFrame:
    """Good rows that bronze does not hold, each once."""
    return frame.filter(~has_reasons() & F.col(IS_STORED))


def count_outcomes(marked: Sequence[tuple[RawTable, DataFrame]]) -> DataFrame:
    """source, raw_table, input, reasons and the rows loaded, quarantined and duplicate: a row for
    each file and set of reasons (null: none), by one aggregate over all raw tables.
    """
    outcome = F.when(has_reasons(), "rows_quarantined").when(F.col(IS_REPEAT), "rows_duplicate")
    rows = [
        frame.select(
            F.lit(raw.source).alias("source"),
            F.lit(raw.name).alias("raw_table"),
            F.col(FILE).alias("input"),
            F.when(has_reasons(), F.array_join(REASONS, ",")).alias("reasons"),
            outcome.otherwise("rows_loaded").alias("outcome"),
            ROWS,
        )
        for raw, frame in marked
    ]
    outcomes = ("rows_loaded", "rows_quarantined", "rows_duplicate")
    return (
        union_by_name(rows)
        .groupBy("source", "raw_table", "input", "reasons")
        .agg(*(_count_rows(name).alias(name) for name in outcomes))
    )


def _count_rows(outcome: str) -> Column:
    return F.sum(F.when(F.col("outcome") == outcome, F.col(ROWS)).otherwise(F.lit(0)))


def select_rejected(frame: DataFrame, raw: RawTable, run_number: int, at: Column) -> DataFrame:
    """Refused rows of the file in the shape of ops.quarantine without the token, and `_text`: the
    raw text for the vault. `run_number` is part of the party that such a text belongs to.
    """
    party = F.concat_ws(
        ":", F.lit(raw.source), F.lit(str(run_number)), F.substring("row_hash", 1, 16)
    )
    return frame.filter(has_reasons()).select(
        F.lit(raw.source).alias("source"),
        F.lit("ingest").alias("stage"),
        F.lit(raw.name).alias("raw_table"),
        F.lit(None).cast("string").alias("target"),
        F.col(FILE).alias("input"),
        F.lit(None).cast("bigint").alias("line"),
        "row_hash",
        F.array_join(REASONS, ",").alias("reasons"),
        party.alias("party_id"),
        at.alias("at"),
        F.explode(TEXT).alias(TEXT),
    )


def number_lines(rejects: DataFrame, lines: DataFrame | None, *, is_few: bool) -> DataFrame:
    """Refused rows with the number of their line, found by its text; of equal lines each row gets
    one.

    `lines` has source, input, line (from 1) and text; None where no input is text. With `is_few`
    the refused texts go to the lines; else all lines are shuffled to them.
    """
    if lines is None:
        return rejects
    same = ["source", "input", TEXT]
    named = lines.withColumnsRenamed({"text": TEXT, "line": "_found"})
    texts = rejects.select(*same).distinct()
    wanted = named.join(F.broadcast(texts) if is_few else texts, on=same, how="left_semi")
    placed = wanted.withColumn(_PLACE, F.row_number().over(order_within(same, "_found")))
    joined = rejects.withColumn(_PLACE, F.row_number().over(order_within(same, "row_hash"))).join(
        placed, on=[*same, _PLACE], how="left"
    )
    return joined.withColumn("line", F.col("_found")).drop("_found", _PLACE)
