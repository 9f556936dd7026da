"""Habits of each day against a count by hand of every order."""

from datetime import date, timedelta
from itertools import pairwise
from math import log
from typing import Any, Final

import numpy as np
import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.segments.habits import HABITS, count_habits
from holdfast.transformations.segments.purchases import PLACES

EPOCH: Final = date(1970, 1, 1)
DAYS: Final = (date(2025, 2, 1), date(2025, 6, 1), date(2026, 1, 1))
WINDOW: Final = 200
SCHEMA: Final = (
    "customer_id long, day int, known_day int, ended_day int, log_value double, "
    "is_discounted boolean, place int"
)


def draw_orders() -> list[tuple[Any, ...]]:
    """Orders of 40 people: some known late, some that ended, some worth nothing."""
    random = np.random.default_rng(2)
    orders = []
    for _ in range(600):
        day = int(random.integers(0, 400)) + (date(2024, 12, 1) - EPOCH).days
        known = day + int(random.choice([0, 0, 0, 30]))
        ended = known + 40 if random.random() < 0.1 else None
        value = None if random.random() < 0.1 else float(random.normal())
        discounted = bool(random.random() < 0.3)
        who, place = int(random.integers(1, 41)), int(random.integers(-1, len(PLACES)))
        orders.append((who, day, known, ended, value, discounted, place))
    return orders


def count_by_hand(orders: list[tuple[Any, ...]], who: int, day: int) -> dict[str, float] | None:
    own = [o for o in orders if o[0] == who and o[2] < day and (o[3] is None or o[3] >= day)]
    if not own:
        return None
    inside = [o for o in own if o[1] >= day - WINDOW]
    bought = sorted({o[1] for o in inside})
    gaps = [after - before for before, after in pairwise(bought)]
    values = [o[4] for o in inside if o[4] is not None]
    return {
        "first": min(o[1] for o in own),
        "last": max(o[1] for o in own),
        "orders": len(inside),
        "purchase_days": len(bought),
        "gaps": len(gaps),
        "valued_orders": len(values),
        "discounted_orders": sum(o[5] for o in inside),
        "gap_days": sum(gaps),
        "log_gap_days": sum(log(gap - 0.5) for gap in gaps),
        "log_value": sum(values),
        "log_value_squared": sum(value**2 for value in values),
        "value": sum(np.exp(value) for value in values),
        **{f"{name}_orders": sum(o[6] == at for o in inside) for at, name in enumerate(PLACES)},
    }


def test_every_customer_and_day_is_counted_as_by_hand(spark: SparkSession) -> None:
    orders = draw_orders()
    found = count_habits(spark.createDataFrame(orders, SCHEMA), DAYS, WINDOW).collect()
    rows = {(row.customer_id, row.as_of): row for row in found}
    expected = {
        (who, day): counted
        for who in range(1, 41)
        for day in DAYS
        if (counted := count_by_hand(orders, who, (day - EPOCH).days))
    }
    assert len(found) == len(rows) and set(rows) == set(expected)
    for key, counted in expected.items():
        row = rows[key]
        assert row.first_on == EPOCH + timedelta(days=counted.pop("first"))
        assert row.last_on == EPOCH + timedelta(days=counted.pop("last"))
        assert {name: row[name] for name in HABITS} == pytest.approx(counted)
