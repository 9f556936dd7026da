"""Where each bronze row went, target by target: the second side of the equation is counted on its own."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.quality import REASONS
from holdfast.transformations.sources import RawTable, Target
from holdfast.transformations.standardise.target import FILTERED, WEIGHT
from holdfast.transformations.tables.ops import QUARANTINE


def outcomes(rows: DataFrame, raw: RawTable, target: Target, position: int) -> DataFrame:
    """check, outcome and source rows: filtered by name, quarantined, or taken."""
    outcome = (F.when(F.col(FILTERED).isNotNull(), F.concat(F.lit("filtered:"), F.col(FILTERED)))
               .when(F.size(REASONS) > 0, F.lit("quarantined")).otherwise(F.lit("taken")))
    return rows.groupBy(F.lit(subject(raw, target, position)).alias("subject"), outcome.alias("outcome")).agg(
        F.sum(WEIGHT).alias("rows"))


def read(bronze: DataFrame, raw: RawTable, target: Target, position: int) -> DataFrame:
    """The same subject with the bronze rows that were read, counted without the target's plan."""
    return bronze.groupBy(F.lit(subject(raw, target, position)).alias("subject"), F.lit("read").alias("outcome")).agg(
        F.count(F.lit(1)).alias("rows"))


def landed(good: DataFrame, name: str) -> DataFrame:
    """Rows of a silver table that stand for a key, and older versions of them."""
    outcome = F.when(F.col("_version") == 1, F.lit("landed")).otherwise(F.lit("older_version"))
    return good.groupBy(F.lit(name).alias("subject"), outcome.alias("outcome")).agg(F.count(F.lit(1)).alias("rows"))


def subject(raw: RawTable, target: Target, position: int) -> str:
    """`<source>/<raw table>#<position> > <silver table>`."""
    return f"{raw.source}/{raw.name}#{position} > {target.table.name}"


def refused(rows: DataFrame, raw: RawTable, target: Target, at: Column) -> DataFrame:
    """Refused rows as rows of ops.quarantine."""
    bad = rows.filter(F.col(FILTERED).isNull() & (F.size(REASONS) > 0))
    shown = {"run_number": F.col("run_number"), "source": F.lit(raw.source), "stage": F.lit("standardise"),
             "raw_table": F.lit(raw.name), "target": F.lit(target.table.name), "input": F.col("input_file"),
             "line": F.lit(None).cast("bigint"), "row_hash": F.col("_source_hash"),
             "reasons": F.array_join(REASONS, ","),
             "party_id": F.col("party_id") if "party_id" in target.table.names else F.lit(None).cast("string"),
             "raw_token": F.lit(None).cast("string"), "at": at}
    return bad.select(*(shown[name].alias(name) for name in QUARANTINE.names))
