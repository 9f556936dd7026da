"""One customer's history in four systems, small enough to count by hand, between two cut-offs.

Windows of SPRING begin on 2025-03-02 (30 days), 2025-01-01 (90), 2024-10-03 (180) and 2024-04-01
(365); of AUTUMN on 2025-09-01, 2025-07-03, 2025-04-04 and 2024-10-01. Each has a row on its first
day.
"""

from datetime import date
from typing import Any, Final

from holdfast.transformations.tables import silver as s
from tests.transformations.features.money_cases import Given, states

SPRING: Final = date(2025, 4, 1)
AUTUMN: Final = date(2025, 10, 1)
CUSTOMER: Final = 7
Row = dict[str, Any]

_TILL: Final = {"party_id": "till:1"}
_ORDERS: Final[list[Row]] = [
    # a receipt of the old till, known to the shop since May 2025
    {"order_id": "o0", "event_at": "2023-11-15", "net_amount": 40, "channel": "store"}
    | {"available_at": "2025-05-10", **_TILL},
    {"order_id": "o1", "event_at": "2024-02-10", "net_amount": 80, "channel": "web"},
    {"order_id": "o2", "event_at": "2024-06-10", "net_amount": 100, "channel": "pos"}
    | {"discount_amount": 25, **_TILL},
    {"order_id": "o3", "event_at": "2024-11-20", "net_amount": 60, "channel": "web"}
    | {"discount_amount": 15, "has_coupon": True},
    {"order_id": "o4", "event_at": "2025-01-01", "net_amount": 50, "channel": "pos", **_TILL},
    {"order_id": "o6", "event_at": "2025-02-14", "net_amount": 500, "channel": "web"}
    | {"currency": "EUR", "discount_amount": 100},
    # cancelled on the next day
    {"order_id": "o7", "event_at": "2025-02-20", "net_amount": 999, "channel": "web"},
    {"order_id": "o5", "event_at": "2025-03-31T22:00", "net_amount": 30, "channel": "web"}
    | {"discount_amount": 10, "has_coupon": True},
    {"order_id": "o8", "event_at": "2025-07-03", "net_amount": 120, "channel": "app"}
    | {"discount_amount": 30, "has_coupon": True},
    {"order_id": "o9", "event_at": "2025-08-15", "net_amount": 45.5, "channel": "store", **_TILL},
    # a gift card of 20 is in it
    {"order_id": "o10", "event_at": "2025-08-20", "net_amount": 70, "channel": "web"}
    | {"has_coupon": True},
    {"order_id": "o12", "event_at": "2025-08-30", "net_amount": 20, "channel": "web"},
    {"order_id": "o11", "event_at": "2025-10-01", "net_amount": 777, "channel": "web"},
]
_DAY_OF: Final = {row["order_id"]: row["event_at"] for row in _ORDERS}


def _line(order: str, product: str | None, category: str | None, **more: Any) -> Row:
    day = _DAY_OF[order]
    return {
        "order_id": order,
        "product_id": product,
        "category": category,
        "event_at": day,
        "version_at_first": day,
        **more,
    }


