from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.models.value.level import forecast_level, select_whole

MONTHS = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(36)]


def seasonal(day: date) -> float:
    """A third more than expected at its height in October, a third less in April."""
    return float(1.3 ** np.sin(2 * np.pi * (day - date(day.year, 7, 8)).days / 365.25))


def test_where_nothing_is_known_the_level_is_one_and_its_spread_unknown() -> None:
    level = forecast_level({MONTHS[-1]: 2.0}, MONTHS[-1], 90)
    assert level.factor == 1.0
    assert np.isnan(level.spread)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(MONTHS), st.floats(0.2, 5.0), max_size=36))
def test_no_outcome_window_reaches_past_the_day(ratios: dict[date, float]) -> None:
    at = date(2024, 6, 15)
    known = {day: ratio for day, ratio in ratios.items() if day + timedelta(days=90) <= at}
    ours, theirs = forecast_level(ratios, at, 90), forecast_level(known, at, 90)
    assert ours.factor == theirs.factor
    assert 0 < ours.factor < 6


def test_a_level_is_trusted_the_more_the_more_days_show_it() -> None:
    at = date(2025, 12, 1)
    known = [day for day in MONTHS if day + timedelta(days=90) <= at]
    levels = [
        forecast_level(dict.fromkeys(known[-count:], 2.0), at, 90).factor for count in (1, 6, 12)
    ]
    assert 1.2 < levels[0] < levels[1] < levels[2] < 2.0


def test_five_months_that_agree_say_nothing_of_the_season_to_come() -> None:
    spread = {
        count: forecast_level(dict.fromkeys(MONTHS[:count], 1.0), MONTHS[count + 3], 90).spread
        for count in (5, 12)
    }
    assert spread[12] < 0.1 < 0.15 < spread[5]


def test_a_season_that_was_seen_once_is_expected_again() -> None:
    """Fourteen known months: July is to come, and only last July knows it."""
    ratios = {day: seasonal(day) for day in MONTHS[:14]}
    at = date(2024, 10, 1)
    assert forecast_level(ratios, at, 90).factor == pytest.approx(seasonal(at), rel=0.08)


def test_intervals_of_levels_hold_as_often_as_they_say() -> None:
    """Drift and noise of the size that the prior names, by a second implementation: an
    autoregression of months.
    """
    random, inside = np.random.default_rng(3), []
    for _ in range(120):
        drift = [random.normal(0, np.sqrt(0.02))]
        keep = np.exp(-(1 / 12) / 0.5)
        for _ in range(26):
            drift.append(keep * drift[-1] + random.normal(0, np.sqrt(0.02 * (1 - keep**2))))
        logs = np.array(drift) + random.normal(0, np.sqrt(0.005), len(drift))
        at = MONTHS[26]
        level = forecast_level(dict(zip(MONTHS, np.exp(logs[:24]), strict=False)), at, 60)
        low, high = level.interval(0.9)
        inside.append(low <= np.exp(logs[26]) / level.factor <= high)
    assert 0.8 <= np.mean(inside) <= 0.97


def test_the_first_days_of_a_log_are_no_level() -> None:
    ratios = dict.fromkeys(MONTHS[:6], 1.0)
    assert list(select_whole(ratios, MONTHS[0], 90)) == MONTHS[3:6]
