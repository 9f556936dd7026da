"""Accepted rows in the shape of their bronze contract."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.batch import accepted
from holdfast.transformations.ingest.parse import FILE
from holdfast.transformations.ingest.vault import has_personal_values, tokenised, with_token_source
from holdfast.transformations.sources.contract import RawTable


def bronze_rows(
    frame: DataFrame,
    raw: RawTable,
    keys: DataFrame,
    held: DataFrame | None,
    run_number: int,
    at: Column,
) -> DataFrame:
    """The accepted rows of `frame` with tokens for personal values and where they came from."""
    rows = accepted(frame)
    if has_personal_values(raw):
        rows = with_token_source(rows, keys, held)
    return rows.select(
        F.lit(raw.source).alias("source"),
        "party_id",
        *(tokenised(c) for c in raw.columns),
        F.col(FILE).alias("input_file"),
        at.alias("ingested_at"),
        F.lit(run_number).cast("bigint").alias("run_number"),
        "row_hash",
    )
