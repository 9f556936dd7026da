"""Frames that are not the same are never taken for the same."""

import pytest
from chispa import DataFramesNotEqualError
from chispa.schema_comparer import SchemasNotEqualError
from pyspark.sql import SparkSession

from tests.frames import assert_same_rows

SCHEMA = "name string, amount double"
ROWS = [("a", 1.0), ("b", None)]


def test_the_order_of_rows_does_not_matter(spark: SparkSession) -> None:
    frames = (spark.createDataFrame(rows, SCHEMA) for rows in (ROWS, ROWS[::-1]))
    assert_same_rows(*frames)


@pytest.mark.parametrize(
    "other",
    [ROWS[:1], [*ROWS, ROWS[0]], [("a", 1.0), ("b", 0.0)], [("a", 1.0), ("a", None)], []],
    ids=["one less", "one twice", "a value for null", "another key", "none"],
)
def test_another_row_a_repeated_and_a_missing_one_are_found(
    spark: SparkSession, other: list[tuple[str, float | None]]
) -> None:
    with pytest.raises(DataFramesNotEqualError):
        assert_same_rows(spark.createDataFrame(ROWS, SCHEMA), spark.createDataFrame(other, SCHEMA))


@pytest.mark.parametrize("schema", ["name string, amount float", "name string, other double"])
def test_another_type_or_name_of_a_column_is_found(spark: SparkSession, schema: str) -> None:
    with pytest.raises(SchemasNotEqualError):
        assert_same_rows(spark.createDataFrame(ROWS, SCHEMA), spark.createDataFrame(ROWS, schema))
