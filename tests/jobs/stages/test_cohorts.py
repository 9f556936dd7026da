"""Triangles of cohorts, worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

from holdfast.jobs.stages.cohorts import complete_triangle

OCTOBER, NOVEMBER, DECEMBER = (date(2025, month, 1) for month in (10, 11, 12))


def cell(
    cohort: date, age: int, active: int, revenue: str, currency: str = "USD"
) -> dict[str, Any]:
    return {
        "cohort_on": cohort,
        "months_since": age,
        "currency": currency,
        "active_customers": active,
        "orders": active + 1,
        "revenue_amount": Decimal(revenue),
    }


CELLS = [
    cell(OCTOBER, 0, 10, "100"),
    cell(OCTOBER, 1, 5, "60"),
    cell(OCTOBER, 2, 1, "7"),
    cell(NOVEMBER, 0, 8, "90"),
    cell(DECEMBER, 0, 3, "30"),
]


def by_place(as_of: date, cells: list[dict[str, Any]] = CELLS) -> dict[tuple[Any, ...], Any]:
    return {
        (row["cohort_on"].month, row["months_since"], row["currency"]): row
        for row in complete_triangle(cells, as_of)
    }


def test_months_that_are_over_are_seen_and_later_ones_projected() -> None:
    found = by_place(date(2026, 1, 1))
    assert len(found) == 9
    assert {place[:2] for place, row in found.items() if row["is_observed"]} == {
        *((10, 0), (10, 1), (10, 2), (11, 0), (11, 1), (12, 0))
    }
    # nobody of November came in December: 18 customer-months grew to 23, and 15 of October to 16
    assert found[11, 1, "USD"]["active_customers"] == 0 == found[11, 1, "USD"]["revenue_amount"]
    assert found[12, 1, "USD"]["projected_active_customers"] == Decimal("0.8333")  # 3 x 5 / 18
    assert found[12, 1, "USD"]["projected_revenue_amount"] == Decimal("9.47")  # 30 x 60 / 190
    assert found[11, 2, "USD"]["projected_revenue_amount"] == Decimal("3.94")  # 90 x 7 / 160
    assert found[12, 1, "USD"]["active_customers"] is None
    assert found[12, 0, "USD"]["projected_active_customers"] is None
    assert found[12, 1, "USD"]["customers"] == 3


def test_a_month_that_runs_shows_what_came_and_says_nothing_of_the_rest() -> None:
    found = by_place(date(2025, 12, 20))
    running = found[10, 2, "USD"]
    assert not running["is_observed"]
    assert running["active_customers"] == 1
    assert found[11, 1, "USD"]["projected_revenue_amount"] == Decimal("54.00")  # 90 x 60 / 100
    assert running["projected_revenue_amount"] is None  # no cohort has been as old
    assert found[12, 0, "USD"]["projected_active_customers"] is None


def test_a_currency_that_appears_late_has_a_triangle_of_its_own() -> None:
    found = by_place(date(2026, 1, 1), [*CELLS, cell(DECEMBER, 0, 2, "1000", "JPY")])
    assert [place for place in found if place[2] == "JPY"] == [(12, 0, "JPY")]
    assert len(found) == 10


def test_no_orders_are_no_cohorts() -> None:
    assert complete_triangle([], date(2026, 1, 1)) == []
