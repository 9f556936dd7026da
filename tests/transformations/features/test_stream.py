"""What each fact counts as, by hand-worked rows of one small shop."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, events
from holdfast.transformations.tables import silver as s
from holdfast.transformations.tables.table import Table
from tests.factories import rows

D = date(2025, 7, 1)
Snapshot = Mapping[str, Any]
Given = dict[Table, list[dict[str, Any]]]
_numbers = iter(range(10**6))


def _own(values: dict[str, Any], table: Table, customer: int) -> dict[str, Any]:
    keys = {
        name: f"{next(_numbers)}"
        for name in table.keys
        if name not in values and name != "valid_from"
    }
    return {**keys, **({"party_id": f"{customer}"} if "party_id" in table.names else {}), **values}


def order(number: str, at: str, **more: Any) -> dict[str, Any]:
    return {
        "order_id": number,
        "event_at": at,
        "version_at": at,
        "net_amount": 10,
        "channel": "web",
        **more,
    }


CASES: dict[str, tuple[Given, Snapshot]] = {
    "an order cancelled before the day is no order, one cancelled later still is": (
        {
            s.ORDERS: [
                order("a1", "2025-06-01"),
                order("a2", "2025-06-10", cancelled_at="2025-06-12", discount_amount=4),
                order("a3", "2025-06-20", cancelled_at="2025-07-01", discount_amount=2),
            ]
        },
        {"orders_90d": 2, "spend_365d": 20, "recency_days": 11, "discounted_share_90d": 0.5},
    ),
    "orders of every currency count, amounts of one are summed": (
        {
            s.ORDERS: [
                order("b1", "2025-06-01"),
                order("b2", "2025-06-02", currency="EUR", net_amount=500, discount_amount=100),
            ]
        },
        {
            "orders_90d": 2,
            "spend_365d": 10,
            "order_value_90d": 10,
            "discount_share_365d": 0,
            "discounted_share_90d": 0.5,
        },
    ),
    "an amount corrected later is read as it first stood": (
        {s.ORDERS: [order("c1", "2025-06-01", net_amount=99, net_amount_first=12)]},
        {"spend_365d": 12},
    ),
    "a line added by a newer version is known from that version on": (
        {
            s.ORDERS: [order("d1", "2025-06-01")],
            s.ORDER_LINES: [
                {
                    "order_id": "d1",
                    "product_id": "x",
                    "event_at": "2025-06-01",
                    "version_at_first": "2025-06-01",
                },
                {
                    "order_id": "d1",
                    "product_id": "y",
                    "event_at": "2025-06-01",
                    "version_at_first": "2025-07-01",
                },
            ],
        },
        {"products_365d": 1},
    ),
    "a line removed before the day is gone": (
        {
            s.ORDERS: [order("e1", "2025-06-01")],
            s.ORDER_LINES: [
                {
                    "order_id": "e1",
                    "product_id": "x",
                    "event_at": "2025-06-01",
                    "removed_at": "2025-06-05",
                },
                {
                    "order_id": "e1",
                    "product_id": "y",
                    "event_at": "2025-06-01",
                    "removed_at": "2025-07-05",
                },
            ],
        },
        {"products_365d": 1},
    ),
    "a line without a category has its product's, if that was known": (
        {
            s.ORDERS: [order("f1", "2025-06-01")],
            s.PRODUCTS: [
                {"product_id": "old", "category": "shelf", "event_at": "2025-01-01"},
                {"product_id": "new", "category": "other", "event_at": "2025-06-20"},
            ],
            s.ORDER_LINES: [
                {"order_id": "f1", "product_id": "old", "event_at": "2025-06-01"},
                {"order_id": "f1", "product_id": "new", "event_at": "2025-06-01"},
                {
                    "order_id": "f1",
                    "product_id": "old",
                    "category": "own",
                    "event_at": "2025-06-01",
                },
                {"order_id": "f1", "event_at": "2025-06-01"},
            ],
        },
        {"products_365d": 2, "categories_365d": 2},
    ),
    "the refund of a cancellation is no return": (
        {
            s.ORDERS: [order("g1", "2025-06-01")],
            s.REFUND_LINES: [
                {"order_id": "g1", "event_at": "2025-06-03", "refund_kind": kind}
                for kind in ("return", "cancel", None)
            ],
        },
        {"returns_90d": 2, "return_rate_365d": 2},
    ),
    "a message a machine opened is not opened; a clicked one is": (
        {
            s.ORDERS: [order("h1", "2025-06-01")],
            s.MESSAGE_EVENTS: [
                {"event_type": "received", "event_at": "2025-06-02"},
                {"event_type": "received", "event_at": "2025-06-03"},
                {"event_type": "opened", "is_machine_open": True, "event_at": "2025-06-02"},
                {"event_type": "clicked", "event_at": "2025-06-02"},
            ],
        },
        {"email_rate_90d": 0.5, "engagement_90d": 1},
    ),
    "a visit is cut at midnight and its length is from first to last event": (
        {
            s.ORDERS: [order("i1", "2025-06-01")],
            s.WEB_EVENTS: [
                {"event_type": "page", "session_id": "v", "event_at": at}
                for at in ("2025-06-30T23:00", "2025-06-30T23:30", "2025-07-01T00:10")
            ],
        },
        {"visits_30d": 1, "visit_seconds_30d": 1800, "pages_per_visit_30d": 2},
    ),
    "a ticket is open until it is solved": (
        {
            s.ORDERS: [order("j1", "2025-06-01")],
            s.TICKETS: [
                {
                    "event_at": "2025-06-02",
                    "solved_at": solved,
                    "priority": "urgent",
                    "topic": "price",
                    "negativity": tone,
                }
                for solved, tone in (("2025-06-03", 1 / 3), ("2025-07-01", 2 / 3), (None, None))
            ],
        },
        {
            "tickets_90d": 3,
            "open_urgent_tickets": 2,
            "price_complaints_180d": 3,
            "ticket_negativity_180d": 0.5,
        },
    ),
    "a review complains when it is negative on the whole": (
        {
            s.ORDERS: [order("m1", "2025-06-01")],
            s.SURVEY_RESPONSES: [
                {"event_at": "2025-06-02", "topic": topic, "negativity": tone, "score_share": 0.5}
                for topic, tone in (
                    ("quality", 1.0),
                    ("quality", 0.5),
                    ("quality", None),
                    ("other", 1.0),
                    ("service", 2 / 3),
                )
            ],
        },
        {
            "quality_complaints_180d": 1,
            "service_complaints_180d": 1,
            "price_complaints_180d": 0,
            "tickets_90d": 0,
        },
    ),
    "a state that arrives late ends nothing before it came": (
        {
            s.ORDERS: [order("k1", "2025-01-01")],
            s.SUBSCRIPTIONS: [
                {
                    "subscription_id": "k",
                    "status": "active",
                    "valid_from": "2025-02-01",
                    "event_at": "2025-02-01",
                },
                {
                    "subscription_id": "k",
                    "status": "paused",
                    "valid_from": "2025-05-01",
                    "event_at": "2025-02-01",
                    "available_at": "2025-07-01",
                },
            ],
        },
        {"active_subscriptions": 1, "paused_subscriptions": 0},
    ),
    "a state ends when the next begins": (
        {
            s.ORDERS: [order("l1", "2025-01-01")],
            s.SUBSCRIPTIONS: [
                {
                    "subscription_id": "l",
                    "status": status,
                    "valid_from": at,
                    "event_at": "2025-02-01",
                    "available_at": at,
                }
                for status, at in (
                    ("active", "2025-02-01"),
                    ("paused", "2025-05-01"),
                    ("cancelled", "2025-06-20"),
                )
            ],
        },
        {"active_subscriptions": 0, "paused_subscriptions": 0, "cancelled_subscriptions_180d": 1},
    ),
}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Snapshot]:
    """Each case is a customer of one shop."""
    numbers = {case: number for number, case in enumerate(CASES, 1)}
    facts = {
        table.short_name: rows(
            spark,
            table,
            [
                _own(row, table, numbers[case])
                for case, (given, _) in CASES.items()
                for row in given.get(table, [])
            ],
        )
        for table in FACTS
    }
    people = rows(
        spark,
        s.IDENTITY_MAP,
        [{"party_id": f"{number}", "customer_id": number} for number in numbers.values()],
    )
    taken = {
        row["customer_id"]: row.asDict()
        for row in snapshots(events(facts, "USD"), people, [D], 1).collect()
    }
    return {case: taken[number] for case, number in numbers.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_fact_counts_as_it_should(found: dict[str, Snapshot], case: str) -> None:
    expected = CASES[case][1]
    assert {name: found[case][name] for name in expected} == pytest.approx(expected)


def test_features_of_a_table_that_is_not_loaded_are_null(spark: SparkSession) -> None:
    review = {"event_at": "2025-06-02", "topic": "price", "negativity": 1.0}
    facts = {
        table.short_name: rows(spark, table, [_own(row, table, 1)])
        for table, row in ((s.ORDERS, order("z", "2025-06-01")), (s.SURVEY_RESPONSES, review))
    }
    people = rows(spark, s.IDENTITY_MAP, [{"party_id": "1", "customer_id": 1}])
    absent = {table.short_name for table in FACTS} - set(facts)
    [row] = snapshots(events(facts, "USD"), people, [D], 1, absent).collect()
    assert (row["orders_90d"], row["visits_30d"], row["products_365d"], row["open_tickets"]) == (
        1,
        None,
        None,
        None,
    )
    assert row["price_complaints_180d"] == 1, "reviews alone tell of complaints, too"
