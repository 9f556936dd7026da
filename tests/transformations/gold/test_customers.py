"""What a customer has bought, in which currency."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.gold.customers import histories
from holdfast.transformations.tables.gold import CUSTOMER_ORDERS, CUSTOMER_REFUNDS

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
DAY = date(2026, 6, 1)


def order(customer: int, day: str, **more: object) -> dict[str, object]:
    made = {"ordered_at": f"{day} 10:00", "ordered_on": day, "channel": "web"}
    return {"order_id": f"{customer}-{day}", "customer_id": customer, **made, **more}


def test_the_main_currency_is_that_of_the_snapshot_whatever_orders_are_most(rows: Rows) -> None:
    orders = [
        {**order(customer, f"2026-05-0{day}", currency=currency), "net_amount": day}
        for customer in (1, 2)
        for day, currency in ((1, "EUR"), (2, "EUR"), (3, "USD"))
    ]
    known = rows(CUSTOMER_ORDERS, orders).selectExpr("*", "ordered_on as known_on")
    main = known.selectExpr("1L as customer_id", "'USD' as main_currency").distinct()
    found = histories(known, rows(CUSTOMER_REFUNDS, []), main, DAY).collect()
    shown = {row.customer_id: (row.currency, row.historic_amount) for row in found}
    assert shown == {1: ("USD", Decimal(3)), 2: ("EUR", Decimal(3))}


def test_an_average_has_the_decimals_of_its_currency(rows: Rows) -> None:
    orders = [
        order(customer, f"2026-05-0{day}", currency=currency, net_amount=amount)
        for customer, currency in ((1, "JPY"), (2, "KWD"), (3, "USD"))
        for day, amount in ((1, 1000), (2, 1001), (3, 1001))
    ]
    known = rows(CUSTOMER_ORDERS, orders).selectExpr("*", "ordered_on as known_on")
    nobody = known.selectExpr("customer_id", "currency as main_currency").limit(0)
    found = histories(known, rows(CUSTOMER_REFUNDS, []), nobody, DAY).collect()
    assert {row.currency: row.average_order_amount for row in found} == {
        "JPY": Decimal(1001),
        "KWD": Decimal("1000.667"),
        "USD": Decimal("1000.67"),
    }
