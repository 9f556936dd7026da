"""Which rows repeat another: by default all equal ones, or those of other files alone."""

from typing import Any

from pyspark.sql import SparkSession

from holdfast.transformations.ingest.batch import count_outcomes
from holdfast.transformations.ingest.records import FILE
from holdfast.transformations.ingest.records import ROWS as ROWS_OF
from holdfast.transformations.ingest.repeats import rank_rows
from holdfast.transformations.reasons import REASONS
from holdfast.transformations.sources.mapping import parse_mapping
from tests.jobs.test_standardise import ORDERS

FIRST, SECOND = "lines-1.csv", "lines-2.csv"
# A basket with three equal mugs and a bowl; the next day's file brings them again, with a fourth.
ROWS = [(FIRST, "mug")] * 3 + [(FIRST, "bowl")] + [(SECOND, "mug")] * 4 + [(SECOND, "bowl")]


def outcomes(spark: SparkSession, **mapping: Any) -> dict[str, tuple[int, int]]:
    """Rows loaded and rows found to be repeats, by file."""
    raw = parse_mapping("shop", "lines", {**ORDERS, "targets": [], **mapping})
    frame = spark.createDataFrame(
        [(file, text, [], 1) for file, text in ROWS],
        f"{FILE} string, row_hash string, {REASONS} array<string>, {ROWS_OF} int",
    )
    counted = count_outcomes(rank_rows([(raw, frame)])).collect()
    return {row["input"]: (row["rows_loaded"], row["rows_duplicate"]) for row in counted}


def test_a_row_counts_once(spark: SparkSession) -> None:
    assert outcomes(spark) == {FIRST: (2, 2), SECOND: (0, 5)}


def test_equal_rows_of_a_file_count_each_where_the_mapping_says_so(spark: SparkSession) -> None:
    assert outcomes(spark, repeats="kept") == {FIRST: (4, 0), SECOND: (1, 4)}
