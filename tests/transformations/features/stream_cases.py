"""Rows of one small shop, case by case, and the features they make by hand."""

from collections.abc import Mapping
from typing import Any

from holdfast.transformations.tables import silver as s
from holdfast.transformations.tables.table import Table

Snapshot = Mapping[str, Any]
Given = dict[Table, list[dict[str, Any]]]


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
        {"email_rate_90d": 0.5, "recent_engagement": 1},
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
