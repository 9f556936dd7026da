"""Orders as habits are counted from, by hand."""

from datetime import date, datetime
from decimal import Decimal
from math import log
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.segments.purchases import (
    PLACES,
    relative_purchases,
    typical_orders,
)

DAY: Final = date(2025, 6, 1)
SCHEMA: Final = (
    "customer_id long, currency_first string, event_at timestamp, available_at timestamp, "
    "time_zone string, net_amount_first decimal(18,3), discount_amount_first decimal(18,3), "
    "stands_from timestamp, stands_to timestamp, channel string"
)


def order(amount: int, day: int = 1, month: int = 5, **own: Any) -> dict[str, Any]:
    at = datetime(2025, month, day, 12)
    usual = {"customer_id": 1, "currency_first": "USD", "event_at": at, "available_at": at}
    shape = {"time_zone": "UTC", "discount_amount_first": None, "stands_to": None}
    return {
        **usual,
        **shape,
        "net_amount_first": Decimal(amount),
        "stands_from": at,
        "channel": "web",
    } | own


ORDERS: Final = [
    order(10),
    order(40, 2, discount_amount_first=Decimal(4)),
    order(90, 3, channel="pos"),
    order(5000, 4, currency_first="JPY", channel="app"),
    order(0, 5, channel="subscription"),
    order(10**6, 1, month=6),  # on the day itself
    order(10**6, 30, available_at=datetime(2025, 6, 2)),  # before it, and not known
]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> tuple[dict[str, Any], list[Any]]:
    orders = spark.createDataFrame(ORDERS, SCHEMA)
    typical = typical_orders(orders, DAY)
    rows = relative_purchases(orders, typical).orderBy("day").collect()
    return {row.currency: row for row in typical.collect()}, rows


def test_the_median_is_of_what_was_known_before_the_day(found: Any) -> None:
    typical, _ = found
    assert typical["USD"].typical == pytest.approx(log(40))
    assert (typical["USD"].orders, typical["JPY"].orders) == (4, 1)


def test_amounts_stand_beside_those_of_their_own_currency(found: Any) -> None:
    values = [row.log_value for row in found[1]][:5]
    assert values[:4] == pytest.approx([log(10 / 40), 0.0, log(90 / 40), 0.0])
    assert values[4] is None


def test_places_discounts_and_days_are_those_of_the_order(found: Any) -> None:
    rows = found[1]
    assert [row.place for row in rows][:5] == [
        PLACES.index("web"),
        PLACES.index("web"),
        PLACES.index("store"),
        PLACES.index("app"),
        -1,
    ]
    assert [row.is_discounted for row in rows][:3] == [False, True, False]
    late = rows[5]
    assert late.known_day - late.day == 3
