"""Figures of small frames: memberships as further dimensions, and input that has little in it."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.kpis.acquisition import acquisition_rows
from holdfast.transformations.kpis.bases import ACQUISITION, STANDING, TRADE
from holdfast.transformations.kpis.figures import figures
from holdfast.transformations.kpis.trade import order_history, rows_of_standing, trade_rows

DAY: Final = date(2026, 1, 11)
Found = dict[tuple[Any, ...], Any]
NOTHING: Final = (
    "order_id string, counts_as string, refund_amount int",
    "order_id string, lines bigint, line_cuts array<struct<dimension: string, "
    "dimension_value: string, lines_of_value: bigint>>",
    "order_id string, currency string, sold bigint, costed bigint, margin bigint",
    "customer_id bigint, acquired_through string",
    "customer_id bigint, refunded_on date, currency string, channel string, product_line string, "
    "acquired_through string",
)
NOBODY: Final = "customer_id bigint, as_of date, segment string"


def count(
    spark: SparkSession,
    orders: list[tuple[int, str]],
    memberships: DataFrame | None = None,
    *,
    standing: bool = True,
    costs: DataFrame | None = None,
) -> Found:
    """The figures of orders of 10 dollars, by KPI, kind, start, dimension and value; no lines,
    refunds or channels are known.
    """
    columns = "order_id string, customer_id bigint, ordered_on date, ordered_at timestamp, "
    dated = [
        (f"o{at}", who, date.fromisoformat(on), None, None, "USD", Decimal(10))
        for at, (who, on) in enumerate(orders)
    ]
    sold = spark.createDataFrame(
        dated, f"{columns} channel string, currency string, net_amount decimal(18,3)"
    )
    refunds, lines, margins, customers, returns = (spark.createDataFrame([], of) for of in NOTHING)
    history = order_history(sold, refunds, lines, margins, customers)
    bases = {TRADE: trade_rows(history, returns, 90)}
    if standing:
        bases[STANDING] = rows_of_standing(history, DAY, 180, 90)
    if costs is not None:
        nothing = spark.createDataFrame([], "customer_id bigint, currency string, expected bigint")
        bases[ACQUISITION] = acquisition_rows(history, costs, nothing, 90)
    known = memberships or spark.createDataFrame([], NOBODY)
    return {
        (row.kpi_name, row.period_kind, str(row.period_start_on), row.dimension,
         row.dimension_value): row
        for row in figures(bases, known, DAY, 90).collect()
    }  # fmt: skip


def test_a_row_is_of_the_newest_membership_on_or_before_the_start_of_its_period(
    spark: SparkSession,
) -> None:
    orders = [(1, "2025-10-20"), (1, "2025-11-20"), (1, "2025-12-20"), (2, "2025-12-20")]
    memberships = spark.createDataFrame(
        [
            (1, date(2025, 10, 5), "new", "low"),
            (1, date(2025, 12, 1), "regular", "high"),
            (1, date(2025, 12, 15), "lapsed", "low"),
        ],
        "customer_id bigint, as_of date, segment string, value_tier string",
    )
    found = count(spark, orders, memberships, standing=False)
    segments = {
        (start, value): int(row.numerator)
        for (name, kind, start, dimension, value), row in found.items()
        if (name, kind, dimension) == ("orders", "month", "segment")
    }
    assert segments == {
        ("2025-10-01", "unknown"): 1,  # a member from the 5th on
        ("2025-11-01", "new"): 1,
        ("2025-12-01", "regular"): 1,  # and from the 15th on something else
        ("2025-12-01", "unknown"): 1,
    }
    tier = found["order_frequency", "month", "2025-12-01", "value_tier", "high"]
    assert tier.is_exclusive and (tier.value, tier.customers) == (1, 1)


def test_one_customer_with_one_order_gives_clear_numbers(spark: SparkSession) -> None:
    found = count(spark, [(1, "2025-12-20")])
    dimensions = {key[3] for key in found}
    assert dimensions == {"all", "tenure"}, "nothing is known of channels, products, acquisition"
    december = {key[0]: row for key, row in found.items() if key[1:3] == ("month", "2025-12-01")}
    assert set(december) == {
        *("orders", "active_customers", "new_customers", "net_revenue", "average_order_value"),
        *("order_frequency", "repeat_purchase_rate", "second_order_rate"),
    }
    value = december["average_order_value"]
    assert (value.value, value.low, value.high) == (10, None, None)
    repeat = december["repeat_purchase_rate"]
    assert repeat.value == 0 == repeat.low and 0 < repeat.high < 1
    assert not december["second_order_rate"].is_complete
    january = found["retention_rate", "month", "2026-01-01", "all", "all"]
    assert (january.value, january.is_complete) == (0, False)


def test_orders_of_one_day_are_one_period_of_each_kind(spark: SparkSession) -> None:
    found = count(spark, [(who, "2025-06-01") for who in (1, 1, 2, 3)])
    repeat = found["repeat_purchase_rate", "year", "2025-01-01", "all", "all"]
    assert (int(repeat.numerator), int(repeat.denominator)) == (1, 3)
    assert found["days_to_second_order", "month", "2025-06-01", "all", "all"].value == 0
    churned = found["churn_rate", "month", "2025-07-01", "all", "all"]
    assert (churned.value, churned.customers, churned.is_complete) == (1, 3, True)
    assert ("churn_rate", "month", "2025-06-01", "all", "all") not in found


def test_without_unit_costs_and_values_there_is_the_cost_of_a_customer_and_nothing_else(
    spark: SparkSession,
) -> None:
    orders = [(1, "2025-11-03"), (2, "2025-11-09"), (3, "2025-11-12")]
    days = [("unknown", "USD", date(2025, 11, day), 50) for day in (2, 10)]
    columns = "acquired_through string, currency string, spent_on date, spent bigint"
    found = count(spark, orders, standing=False, costs=spark.createDataFrame(days, columns))
    november = {key[0]: row for key, row in found.items() if key[1:3] == ("month", "2025-11-01")}
    of_costs = {"margin", "cost", "costed"}
    assert [name for name in november if of_costs & set(name.split("_"))] == ["acquisition_cost"]
    cost = november["acquisition_cost"]  # the third came after the last day with costs
    assert (cost.numerator, cost.denominator, cost.customers) == (Decimal(1), 2, 2)
