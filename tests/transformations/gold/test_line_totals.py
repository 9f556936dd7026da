"""Orders beside the sums of their lines."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.gold.line_totals import compare_with_lines
from holdfast.transformations.tables.silver import ORDER_LINES, ORDERS

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
# order: currency, net amount, amounts of its lines; those of one in brackets are removed
SHOP: dict[str, tuple[str, str, list[Any]]] = {
    "equal": ("USD", "30", ["10", "20"]),
    "rounded": ("USD", "10.01", ["5", "5"]),
    "short": ("USD", "60", ["40"]),
    "edited": ("USD", "20", ["20", ["40"]]),
    "bare": ("USD", "99", []),
    "yen": ("JPY", "1000", ["1001"]),
    "more yen": ("JPY", "1000", ["1002"]),
    "dinars": ("KWD", "1.234", ["1.224"]),
}


def test_orders_that_differ_from_their_lines_are_counted_with_their_amount(rows: Rows) -> None:
    source = {"source": "shop"}
    orders = [
        {"order_id": key, "currency": currency, "net_amount": net, **source}
        for key, (currency, net, _) in SHOP.items()
    ]
    lines = [
        {
            "line_id": f"{key}-{place}",
            "order_id": key,
            "currency": currency,
            "net_amount": amount[0] if isinstance(amount, list) else amount,
            "removed_at": "2025-01-01" if isinstance(amount, list) else None,
        }
        for key, (currency, _, amounts) in SHOP.items()
        for place, amount in enumerate(amounts)
    ]
    found = compare_with_lines(rows(ORDERS, orders), rows(ORDER_LINES, lines)).collect()
    shown = ("orders", "net_amount", "lines_amount", "wrong", "wrong_amount")
    assert {row.currency: tuple(row[name] for name in shown) for row in found} == {
        "USD": (4, Decimal("120.01"), Decimal(100), 1, Decimal(20)),
        "JPY": (2, Decimal(2000), Decimal(2003), 1, Decimal(2)),
        "KWD": (1, Decimal("1.234"), Decimal("1.224"), 1, Decimal("0.010")),
    }
