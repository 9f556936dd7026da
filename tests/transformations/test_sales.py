"""What orders brought in and what refunds take from it, case by case."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.sales import place_refunds, with_sales
from holdfast.transformations.tables.silver import ORDER_LINES, ORDERS, REFUND_LINES
from tests.factories import rows as make

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]

ORDERED = [
    {"order_id": "plain", "net_amount": 80},
    {"order_id": "card", "net_amount": 100},
    {"order_id": "both", "net_amount": 130},
    {"order_id": "swapped", "net_amount": 70, "net_amount_first": 120},
    {"order_id": "added", "net_amount": 75, "net_amount_first": 25},
    {"order_id": "bare", "net_amount": 10},
    {"order_id": "gone", "net_amount": 40, "cancelled_at": "2025-03-02"},
]
CARDS = {
    "card": [{"net_amount": 100}],
    "both": [{"net_amount": 50}, {"net_amount": 30}],
    "swapped": [{"net_amount": 50, "removed_at": "2025-03-05"}],
    "added": [{"net_amount": 50, "version_at_first": "2025-03-05"}],
    "bare": [{"net_amount": 25}],  # the header has left the card out already
}
NET = {  # newest, first, cards
    "plain": (80, 80, 0),
    "card": (0, 0, 100),
    "both": (50, 50, 80),
    "swapped": (70, 70, 0),
    "added": (25, 25, 50),
    "bare": (10, 10, 0),
    "gone": (40, 40, 0),
}
REFUNDED: dict[str, tuple[dict[str, Any], str]] = {
    "a line of its order": ({"order_id": "plain", "line_id": "plain-1"}, "order"),
    "goodwill, for no line": ({"order_id": "plain", "refund_kind": "adjustment"}, "order"),
    "less than calculated": ({"order_id": "plain", "refund_amount": -5}, "order"),
    "shipping": ({"order_id": "plain", "refund_kind": "shipping"}, "shipping"),
    "in another currency": ({"order_id": "plain", "currency": "CAD"}, "other_currency"),
    "of no order": ({}, "customer"),
    "of an order that never came": ({"order_id": "elsewhere"}, "customer"),
    "of a cancelled order": ({"order_id": "gone"}, "cancelled"),
    "of a gift card": ({"order_id": "both", "line_id": "both-0"}, "gift_card"),
    "of goods beside one": ({"order_id": "both", "line_id": "both-9"}, "order"),
    "of an order of cards alone": ({"order_id": "card"}, "gift_card"),
}


@pytest.fixture(scope="module")
def sold(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    """Orders of `with_sales` and the lines."""
    start = {"event_at": "2025-03-01", "party_id": "shop:buyer"}
    lines = [
        {"line_id": f"{order}-{place}", "order_id": order, "is_gift_card": True}
        | {"event_at": "2025-03-01", **card}
        for order, cards in CARDS.items()
        for place, card in enumerate(cards)
    ]
    lines += [{"line_id": "plain-1", "order_id": "plain", "is_gift_card": False, "net_amount": 80}]
    lines += [{"line_id": "both-9", "order_id": "both", "net_amount": 50}]
    made = make(spark, ORDER_LINES, lines)
    return with_sales(make(spark, ORDERS, [{**start, **order} for order in ORDERED]), made), made


def test_gift_cards_are_no_revenue_and_stand_apart(sold: tuple[DataFrame, DataFrame]) -> None:
    found = {row.order_id: row for row in sold[0].collect()}
    shown = ("net_amount", "net_amount_first", "gift_card_amount")
    assert {key: tuple(row[name] for name in shown) for key, row in found.items()} == {
        key: tuple(map(Decimal, amounts)) for key, amounts in NET.items()
    }


def test_a_refund_takes_from_what_it_is_for(rows: Rows, sold: tuple[DataFrame, DataFrame]) -> None:
    given = [
        {"refund_line_id": name, "party_id": "shop:own", "refund_amount": 5, **refund}
        for name, (refund, _) in REFUNDED.items()
    ]
    placed = place_refunds(rows(REFUND_LINES, given), *sold).collect()
    assert {row.refund_line_id: row.counts_as for row in placed} == {
        name: counts_as for name, (_, counts_as) in REFUNDED.items()
    }
    own = {row.refund_line_id for row in placed if row.party_id == "shop:own"}
    assert own == {"of no order", "of an order that never came"}
