from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.gold import CALENDAR, CUSTOMER_KEYS
from holdfast.transformations.tables.silver import IDENTITY_MAP, ORDERS, PARTIES
from tests.frames import assert_same_rows

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]


def test_the_calendar_agrees_with_pythons(rows: Rows) -> None:
    orders = rows(ORDERS, [{"ordered_on": "2024-03-05"}, {"ordered_on": "2025-01-01"}])
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    expected: list[dict[str, object]] = [
        {
            "day": day,
            "year": day.year,
            "month": day.month,
            "quarter": (day.month + 2) // 3,
            "month_name": f"{day:%B}",
            "iso_week": day.isocalendar().week,
            "weekday": day.isoweekday(),
            "is_month_start": day.day == 1,
        }
        for day in days
    ]
    assert_same_rows(
        conform(calendar(orders, date(2025, 6, 1)), CALENDAR), rows(CALENDAR, expected)
    )


def test_a_shop_without_orders_has_a_calendar_too(rows: Rows) -> None:
    assert calendar(rows(ORDERS, []), date(2025, 6, 1)).count() == 730


def test_a_source_id_keeps_its_colons_and_old_memberships_are_left_out(rows: Rows) -> None:
    identity = rows(
        IDENTITY_MAP,
        [
            {"party_id": "web:device:1", "customer_id": 5, "probability": 1},
            {
                "party_id": "web:device:1",
                "customer_id": 4,
                "probability": 1,
                "valid_to": "2026-01-01",
                "valid_from": "2025-01-01",
            },
            {"party_id": "shop:7", "customer_id": 5, "probability": 0.9},
        ],
    )
    parties = rows(PARTIES, [{"party_id": "shop:7", "party_kind": "guest"}])
    keys = conform(
        stamp_run(customer_keys(identity, parties), CUSTOMER_KEYS, 3, None), CUSTOMER_KEYS
    )
    expected: list[dict[str, object]] = [
        {"source": "web", "source_id": "device:1", "customer_id": 5},
        {"source": "shop", "source_id": "7", "customer_id": 5, "party_kind": "guest"},
    ]
    names = ("source", "source_id", "customer_id", "party_kind")
    assert_same_rows(keys.select(*names), rows(CUSTOMER_KEYS, expected).select(*names))
