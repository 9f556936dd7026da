"""Where each bronze row went: the sides of the equation are counted apart, in bronze, on the way
and in silver.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.standardise.apply_mapping import APART, WEIGHT
from holdfast.transformations.standardise.collapse_versions import LANDS, TOTAL
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.table import Table


def read(bronze: DataFrame, source: str, table: Table) -> DataFrame:
    """source, target, outcome `read` and the bronze rows that were read, counted without the
    target's plan.
    """
    return bronze.agg(F.count(F.lit(1)).alias("rows")).select(
        F.lit(source).alias("source"),
        F.lit(table.name).alias("target"),
        F.lit("read").alias("outcome"),
        "rows",
    )


def outcomes(folded: DataFrame, table: Table) -> DataFrame:
    """source, target, outcome and source rows: filtered by name, quarantined, landed, or an older
    version.

    Two more outcomes count rows of the target itself: `keys` that land, to be found in silver
    again, and `refused_rows`, which go to quarantine.
    """
    lands, bad = F.col(LANDS), F.col(f"{APART}.outcome") == "quarantined"
    weight = F.when(lands, F.col(WEIGHT)).otherwise(F.lit(0))
    apart = F.struct(F.col(f"{APART}.outcome").alias("outcome"), F.col(TOTAL).alias("rows"))
    good = F.array(
        _count("landed", weight),
        _count("older_version", F.col(TOTAL) - weight),
        _count("keys", lands.cast("bigint")),
    )
    pieces = F.explode(
        F.when(F.col(APART).isNull(), good).otherwise(
            F.array(apart, _count("refused_rows", F.coalesce(bad, F.lit(False)).cast("bigint")))
        )
    ).alias("piece")
    source = F.coalesce("source", f"{APART}.source").alias("source")
    return (
        folded.select(source, pieces)
        .groupBy("source", "piece.outcome")
        .agg(F.sum("piece.rows").alias("rows"))
        .select("source", F.lit(table.name).alias("target"), "outcome", "rows")
    )


def standing(
    silver: DataFrame, keys: Sequence[str], folded: DataFrame | None, table: Table, run_number: int
) -> DataFrame:
    """source, target, outcome `standing` and the rows that silver holds of this run: by their
    number or, in a history, by the keys it holds (an interval that did not change keeps its
    number).
    """
    mine = (
        silver.filter(F.col("run_number") == F.lit(run_number))
        if folded is None
        else silver.join(folded.filter(LANDS).select(*keys), on=list(keys), how="left_semi")
    )
    return (
        mine.groupBy("source")
        .agg(F.count(F.lit(1)).alias("rows"))
        .select(
            "source", F.lit(table.name).alias("target"), F.lit("standing").alias("outcome"), "rows"
        )
    )


def refused(folded: DataFrame, table: Table, run_number: int, at: Column) -> DataFrame:
    """Refused rows as rows of ops.quarantine."""
    bad = (
        folded.filter(F.col(f"{APART}.outcome") == "quarantined")
        .select(f"{APART}.*")
        .withColumns(
            {
                "run_number": F.lit(run_number).cast("bigint"),
                "stage": F.lit("standardise"),
                "target": F.lit(table.name),
                "line": F.lit(None).cast("bigint"),
                "raw_token": F.lit(None).cast("string"),
                "at": at,
            }
        )
    )
    return bad.select(*QUARANTINE.names)


def _count(outcome: str, rows: Column) -> Column:
    return F.struct(F.lit(outcome).alias("outcome"), rows.cast("bigint").alias("rows"))
