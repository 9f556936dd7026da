"""Accepted rows in the shape of their bronze contract."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.batch import accepted
from holdfast.transformations.ingest.parse import FILE
from holdfast.transformations.ingest.vault import tokenised
from holdfast.transformations.sources import RawTable


def bronze_rows(frame: DataFrame, raw: RawTable, vault: DataFrame, run_number: int, at: Column) -> DataFrame:
    """The accepted rows of `frame` with tokens for personal values and where they came from."""
    rows = tokenised(accepted(frame), raw, vault)
    return rows.withColumnsRenamed({FILE: "input_file"}).withColumns({
        "source": F.lit(raw.source), "ingested_at": at, "run_number": F.lit(run_number).cast("bigint")})
