"""Each order and line of silver is counted once: in gold, or under the reason why not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.gold.account import account_for_orders, account_for_refunds
from holdfast.transformations.tables.gold import CUSTOMER_ORDERS, CUSTOMER_REFUNDS
from holdfast.transformations.tables.silver import (
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    PARTIES,
    REFUND_LINES,
)

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]


def order(
    key: str, party: str, net: int, currency: str = "USD", **more: object
) -> dict[str, object]:
    held = {"party_id": party, "source": "shop", "currency": currency}
    return {"order_id": f"shop:{key}", "net_amount": net, **held, **more}


def is_there(row: dict[str, object]) -> bool:
    return row["party_id"] in ("a", "turned") and "withdrawn_at" not in row


def line(key: str, of: str, net: int, **more: object) -> dict[str, object]:
    held = {"order_id": f"shop:{of}", "source": "shop", "net_amount": net}
    return {"line_id": f"shop:{key}", **held, **more}


TAKEN_OUT = {"withdrawn_at": "2025-04-01", "withdrawn_by": "filtered:paid"}
LINES = [
    line("1a", "1", 6),
    line("1b", "1", 4),
    line("1c", "1", 3, removed_at="2025-03-01"),
    line("3a", "3", 4),
    line("3b", "3", 1, removed_at="2025-03-01"),
    line("9a", "9", 5),
    line("7a", "7", 11),
    line("1d", "1", 2, removed_at="2025-03-01", **TAKEN_OUT),
]


def test_orders_and_lines_are_in_gold_or_have_a_reason(rows: Rows) -> None:
    members = [{"party_id": "a", "customer_id": 1}, {"party_id": "turned", "customer_id": 2}]
    past = {"valid_from": "2025-01-01", "valid_to": "2025-02-01"}
    nobody = [{"party_id": one, "party_kind": "anonymous"} for one in ("till", "turned")]
    orders = [
        order("1", "a", 10),
        order("2", "a", 20, "EUR"),
        order("3", "till", 4),
        order("4", "late", 7),
        order("5", "gone", 9),
        order("6", "turned", 2),
        order("7", "a", 11, **TAKEN_OUT),
    ]
    gold = [{**row, "customer_id": 1} for row in orders if is_there(row)]
    names = set(CUSTOMER_ORDERS.names)
    found = account_for_orders(
        rows(ORDERS, orders),
        rows(ORDER_LINES, LINES),
        rows(PARTIES, [{"party_id": "a", "party_kind": "customer"}, *nobody]),
        rows(IDENTITY_MAP, [*members, {"party_id": "gone", "customer_id": 3, **past}]),
        rows(CUSTOMER_ORDERS, [{k: v for k, v in row.items() if k in names} for row in gold]),
    ).collect()
    assert {(r.subject, r.source, r.currency, r.outcome, r["rows"], r.amount) for r in found} == {
        ("orders", "shop", "USD", "expected", 2, Decimal(12)),
        ("orders", "shop", "USD", "gold", 2, Decimal(12)),
        ("orders", "shop", "USD", "anonymous", 1, Decimal(4)),
        ("orders", "shop", "USD", "not_resolved", 2, Decimal(16)),
        ("orders", "shop", "USD", "withdrawn:filtered:paid", 1, Decimal(11)),
        ("orders", "shop", "EUR", "expected", 1, Decimal(20)),
        ("orders", "shop", "EUR", "gold", 1, Decimal(20)),
        ("order lines", "shop", "USD", "expected", 2, Decimal(10)),
        ("order lines", "shop", "USD", "gold", 2, Decimal(10)),
        ("order lines", "shop", "USD", "removed", 1, Decimal(3)),
        ("order lines", "shop", "USD", "anonymous", 2, Decimal(5)),
        ("order lines", "shop", "USD", "no_order", 1, Decimal(5)),
        ("order lines", "shop", "USD", "withdrawn:filtered:paid", 2, Decimal(13)),
    }


def test_the_money_of_gift_cards_is_in_gold_beside_revenue(rows: Rows) -> None:
    members = rows(IDENTITY_MAP, [{"party_id": "a", "customer_id": 1}])
    orders = [order("1", "a", 130), order("2", "a", 20)]
    sold = [
        {"order_id": "shop:1", "customer_id": 1, "net_amount": 30, "gift_card_amount": 100},
        {"order_id": "shop:2", "customer_id": 1, "net_amount": 20},
    ]
    found = account_for_orders(
        rows(ORDERS, orders),
        rows(ORDER_LINES, []),
        rows(PARTIES, []),
        members,
        rows(CUSTOMER_ORDERS, sold),
    ).collect()
    assert {(row.outcome, row["rows"], row.amount) for row in found} == {
        ("expected", 2, Decimal(150)),
        ("gold", 2, Decimal(50)),
        ("gift_cards", 0, Decimal(100)),
    }


def test_refunds_are_counted_in_gold_or_have_a_reason(rows: Rows) -> None:
    members = rows(IDENTITY_MAP, [{"party_id": "a", "customer_id": 1}])
    nobody = rows(PARTIES, [{"party_id": "till", "party_kind": "anonymous"}])
    kinds = ("order", "customer", "other_currency", "shipping", "gift_card", "cancelled", "order")
    refunds = [
        {"refund_line_id": f"shop:r{n}", "source": "shop", "refund_amount": 10**n, "party_id": "a"}
        for n in range(7)
    ]
    refunds[6]["party_id"] = "till"
    placed = rows(REFUND_LINES, refunds).selectExpr(
        "*", f"element_at(array{kinds}, cast(substr(refund_line_id, 7) as int) + 1) as counts_as"
    )
    gold = [
        {"refund_id": f"shop:r{n}", "refund_amount": 10**n, "counts_as": kind, "customer_id": 1}
        for n, kind in enumerate(kinds[:6])
    ]
    found = account_for_refunds(placed, nobody, members, rows(CUSTOMER_REFUNDS, gold)).collect()
    assert {(row.subject, row.outcome, row["rows"], int(row.amount)) for row in found} == {
        ("refunds", "expected", 2, 11),
        ("refunds", "gold", 2, 11),
        ("refunds", "other_currency", 1, 100),
        ("refunds", "shipping", 1, 1_000),
        ("refunds", "gift_card", 1, 10_000),
        ("refunds", "cancelled", 1, 100_000),
        ("refunds", "anonymous", 1, 1_000_000),
    }
