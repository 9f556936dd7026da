"""Whose risk band moved, against rows written by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame

from holdfast.transformations.gold.band_changes import band_changes
from holdfast.transformations.tables.gold import CHURN_SCORES, CUSTOMER_REDIRECTS

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
OLD, BEFORE, NOW = date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 9)


def score(day: date, customer: int, band: str, chance: float, days: int = 90) -> dict[str, object]:
    given = {"risk_band": band, "churn_probability": chance, "horizon_days": days}
    return {"as_of": day, "customer_id": customer, **given}


SCORES = [
    # 1 stays, 2 gets worse, 3 better, 4 appears, 5 is asked about no longer
    *(score(OLD, i, "high", 0.9) for i in (1, 2, 3, 4, 5)),
    *(score(BEFORE, i, "early", 0.2) for i in (1, 2, 3, 5)),
    *(score(NOW, i, band, 0.5) for i, band in [(1, "early"), (2, "high"), (3, "none")]),
    score(NOW, 4, "medium", 0.4),
    # 10 was 11 and 12, of whom it scored none itself; 20 was itself and 21; 30 leads nowhere
    score(BEFORE, 11, "medium", 0.4),
    score(BEFORE, 12, "none", 0.1),
    score(NOW, 10, "medium", 0.4),
    score(BEFORE, 20, "none", 0.1),
    score(BEFORE, 21, "high", 0.8),
    score(NOW, 20, "early", 0.2),
    score(BEFORE, 30, "high", 0.8),
    # another horizon is another question
    score(BEFORE, 1, "none", 0.1, 365),
    score(NOW, 2, "none", 0.1, 365),
]
LED = {11: 10, 12: 10, 21: 20, 30: None}


@pytest.fixture(scope="module")
def found(spark: Any) -> dict[date, list[tuple[Any, ...]]]:
    """Rows by the day they are of: customer, day and id compared with, bands, is_worse."""
    from tests.factories import rows

    own = {i: i for i in (1, 2, 3, 4, 5, 10, 20)} | LED
    redirects = [{"customer_id": old, "current_customer_id": now} for old, now in own.items()]
    scores = rows(spark, CHURN_SCORES, SCORES)
    led = rows(spark, CUSTOMER_REDIRECTS, redirects)
    columns = ("customer_id", "from_on", "from_customer_id", "from_band", "to_band", "is_worse")
    return {
        day: sorted(
            (tuple(row[name] for name in columns))
            for row in band_changes(scores, led, day, 90).collect()
        )
        for day in (OLD, NOW)
    }


def test_the_first_day_that_is_scored_has_no_changes(
    found: dict[date, list[tuple[Any, ...]]],
) -> None:
    assert found[OLD] == []


def test_every_move_since_the_day_before_is_one_row_and_a_band_that_stayed_is_none(
    found: dict[date, list[tuple[Any, ...]]],
) -> None:
    assert [row for row in found[NOW] if row[0] < 10] == [
        (2, BEFORE, 2, "early", "high", True),
        (3, BEFORE, 3, "early", "none", False),
        (4, BEFORE, None, None, "medium", None),
        (5, BEFORE, 5, "early", None, None),
    ]


def test_a_merged_customer_is_followed_by_the_id_that_stayed_else_by_the_worst(
    found: dict[date, list[tuple[Any, ...]]],
) -> None:
    # 10 keeps the medium of 11: no change; 20 is compared with itself, not with 21's high
    assert [row for row in found[NOW] if row[0] >= 10] == [(20, BEFORE, 20, "none", "early", True)]
