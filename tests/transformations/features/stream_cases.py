"""Orders of one small shop, their lines and refunds, case by case, and the features they make by
hand.
"""

from holdfast.transformations.tables import silver as s
from tests.transformations.features.money_cases import MONEY, Given, Snapshot, order, states

CASES: dict[str, tuple[Given, Snapshot]] = {
    **MONEY,
    "an order cancelled before the day is no order, one cancelled later still is": (
        {
            s.ORDERS: [
                order("a1", "2025-06-01"),
                order("a2", "2025-06-10", discount_amount=4),
                order("a3", "2025-06-20", discount_amount=2),
            ],
            s.FACT_STATES: [
                *states(s.ORDERS, "a2", "2025-06-10", "2025-06-12"),
                *states(s.ORDERS, "a3", "2025-06-20", "2025-07-01"),
            ],
        },
        {"orders_90d": 2, "spend_365d": 20, "recency_days": 11, "discounted_share_90d": 0.5},
    ),
    "an order whose cancellation was taken back before the day is one again": (
        {
            s.ORDERS: [order("n1", "2025-06-01"), order("n2", "2025-06-10")],
            s.FACT_STATES: [
                *states(s.ORDERS, "n1", "2025-06-01", "2025-06-05", "2025-06-30"),
                *states(s.ORDERS, "n2", "2025-06-10", "2025-06-12", "2025-07-01"),
            ],
        },
        {"orders_90d": 1, "spend_365d": 10, "recency_days": 30},
    ),
    "an order is out from the day on which a version was set aside, and not before": (
        {
            s.ORDERS: [order("o1", "2025-06-01"), order("o2", "2025-06-10", net_amount=7)],
            s.FACT_STATES: [
                *states(s.ORDERS, "o1", "2025-06-01", "2025-06-30", to=s.WITHDRAWN),
                *states(s.ORDERS, "o2", "2025-06-10", "2025-07-01", to=s.WITHDRAWN),
            ],
            s.REFUND_LINES: [{"order_id": key, "event_at": "2025-06-29"} for key in ("o1", "o2")],
        },
        {"orders_90d": 1, "spend_365d": 7, "returns_90d": 1},
    ),
    "an order counts from its first good version": (
        {
            s.ORDERS: [order("p1", "2025-06-01"), order("p2", "2025-06-10")],
            s.FACT_STATES: [
                *states(s.ORDERS, "p1", "2025-06-20"),
                *states(s.ORDERS, "p2", "2025-07-01"),
            ],
        },
        {"orders_90d": 1, "recency_days": 30},
    ),
    "orders of every currency count, amounts of the one of most days are summed": (
        {
            s.ORDERS: [
                order("b1", "2025-06-01", net_amount=4),
                order("b0", "2025-05-01", net_amount=16),
                order("b2", "2025-06-02", currency="EUR", net_amount=500, discount_amount=100),
            ]
        },
        {
            "orders_90d": 3,
            "spend_365d": 20,
            "order_value_90d": 10,
            "discount_share_365d": 0,
            "discounted_share_90d": 1 / 3,
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
                    "line_id": f"e{name}",
                    "order_id": "e1",
                    "product_id": name,
                    "event_at": "2025-06-01",
                }
                for name in "xyz"
            ],
            s.FACT_STATES: [
                *states(s.ORDER_LINES, "ex", "2025-06-01", "2025-06-05"),
                *states(s.ORDER_LINES, "ey", "2025-06-01", "2025-07-05"),
                *states(s.ORDER_LINES, "ez", "2025-06-01", "2025-06-05", "2025-06-06"),
            ],
        },
        {"products_365d": 2},
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
}
