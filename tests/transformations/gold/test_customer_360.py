from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.gold.customer_360 import (
    churn_answers,
    customer_360,
    expected_amounts,
)
from holdfast.transformations.gold.customers import histories, members
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CHURN_SCORES,
    CUSTOMER_360,
    CUSTOMER_ORDERS,
    CUSTOMER_REFUNDS,
    CUSTOMER_VALUES,
)
from holdfast.transformations.tables.silver import IDENTITY_MAP
from tests.factories import rows as make

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
Given = list[dict[str, object]]
DAY = date(2026, 6, 1)
SCORED, LAPSED, SILENT, NEW, REFUSED, OBJECTED, FOREIGN, LATE = range(1, 9)


MEMBERSHIPS: Given = [
    *(
        {"party_id": f"shop:{i}", "customer_id": i, "probability": 1, "run_number": i}
        for i in range(1, 9)
    ),
    {"party_id": "till:1", "customer_id": SCORED, "probability": 0.93, "run_number": 4},
    {
        "party_id": "old:1",
        "customer_id": SCORED,
        "probability": 0.1,
        "run_number": 9,
        "valid_to": "2026-05-01",
    },
]


def _order(customer: int, day: str, **more: object) -> dict[str, object]:
    return {
        "order_id": f"shop:{customer}-{day}-{more.get('currency')}",
        "customer_id": customer,
        "ordered_at": f"{day} 10:00",
        "ordered_on": day,
        "channel": "web",
        "net_amount": 40,
        **more,
    }


# SCORED ordered first on 1 March 2026, LAPSED on 1 January 2025, SILENT never did.
TOUCHES = [
    (SCORED, datetime(2026, 2, 20), "paid_search"),
    (LAPSED, datetime(2025, 1, 2), "email"),
    (SILENT, datetime(2026, 5, 1), "organic_social"),
    (OBJECTED, datetime(2026, 5, 1, 10), "referral"),
]
ORDERS: Given = [
    _order(SCORED, "2026-03-01"),
    _order(SCORED, "2026-04-01", net_amount=60, refund_amount=15),
    _order(SCORED, "2026-05-01", channel="pos"),
    _order(SCORED, "2026-05-02", net_amount=500, is_cancelled=True),
    _order(SCORED, "2026-05-03", net_amount=9000, currency="EUR"),
    _order(SCORED, "2026-07-01", net_amount=70),
    _order(LAPSED, "2025-01-01"),
    _order(NEW, "2026-06-01"),
    _order(REFUSED, "2026-05-01"),
    _order(OBJECTED, "2026-05-01"),
    _order(FOREIGN, "2026-05-01"),
    _order(LATE, "2026-05-20"),
]
REFUNDS: Given = [
    {"refund_id": f"r{number}", "refunded_on": "2026-05-20", "customer_id": SCORED, **given}
    for number, given in enumerate(
        (
            {"refund_amount": 15, "counts_as": "order"},  # is in the order's refund_amount
            {"refund_amount": 7, "counts_as": "customer"},
            {"refund_amount": 2, "counts_as": "other_currency"},
            {"refund_amount": 900, "counts_as": "other_currency", "currency": "CAD"},
            {"refund_amount": 800, "counts_as": "shipping"},
            {"refund_amount": 700, "counts_as": "gift_card"},
            {"refund_amount": 500, "counts_as": "cancelled"},
            {"refund_amount": 3, "counts_as": "customer", "refunded_on": "2026-06-01"},
            {"refund_amount": 12, "counts_as": "customer", "customer_id": SILENT},
        )
    )
]
MAIN = [(SCORED, "USD")]
SCORES: Given = [
    *(
        {"customer_id": i, "as_of": DAY, "churn_probability": 0.5, "risk_band": "high"}
        for i in (SCORED, REFUSED, OBJECTED)
    ),
    {
        "customer_id": LAPSED,
        "as_of": "2026-05-01",
        "churn_probability": 0.9,
        "risk_band": "high",
    },
]
REASONS: Given = [
    {"customer_id": SCORED, "as_of": DAY, "reason_rank": rank, "reason": reason}
    for rank, reason in ((2, "service"), (1, "price"))
]
VALUES: Given = [
    {
        "customer_id": SCORED,
        "as_of": DAY,
        "horizon_days": days,
        "expected_amount": amount,
        "currency": currency,
        "value_if_stays_amount": kept,
    }
    for days, amount, kept, currency in (
        (90, "50.01", "100.01", "USD"),
        (365, "200.01", None, "USD"),
    )
] + [
    {
        "customer_id": FOREIGN,
        "as_of": DAY,
        "horizon_days": 365,
        "expected_amount": 7,
        "currency": "EUR",
    }
]


