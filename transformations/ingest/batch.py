"""One delivery of one raw table: which rows are good, which repeat another, which are refused and
why.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from holdfast.transformations.ingest.parse import FILE, REASONS, TEXT
from holdfast.transformations.ingest.vault import personal_values, token
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.tables.ops import QUARANTINE

_RANK = "_rank"
_PLACE = "_place"


def ranked(frame: DataFrame) -> DataFrame:
    """`frame` with `_rank`: 1 for the first of equal rows by file, above it for exact repeats."""
    return frame.withColumn(_RANK, F.row_number().over(_by(["row_hash"], FILE)))


def not_yet_loaded(frame: DataFrame, loaded: DataFrame) -> DataFrame:
    """A ranked frame in which rows that bronze (`loaded`) already holds are repeats: a table read
    again at a newer version.
    """
    known = loaded.select("row_hash", F.lit(1).alias("_known")).distinct()
    return (
        frame.join(known, on=["row_hash"], how="left")
        .withColumn(_RANK, F.col(_RANK) + F.coalesce("_known", F.lit(0)))
        .drop("_known")
    )


def accepted(frame: DataFrame) -> DataFrame:
    """Good rows, each once."""
    return frame.filter((F.size(REASONS) == 0) & (F.col(_RANK) == 1))


def tally(frame: DataFrame, raw: RawTable) -> DataFrame:
    """source, raw_table, input and the rows loaded, quarantined and duplicate of each file."""
    bad = F.size(REASONS) > 0
    return frame.groupBy(
        F.lit(raw.source).alias("source"),
        F.lit(raw.name).alias("raw_table"),
        F.col(FILE).alias("input"),
    ).agg(
        F.count_if(~bad & (F.col(_RANK) == 1)).alias("rows_loaded"),
        F.count_if(bad).alias("rows_quarantined"),
        F.count_if(~bad & (F.col(_RANK) > 1)).alias("rows_duplicate"),
    )


def refused(frame: DataFrame, raw: RawTable, run_number: int, at: Column) -> DataFrame:
    """Refused rows in the shape of ops.quarantine without the token, and `_text`: the raw text for
    the vault.
    """
    party = F.concat_ws(
        ":", F.lit(raw.source), F.lit(str(run_number)), F.substring("row_hash", 1, 16)
    )
    return frame.filter(F.size(REASONS) > 0).select(
        F.lit(run_number).cast("bigint").alias("run_number"),
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
        TEXT,
    )


def values_of(frame: DataFrame, raw: RawTable, loaded_at: Column) -> DataFrame:
    """Personal values of the accepted rows, available from their row's version on, else from when
    the row was.
    """
    plain = [
        t.columns
        for t in raw.targets
        if "available_at" in t.columns and not t.explode and not t.group_by
    ]
    available = (
        F.expr(plain[0].get("version_at", plain[0]["available_at"]))
        if plain
        else F.lit(None).cast("timestamp")
    )
    return personal_values(accepted(frame), raw, F.coalesce(available, loaded_at))


def raw_values(rejects: DataFrame) -> DataFrame:
    """Raw texts of refused rows as personal values of kind `raw`."""
    return rejects.select(
        "party_id",
        F.lit("raw").alias("kind"),
        F.col(TEXT).alias("value"),
        F.col("at").alias("available_at"),
    )


def with_lines(rejects: DataFrame, lines: DataFrame) -> DataFrame:
    """Refused rows with the number of their line, found by its text; of equal lines each row gets
    one.

    `lines` has input, line (from 1) and text.
    """
    same = ["input", TEXT]
    named = lines.withColumnsRenamed({"text": TEXT, "line": "_found"})
    wanted = named.join(rejects.select(*same).distinct(), on=same, how="left_semi")
    placed = wanted.withColumn(_PLACE, F.row_number().over(_by(same, "_found")))
    joined = rejects.withColumn(_PLACE, F.row_number().over(_by(same, "row_hash"))).join(
        placed, on=[*same, _PLACE], how="left"
    )
    return joined.withColumn("line", F.col("_found")).drop("_found", _PLACE)


def quarantine(rejects: DataFrame) -> DataFrame:
    """Rows of ops.quarantine, the token of the raw text in its place. `rejects` comes from
    vault.with_token_source.
    """
    held = rejects.withColumn("raw_token", token(F.lit("raw"), F.col(TEXT)))
    return held.select(*QUARANTINE.names)


def _by(keys: Sequence[str], order: str) -> WindowSpec:
    return (
        Window.partitionBy(*keys)
        .orderBy(order)
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
