"""Rows of a small shop about its money, case by case, and the features they make by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from holdfast.transformations.tables import silver as s
from holdfast.transformations.tables.table import Table

Snapshot = Mapping[str, Any]
Given = dict[Table, list[dict[str, Any]]]


def order(number: str, at: str, **more: Any) -> dict[str, Any]:
    """A row of silver.orders."""
    return {
        "order_id": number,
        "event_at": at,
        "version_at": at,
        "net_amount": 10,
        "channel": "web",
        **more,
    }


def states(
    table: Table, fact_id: str, *turns: str | datetime, to: str = s.ENDED
) -> list[dict[str, Any]]:
    """States of a fact that first stands, then turns to another on each of the days after the
    first, and back again.
    """
    return [
        {
            "fact_table": table.short_name,
            "fact_id": fact_id,
            "status": to if place % 2 else s.STANDING,
            "valid_from": at,
            "valid_to": turns[place + 1] if place + 1 < len(turns) else None,
        }
        for place, at in enumerate(turns)
    ]


MONEY: dict[str, tuple[Given, Snapshot]] = {
    "of two currencies with as many days the newer is the main one": (
        {
            s.ORDERS: [
                order("bb1", "2025-06-01", currency="USD"),
                order("bb2", "2025-06-02", currency="EUR", net_amount=500, discount_amount=100),
                order("bb3", "2025-06-03", currency="USD"),
            ],
            s.FACT_STATES: states(s.ORDERS, "bb3", "2025-06-03", "2025-06-04"),
        },
        {"orders_90d": 2, "spend_365d": 500, "discount_share_365d": 1 / 6},
    ),
    "amounts are in units of their currency, whatever its decimals": (
        {s.ORDERS: [order("by", "2025-06-01", currency="JPY", net_amount=1000)]},
        {"spend_365d": 1000, "order_value_90d": 1000},
    ),
    "gift cards in an order are no spend": (
        {
            s.ORDERS: [order("bg", "2025-06-01", net_amount=60)],
            s.ORDER_LINES: [
                {
                    "order_id": "bg",
                    "is_gift_card": True,
                    "net_amount": 50,
                    "event_at": "2025-06-01",
                    "version_at_first": "2025-06-01",
                }
            ],
        },
        {"orders_90d": 1, "spend_365d": 10},
    ),
    "money given back for no line is no return, nor is that of shipping": (
        {
            s.ORDERS: [order("br", "2025-06-01")],
            s.REFUND_LINES: [
                {"order_id": "br", "event_at": "2025-06-03", "refund_kind": "adjustment"},
                {"order_id": "br", "event_at": "2025-06-03", "refund_kind": "shipping"},
                {
                    "order_id": "br",
                    "event_at": "2025-06-03",
                    "refund_kind": "adjustment",
                    "line_id": "x",
                },
            ],
        },
        {"returns_90d": 1},
    ),
    "goods that came back without an order are their own party's": (
        {
            s.ORDERS: [order("bo", "2025-06-01")],
            s.REFUND_LINES: [
                {"order_id": None, "event_at": "2025-06-03", "refund_kind": "return"},
                {"order_id": "elsewhere", "event_at": "2025-06-03", "refund_kind": "return"},
            ],
        },
        {"returns_90d": 2},
    ),
}