@pytest.fixture(scope="module")
def customers(spark: SparkSession) -> dict[int, dict[str, Any]]:
    """One run over eight customers, each with a status of its own; by customer id."""
    rows = partial(make, spark)
    known = rows(CUSTOMER_ORDERS, ORDERS).selectExpr(
        "*", f"if(customer_id = {LATE}, date'2026-06-02', ordered_on) as known_on"
    )
    main = spark.createDataFrame(MAIN, "customer_id bigint, main_currency string")
    consents = spark.createDataFrame(
        [(i, i not in (REFUSED, OBJECTED), i == OBJECTED) for i in range(1, 9)],
        "customer_id bigint, is_permitted boolean, has_objected boolean",
    )
    scores, reasons = rows(CHURN_SCORES, SCORES), rows(CHURN_REASONS, REASONS)
    frame = customer_360(
        members(rows(IDENTITY_MAP, MEMBERSHIPS)),
        histories(known, rows(CUSTOMER_REFUNDS, REFUNDS), main, DAY),
        consents,
        churn_answers(scores, reasons, DAY, horizon_days=90),
        expected_amounts(rows(CUSTOMER_VALUES, VALUES), DAY),
        spark.createDataFrame(TOUCHES, "customer_id bigint, touched_at timestamp, channel string"),
        DAY,
        active_days=180,
    )
    found = conform(stamp_run(frame, CUSTOMER_360, 12, DAY), CUSTOMER_360).collect()
    assert len(found) == 8
    return {row.customer_id: row.asDict() for row in found}


def test_each_customer_without_a_score_has_the_reason(customers: dict[int, dict[str, Any]]) -> None:
    assert {i: row["score_status"] for i, row in customers.items()} == {
        SCORED: "scored",
        LAPSED: "inactive",
        SILENT: "no_purchase",
        NEW: "too_new",
        REFUSED: "no_consent",
        OBJECTED: "objected",
        FOREIGN: "excluded",
        LATE: "too_new",
    }


def test_without_permission_facts_stay_and_scores_do_not_show(
    customers: dict[int, dict[str, Any]],
) -> None:
    for customer in (REFUSED, OBJECTED):
        assert customers[customer]["orders"] == 1
        assert customers[customer]["churn_probability"] is None
        assert customers[customer]["risk_band"] is None


def test_amounts_are_of_the_main_currency_before_the_day_without_cancelled_orders(
    customers: dict[int, dict[str, Any]],
) -> None:
    row = customers[SCORED]
    assert (row["orders"], row["currency"]) == (4, "USD")
    assert row["historic_amount"] == Decimal("116")  # 40 + (60 - 15) + 40 - 7 - 2
    assert row["average_order_amount"] == Decimal("46.67")
    assert (row["first_order_on"], row["last_order_on"]) == (date(2026, 3, 1), date(2026, 5, 3))
    assert row["days_since_last_order"] == 29
    assert row["main_channel"] == "web"


def test_money_given_back_for_no_known_order_is_owed_by_its_customer(
    customers: dict[int, dict[str, Any]],
) -> None:
    row = customers[SILENT]
    assert (row["orders"], row["currency"], row["historic_amount"]) == (0, "USD", Decimal(-12))


def test_value_at_risk_is_probability_times_what_one_who_stays_spends(
    customers: dict[int, dict[str, Any]],
) -> None:
    row = customers[SCORED]
    assert (row["expected_90d_amount"], row["expected_365d_amount"]) == (
        Decimal("50.01"),
        Decimal("200.01"),
    )
    assert row["value_if_stays_amount"] == Decimal("100.01")
    assert row["value_at_risk_amount"] == Decimal("50.01")  # 50.005, half up
    assert row["top_reason"] == "price"


def test_a_value_in_another_currency_is_not_shown(customers: dict[int, dict[str, Any]]) -> None:
    assert customers[FOREIGN]["expected_365d_amount"] is None


def test_identity_speaks_of_current_records_only(customers: dict[int, dict[str, Any]]) -> None:
    row = customers[SCORED]
    assert (row["parties"], row["identity_confidence"], row["identity_run"]) == (
        2,
        Decimal("0.930000"),
        4,
    )
    assert row["run_number"] == 12


def test_a_customer_came_by_the_first_touch_unless_an_order_was_before_it(
    customers: dict[int, dict[str, Any]],
) -> None:
    assert {i: row["acquired_through"] for i, row in customers.items()} == {
        SCORED: "paid_search",
        LAPSED: "web",  # the mail came a day after the first order
        SILENT: "organic_social",
        NEW: None,  # ordered on the day itself
        REFUSED: "web",
        OBJECTED: "referral",  # touched and ordered at once
        FOREIGN: "web",
        LATE: "web",
    }
