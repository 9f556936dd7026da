"""What the store adds to a frame, and what it refuses."""

from datetime import date

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.tables.columns import AS_OF, RUN, STRING
from holdfast.transformations.tables.conform import ContractError, conform, stamp_run
from holdfast.transformations.tables.table import Append, Column, Table
from tests.frames import assert_same_rows

DAY = date(2026, 6, 1)
NAME = Column("name", STRING, "A name.", nullable=False)
DATED = Table("gold.dated", "One row per name.", "X.", (NAME, AS_OF, RUN), ("name",), Append())
BARE = Table("gold.bare", "One row per name.", "X.", (NAME,), ("name",), Append())


def test_a_frame_gets_the_number_and_day_of_its_run_in_the_contracts_types(
    spark: SparkSession,
) -> None:
    names = spark.createDataFrame([("a",), ("b",)], "name string")
    stamped = conform(stamp_run(names, DATED, 7, DAY), DATED)
    expected = [("a", DAY, 7), ("b", DAY, 7)]
    assert_same_rows(
        stamped, spark.createDataFrame(expected, "name string, as_of date, run_number long")
    )


def test_what_a_frame_carries_itself_stays_as_it_is_nulls_too(spark: SparkSession) -> None:
    other = date(2020, 1, 1)
    rows = [("a", other, 3), ("b", None, None)]
    own = spark.createDataFrame(rows, "name string, as_of date, run_number long")
    assert_same_rows(stamp_run(own, DATED, 7, DAY), own)


def test_a_table_without_the_columns_and_a_day_not_known_yet_add_nothing(
    spark: SparkSession,
) -> None:
    names = spark.createDataFrame([("a",)], "name string")
    assert stamp_run(names, BARE, 7, DAY).columns == ["name"]
    assert stamp_run(names, DATED, 7, None).columns == ["name", "run_number"]
    with pytest.raises(ContractError, match=r"gold\.dated: missing as_of"):
        conform(stamp_run(names, DATED, 7, None), DATED)
