"""Lines as tastes are counted from: which count, from when until when, and of what."""

from collections import Counter
from datetime import date
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.segments.lines import count_kinds, select_purchased_lines
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables.silver import FACT_STATES, ORDER_LINES, ORDERS, PRODUCTS
from tests.factories import rows

EPOCH: Final = date(1970, 1, 1)
AT: Final = {"event_at": "2025-03-01", "available_at": "2025-03-02"}


def line(number: int, **own: Any) -> dict[str, Any]:
    about = {"line_id": f"l{number}", "order_id": "o1", "order_id_first": "o1", **AT}
    versions = {"version_at": "2025-03-01", "version_at_first": "2025-03-01"}
    return {**about, **versions, "product_id": "p1", "is_gift_card": False, **own}


def product(number: int, at: str = "2025-01-01", **own: Any) -> dict[str, Any]:
    known = {"event_at": at, "available_at": at}
    return {"product_id": f"p{number}", **known, "category_first": "Tea", **own}


LINES: Final = [
    line(1),
    line(2, category="Cake"),  # its own word counts
    line(3, product_id="p2"),
    line(4, product_id="p3"),
    line(5, version_at_first="2025-03-09"),  # added by a newer version of the order
    line(6, is_gift_card=True),
    line(7),  # removed on the fifth
]
PRODUCTS_SOLD: Final = [
    product(1, brand_first="Holm", is_private_label=False),
    product(2, brand_first="Own Label", is_private_label=True),
    product(3, "2025-06-01", brand_first="Holm"),  # not known when the line was sold
]
STATES: Final = [
    {"fact_id": "l7", "valid_from": "2025-03-01", "valid_to": "2025-03-05", "status": "standing"},
    {"fact_id": "l7", "valid_from": "2025-03-05", "valid_to": None, "status": "ended"},
]


@pytest.fixture(scope="module")
def lines(spark: SparkSession) -> Any:
    states = rows(spark, FACT_STATES, [{"fact_table": "order_lines", **one} for one in STATES])
    versions = {"version_at": "2025-03-01", "version_at_first": "2025-03-01"}
    order = {"order_id": "o1", "party_id": "shop:1", **AT, **versions}
    orders = while_standing(rows(spark, ORDERS, [order]), states, ORDERS)
    sold = while_standing(rows(spark, ORDER_LINES, LINES), states, ORDER_LINES)
    return select_purchased_lines(
        sold, orders.selectExpr("*", "42L as customer_id"), rows(spark, PRODUCTS, PRODUCTS_SOLD)
    ).cache()


def on(day: int) -> int:
    return (date(2025, 3, day) - EPOCH).days


def test_a_line_counts_while_it_and_its_order_stand_and_is_of_what_was_known(lines: Any) -> None:
    usual = (on(1), on(2), None)
    assert Counter(tuple(row) for row in lines.drop("customer_id").collect()) == Counter(
        [
            (*usual, "Tea", False, "Holm"),
            (*usual, "Cake", False, "Holm"),
            (*usual, "Tea", True, None),  # the shop's own label is no brand
            (*usual, None, None, None),
            (on(1), on(9), None, "Tea", False, "Holm"),
            (on(1), on(2), on(5), "Tea", False, "Holm"),
        ]
    )


def test_the_base_is_counted_of_lines_that_stood_and_were_known(lines: Any) -> None:
    def count(day: int) -> set[Any]:
        return {tuple(row) for row in count_kinds(lines, date(2025, 3, day), 730).collect()}

    assert count(4) == {
        ("category", "Tea", 3),
        ("category", "Cake", 1),
        ("brand", "Holm", 3),
        ("brand", None, 1),
    }
    assert ("category", "Tea", 2) in count(7)  # one was removed