_LINES: Final = [
    _line("o2", "A", "garden"),
    _line("o2", "B", "kitchen"),
    _line("o3", "A", "garden"),
    _line("o3", "C", "toys"),
    _line("o4", "D", None),  # the product's: books
    _line("o5", "A", "garden"),
    _line("o7", "E", "cars"),
    _line("o8", "B", "kitchen"),
    _line("o8", "F", "lamps"),
    _line("o9", "G", None),
    _line("o10", None, None, is_gift_card=True, net_amount=20),
    _line("o12", "A", "garden"),
    _line("o11", "H", "sports"),
]
_REFUNDS: Final[list[Row]] = [
    {"order_id": order, "event_at": at, "refund_kind": kind}
    for order, at, kind in (
        ("o2", "2024-07-01", "return"),
        ("o4", "2025-01-10", "return"),
        ("o7", "2025-02-21", "cancel"),
        ("o8", "2025-07-20", "return"),
        ("o8", "2025-07-20", None),
        ("o8", "2025-07-25", "shipping"),
    )
]
_VISITS: Final[list[Row]] = [
    {"session_id": session, "event_type": kind, "event_at": at, "product_id": "A"}
    for session, kind, at in (
        ("s0", "page", "2024-05-01T09:00"),
        ("s7", "page", "2024-10-20T09:00"),
        ("s1", "page", "2024-12-24T20:00"),
        ("s1", "search", "2024-12-24T20:03"),
        ("s1", "page", "2024-12-24T20:10"),
        ("s2", "page", "2025-03-02T10:00"),
        ("s2", "page", "2025-03-02T10:05"),
        ("s3", "page", "2025-03-20T12:00"),
        ("s3", "product_viewed", "2025-03-20T12:01"),
        ("s3", "price_view", "2025-03-20T12:02"),
        ("s4", "page", "2025-09-05T08:00"),
        ("s5", "product_viewed", "2025-09-15T09:00"),
        ("s5", "product_viewed", "2025-09-15T09:10"),
        ("s5", "price_view", "2025-09-15T09:12"),
        ("s6", "page", "2025-09-29T23:50"),
        ("s6", "page", "2025-10-01T00:10"),
        # of no visit
        (None, "price_view", "2024-09-09"),
        (None, "price_view", "2025-01-05"),
        (None, "price_view", "2025-07-04"),
        (None, "price_view", "2025-09-16"),
    )
]
_ACTIONS: Final[list[Row]] = [
    {"event_type": kind, "event_at": at, "feature": feature, "is_core_feature": is_core}
    for kind, at, feature, is_core in (
        ("feature_use", "2024-04-01", "list", True),
        ("feature_use", "2024-10-05", "list", True),
        ("feature_use", "2024-12-01", "list", None),
        ("feature_use", "2025-01-01", "list", True),
        ("feature_use", "2025-02-01", "scan", True),
        ("feature_use", "2025-02-03", "toy", False),
        ("feature_use", "2025-05-05", "list", True),
        ("feature_use", "2025-08-01", "list", True),
        ("feature_adopted", "2024-08-08", "f2", None),
        ("feature_adopted", "2025-01-15", "f1", None),
        ("feature_adopted", "2025-02-15", "f1", None),
        ("feature_adopted", "2025-07-03", "f3", None),
        ("feature_adopted", "2025-09-30", "f4", None),
        ("community", "2024-07-07", None, None),
        ("community", "2025-03-03", None, None),
        ("community", "2025-04-10", None, None),
        ("competitor", "2025-02-02", None, None),
        ("competitor", "2025-07-10", None, None),
        ("competitor", "2025-09-01", None, None),
    )
]
_MESSAGES: Final[list[Row]] = [
    {"event_type": kind, "event_at": at}
    for kind, days in {
        "received": "2024-06-06 2024-09-09 2025-01-02 2025-02-02 2025-03-02 2025-03-16 2025-05-05 "
        "2025-07-03 2025-08-03 2025-09-03",
        "opened": "2024-06-06 2025-01-02",
        "clicked": "2025-03-02 2025-09-03",
        "redeemed": "2025-03-17",
        "spam": "2025-04-20",
        "unsubscribed": "2025-08-04",
    }.items()
    for at in days.split()
] + [{"event_type": "opened", "event_at": "2025-02-02", "is_machine_open": True}]

