"""Tastes of each day against a count by hand of every line."""

from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.segments.tastes import TASTE_COUNTS, count_tastes

EPOCH: Final = date(1970, 1, 1)
DAYS: Final = (date(2025, 2, 1), date(2025, 6, 1), date(2026, 1, 1))
WINDOW: Final = 500
CATEGORIES: Final = ("Tea", "Amber", "Zinc", None)
BRANDS: Final = ("Holm", "Cedar", None)
SCHEMA: Final = (
    "customer_id long, day int, known_day int, ended_day int, category string, "
    "is_private_label boolean, brand string"
)


def draw_lines() -> list[tuple[Any, ...]]:
    """Lines of 40 people: some known late, some that ended, some of nothing known."""
    random = np.random.default_rng(2)
    lines = []
    for _ in range(700):
        day = int(random.integers(0, 600)) + (date(2024, 4, 1) - EPOCH).days
        known = day + int(random.choice([0, 0, 0, 30]))
        ended = known + 40 if random.random() < 0.1 else None
        category, brand = (
            some[int(random.integers(0, len(some)))] for some in (CATEGORIES, BRANDS)
        )
        own = None if brand is None and random.random() < 0.5 else bool(random.random() < 0.3)
        who = int(random.integers(1, 41))
        lines.append((who, day, known, ended, category, own, None if own else brand))
    return lines


def count_by_hand(lines: list[tuple[Any, ...]], who: int, day: int) -> dict[str, Any] | None:
    mine = [o for o in lines if o[0] == who and o[2] < day and (o[3] is None or o[3] >= day)]
    inside = [o for o in mine if o[1] >= day - WINDOW]
    if not inside:
        return None
    found: dict[str, Any] = {
        "label_lines": sum(o[5] is not None for o in inside),
        "private_lines": sum(o[5] is True for o in inside),
        "category_lines": sum(o[4] is not None for o in inside),
        "brand_lines": sum(o[6] is not None or o[5] is True for o in inside),
    }
    for kind, at in (("category", 4), ("brand", 6)):
        times = Counter(o[at] for o in inside if o[at] is not None)
        top = min(times, key=lambda name: (-times[name], name), default=None)
        found[f"{kind}_pairs"] = sum(n * (n - 1) for n in times.values())
        found[f"{kind}_top_lines"] = times[top]
        found[f"top_{kind}"] = top
    bought = sorted({o[1] for o in inside})
    is_long = day - bought[0] >= 365 and bought[-1] - bought[0] >= 270
    months = Counter((EPOCH + timedelta(days=one)).month for one in bought if is_long)
    return {**found, "month_days": [months[number] for number in range(1, 13)]}


def test_every_customer_and_day_is_counted_as_by_hand(spark: SparkSession) -> None:
    lines = draw_lines()
    found = count_tastes(spark.createDataFrame(lines, SCHEMA), DAYS, WINDOW).collect()
    rows = {(row.customer_id, row.as_of): row for row in found}
    expected = {
        (who, day): counted
        for who in range(1, 41)
        for day in DAYS
        if (counted := count_by_hand(lines, who, (day - EPOCH).days))
    }
    assert len(found) == len(rows) and set(rows) == set(expected)
    assert 10 < sum(any(one["month_days"]) for one in expected.values()) < len(expected) - 10
    for key, counted in expected.items():
        row = rows[key]
        assert {name: row[name] for name in TASTE_COUNTS} == pytest.approx(
            {name: counted[name] for name in TASTE_COUNTS}
        )
        for name in ("top_category", "top_brand", "month_days"):
            assert row[name] == counted[name]
