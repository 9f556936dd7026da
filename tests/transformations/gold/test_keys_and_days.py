from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.gold import CALENDAR, CUSTOMER_KEYS
from holdfast.transformations.tables.silver import IDENTITY_MAP, ORDERS, PARTIES

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]


def test_the_calendar_agrees_with_pythons(rows: Rows) -> None:
    orders = rows(ORDERS, [{"event_at": "2024-03-05 10:00"}, {"event_at": "2025-01-01 10:00"}])
    days = conform(calendar(orders, date(2025, 6, 1)), CALENDAR).orderBy("day").collect()
    assert (days[0].day, days[-1].day) == (date(2024, 1, 1), date(2026, 12, 31))
    assert [row.day for row in days] == [days[0].day + timedelta(days=n) for n in range(len(days))]
    for row in days:
        _, week, weekday = row.day.isocalendar()
        assert (row.year, row.month, row.quarter) == (
            row.day.year,
            row.day.month,
            (row.day.month + 2) // 3,
        )
        assert (row.month_name, row.iso_week, row.weekday) == (f"{row.day:%B}", week, weekday)
        assert row.is_month_start == (row.day.day == 1)


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
    ).collect()
    assert {(row.source, row.source_id, row.customer_id, row.party_kind) for row in keys} == {
        ("web", "device:1", 5, None),
        ("shop", "7", 5, "guest"),
    }
