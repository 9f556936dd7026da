"""The cost of what was sold is the one that was known on its day."""

from datetime import date
from decimal import Decimal
from typing import Any

from pyspark.sql import SparkSession

from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.tables.silver import ORDER_LINES, PRODUCT_COSTS
from holdfast.transformations.unit_costs import with_unit_costs
from tests.factories import rows as make

DAY = date(2025, 7, 1)


def test_a_line_takes_the_cost_of_its_day_else_the_first_known_one(spark: SparkSession) -> None:
    costs = [
        _cost("tea", "2025-02-01", "2025-04-01", 4),
        _cost("tea", "2025-04-01", None, 5),
        _cost("pot", "2025-02-01", "2025-03-01", 9),  # taken back in March
        _cost("cup", "2025-07-01", None, 3),  # begins on the day
        _cost("jar", "2025-02-01", None, 2, available_at="2025-08-01"),  # said later
    ]
    lines = {
        "before any": ("tea", "2025-01-05"),
        "first": ("tea", "2025-02-01"),
        "last of the first": ("tea", "2025-03-31 23:59"),
        "second": ("tea", "2025-04-01"),
        "taken back": ("pot", "2025-03-02"),
        "not begun": ("cup", "2025-06-30"),
        "said later": ("jar", "2025-06-30"),
        "never said": ("lid", "2025-06-30"),
        "of no product": (None, "2025-06-30"),
    }
    sold = [{"line_id": key, "product_id": what, "event_at": at}
            for key, (what, at) in lines.items()]  # fmt: skip
    known = with_time_zone(make(spark, PRODUCT_COSTS, costs), "UTC")
    found = with_unit_costs(make(spark, ORDER_LINES, sold), known, DAY).collect()
    shown = {row.line_id: (row.unit_cost_amount, row.has_cost_of_its_day) for row in found}
    assert shown == {
        "before any": (Decimal(4), False),
        "first": (Decimal(4), True),
        "last of the first": (Decimal(4), True),
        "second": (Decimal(5), True),
        **dict.fromkeys(
            ("taken back", "not begun", "said later", "never said", "of no product"), (None, None)
        ),
    }
    assert {row.cost_currency for row in found} == {"EUR", None}


def _cost(what: str, since: str, until: str | None, cost: int, **more: str) -> dict[str, Any]:
    of = {"product_id": what, "event_at": since, "valid_from": since, "valid_to": until}
    return {**of, "currency": "EUR", "unit_cost_amount": cost, **more}
