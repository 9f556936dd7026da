"""A stranger's wide table in the shape that a churn model is fitted on."""

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.models.churn.any_table import MADE_UP_DAYS, TableError, label_table

SCHEMA = (
    "who int, plan string, calls int, bill decimal(6,2), `has app` boolean, day string, gone string"
)


@pytest.fixture(scope="module")
def table(spark: SparkSession) -> DataFrame:
    rows = [
        (1, "basic", 3, None, True, "2025-01-01", "Yes"),
        (2, "basic", None, None, False, "2025-01-01", " no "),
        (3, "gold", 7, None, True, "soon", "moved away"),
        (4, "gold", 7, None, None, "2025-04-01", None),
    ]
    return spark.createDataFrame(rows, SCHEMA)


def test_numbers_and_flags_are_features_and_texts_are_named(table: DataFrame) -> None:
    found = label_table(table, "gone", "who", "day", 90)
    assert found.features == ("calls", "bill", "has app")
    assert found.left_out == ("plan",)
    assert [tuple(row) for row in found.rows.orderBy("customer_id").collect()] == [
        ("1", date(2025, 1, 1), 1.0, 3.0, None, 1.0),
        ("2", date(2025, 1, 1), 0.0, None, None, 0.0),
        ("3", None, None, 7.0, None, 1.0),
        ("4", date(2025, 4, 1), None, 7.0, None, None),
    ]


def test_without_a_day_customers_are_divided_and_always_alike(spark: SparkSession) -> None:
    many = spark.range(600).selectExpr("id", "id % 7 as calls", "id % 3 = 0 as gone")
    found = label_table(many, "gone", "id", None, 30).rows
    days = [row["as_of"] for row in found.select("as_of").distinct().collect()]
    assert len(days) == MADE_UP_DAYS
    assert {
        (late - early).days for early, late in zip(sorted(days), sorted(days)[1:], strict=False)
    } == {30}
    sizes = [row["count"] for row in found.groupBy("as_of").count().collect()]
    assert min(sizes) > 70
    again = label_table(many.repartition(3), "gone", "id", None, 30).rows
    assert sorted(found.collect()) == sorted(again.collect())


@pytest.mark.parametrize(
    ("label", "features", "words"),
    [
        ("left", (), "there is no column left"),
        ("gone", ("plan",), "plan is no number and no flag"),
        ("gone", ("age",), "there is no column age"),
    ],
)
def test_what_cannot_be_learnt_from_is_named(
    table: DataFrame, label: str, features: tuple[str, ...], words: str
) -> None:
    with pytest.raises(TableError, match=words):
        label_table(table, label, "who", "day", 90, features)


def test_a_number_whose_name_says_something_else_to_the_fit_is_no_feature(table: DataFrame) -> None:
    named = table.withColumns(dict.fromkeys(("days_to_order", "rule_band"), table["calls"]))
    found = label_table(named, "gone", "who", "day", 90)
    assert found.features == ("calls", "bill", "has app")
    assert found.left_out == ("plan", "days_to_order", "rule_band")
    with pytest.raises(TableError, match="rename rule_band: no feature may be called so"):
        label_table(named, "gone", "who", "day", 90, ("calls", "rule_band"))


def test_a_table_of_texts_alone_has_nothing_to_go_by(table: DataFrame) -> None:
    with pytest.raises(TableError, match="no column is a number or a flag"):
        label_table(table.select("who", "plan", "gone"), "gone", "who", None, 90)