# Ticket, day, day on which it was solved, priority, topic and tone.
_TICKETS: Final = (
    ("t1", "2024-09-01", "2024-09-03", "low", "price", 0.25),
    ("t2", "2025-01-20", "2025-04-05", "urgent", "service", 1.0),
    ("t3", "2025-03-10", "2025-06-01", "normal", "feature", 0.5),
    ("t4", "2025-03-15", "2025-03-16", "low", "quality", None),
    ("t5", "2025-05-01", "2025-05-02", "high", "price", 0.2),
    ("t10", "2025-06-01", "2025-06-02", "normal", "feature", None),
    ("t6", "2025-07-15", None, "high", "service", 0.6),
    ("t8", "2025-09-01", None, "normal", "other", None),
    ("t9", "2025-09-10", "2025-09-11", "low", "feature", None),
    ("t7", "2025-09-29", None, "urgent", "quality", 0.4),
)
_SURVEYS: Final[list[Row]] = [
    {"event_at": at, "score_share": score, "negativity": tone, "topic": topic}
    for at, score, tone, topic in (
        ("2024-06-01", 0.9, 0.0, "service"),
        ("2024-11-11", 0.5, 1.0, "price"),
        ("2025-02-28", 0.1, 0.6, "quality"),
        ("2025-03-01", 0.6, 0.5, "service"),
        ("2025-03-02", None, None, "other"),
        ("2025-04-04", 0.2, 0.9, "service"),
        ("2025-08-08", 0.8, 0.0, "quality"),
        ("2025-09-09", 0.5, None, "price"),
        ("2025-09-12", None, 0.6, "price"),
    )
]
_SUBSCRIPTIONS: Final[list[Row]] = [
    {"subscription_id": key, "status": status, "valid_from": at, "event_at": at}
    for key, status, at in (
        ("A", "active", "2024-03-01"),
        ("A", "paused", "2025-06-01"),
        ("B", "active", "2024-08-01"),
        ("B", "cancelled", "2025-07-01"),
        ("C", "active", "2025-01-15"),
        ("D", "paused", "2025-02-01"),
        ("D", "cancelled", "2025-03-20"),
        ("E", "active", "2025-05-01"),
        ("E", "cancelled", "2025-08-01"),
    )
]
_CHARGES: Final[list[Row]] = [
    {"charge_id": key, "event_at": at, "status_first": first, "status": newest}
    for key, at, first, newest in (
        ("c1", "2024-12-01", "failed", "failed"),
        ("c2", "2025-02-01", "failed", "failed"),
        ("c3", "2025-03-01", "paid", "paid"),
        ("c4", "2025-07-05", "failed", "paid"),
        ("c5", "2025-09-01", "failed", "failed"),
    )
]
_POINTS: Final[list[Row]] = [
    {"event_at": at, "points": points}
    for at, points in (
        ("2024-05-01", 50),
        ("2024-12-01", 30),
        ("2025-01-02", 20),
        ("2025-03-03", -15),
        ("2025-07-04", 40),
        ("2025-09-09", 5),
        ("2025-09-10", -40),
    )
]
HISTORY: Final[Given] = {
    s.ORDERS: [{"party_id": "shop:1", "version_at": row["event_at"], **row} for row in _ORDERS],
    s.ORDER_LINES: _LINES,
    s.PRODUCTS: [{"product_id": "D", "category": "books", "event_at": "2024-01-01"}],
    s.REFUND_LINES: [{"party_id": "shop:1", **row} for row in _REFUNDS],
    s.WEB_EVENTS: [{"party_id": "web:1", **row} for row in (*_VISITS, *_ACTIONS)],
    s.MESSAGE_EVENTS: [{"party_id": "mail:1", **row} for row in _MESSAGES],
    s.TICKETS: [
        {"ticket_id": key, "event_at": at, "priority": priority, "topic": topic}
        | {"negativity": tone, "party_id": "mail:1"}
        for key, at, _, priority, topic, tone in _TICKETS
    ],
    s.SURVEY_RESPONSES: [{"party_id": "mail:1", **row} for row in _SURVEYS],
    s.SUBSCRIPTIONS: [{"party_id": "shop:1", **row} for row in _SUBSCRIPTIONS],
    s.SUBSCRIPTION_CHARGES: [{"party_id": "shop:1", **row} for row in _CHARGES],
    s.LOYALTY_LEDGER: [{"party_id": "shop:1", **row} for row in _POINTS],
    s.FACT_STATES: [
        *states(s.ORDERS, "o7", "2025-02-20", "2025-02-21"),
        *(
            state
            for key, at, solved, *_ in _TICKETS
            if solved
            for state in states(s.TICKETS, key, at, solved)
        ),
    ],
}
