from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from holdfast.transformations.features.purchase_log import (
    LogColumns,
    past_and_outcome,
    read_log,
    whole_rows,
)

CUTOFFS = [date(2025, 4, 1), date(2025, 7, 1)]
COLUMNS = LogColumns("Customer ID", "InvoiceDate", "Quantity * Price")


@pytest.fixture(scope="module")
def log(spark: SparkSession) -> DataFrame:
    """As a till exports it: text in every column."""
    rows = [
        ("17", "2025-03-01 09:30:00", "2", "10.50"),
        ("17", "2025-03-01 18:00:00", "1", "4.00"),
        ("17", "2025-03-31 23:59:59", "1", "30.00"),
        ("17", "2025-04-01 00:00:00", "1", "7.00"),  # the outcome of April begins here
        ("17", "2025-06-29 12:00:00", "-1", "5.00"),
        ("17", "2025-06-30 12:00:00", "1", "100.00"),  # 90 days after: not of it
        ("18", "2025-06-20", "1", "8.00"),
        ("", "2025-03-02", "1", "1.00"),
        ("19", "yesterday", "1", "1.00"),
        ("20", "2025-03-02", "1", "much"),
    ]
    return spark.createDataFrame(
        rows, "`Customer ID` string, InvoiceDate string, Quantity string, Price string"
    )


@pytest.fixture(scope="module")
def frame(log: DataFrame) -> dict[tuple[date, str], Row]:
    purchases = whole_rows(read_log(log, COLUMNS))
    found = past_and_outcome(purchases, CUTOFFS, date(2025, 7, 1), 90, "USD")
    return {(row["as_of"], row["customer_id"]): row for row in found.collect()}


def test_what_a_row_does_not_say_is_null_and_the_row_is_kept_apart(log: DataFrame) -> None:
    rows = read_log(log, COLUMNS).collect()
    assert len(rows) == 10
    assert [sum(row[name] is None for row in rows) for name in rows[0].asDict()] == [1, 1, 1]
    assert whole_rows(read_log(log, COLUMNS)).count() == 7


def test_a_row_is_a_customer_known_on_the_day(frame: dict[tuple[date, str], Row]) -> None:
    april, july = CUTOFFS
    assert set(frame) == {(april, "17"), (july, "17"), (july, "18")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("past_frequency", 1),  # two rows of one day are one purchase
        ("past_recency_days", 30),
        ("past_age_days", 31),
        ("past_repeat_spend", 3_000),
        ("purchases_30d", 1),
        ("spend_30d", 3_000),
        ("purchases_90d", 2),
        ("spend_90d", 5_500),
        ("revenue_amount", Decimal("2.000")),  # 7 less 5
    ],
)
def test_april_by_hand(frame: dict[tuple[date, str], Row], name: str, value: Any) -> None:
    assert frame[CUTOFFS[0], "17"][name] == value


def test_an_outcome_whose_days_have_not_passed_is_unknown(
    frame: dict[tuple[date, str], Row],
) -> None:
    assert frame[CUTOFFS[1], "17"]["revenue_amount"] is None


def test_rows_of_the_future_change_no_past(log: DataFrame) -> None:
    april = CUTOFFS[:1]
    whole = whole_rows(read_log(log, COLUMNS))
    known = whole.filter("event_at < timestamp'2025-04-01'")
    seen, then = (
        past_and_outcome(rows, april, april[0], 90, "USD").collect() for rows in (whole, known)
    )
    assert seen == then
