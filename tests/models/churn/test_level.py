"""How many leave, by how many left on which days, and whether their shares stand still."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from holdfast.models.churn.calibrate import identity
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.level import find_trend, find_whole_days, measure_levels
from holdfast.models.churn.linear import LinearPredictor
from holdfast.models.churn.linear_fit import fit_constant

OPENED, HORIZON = date(2024, 1, 10), timedelta(days=90)
CONFIG = ChurnTrainingConfig(horizon_days=90, eligible_days=180)
BEFORE, LAST_BEFORE, FIRST_WHOLE = date(2024, 4, 1), date(2024, 7, 7), date(2024, 7, 8)


def asked(days: dict[date, tuple[int, int]]) -> pd.DataFrame:
    """So many leavers of so many customers on each day, the others evenly back in 90 days; one has
    been there since the shop opened.
    """
    parts = [
        pd.DataFrame(
            {
                "as_of": day,
                "churned": np.r_[np.ones(left), np.zeros(size - left)],
                "days_to_order": np.r_[np.full(left, np.nan), np.arange(size - left) % 90],
                "tenure_days": np.r_[float((day - OPENED).days), np.full(size - 1, 3.0)],
            }
        )
        for day, (left, size) in days.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_window_counts_from_the_day_on_which_it_lies_within_the_log() -> None:
    rows = asked(dict.fromkeys((BEFORE, LAST_BEFORE, FIRST_WHOLE), (1, 4)))
    assert find_whole_days(rows, 180) == {FIRST_WHOLE}
    assert find_whole_days(rows, 179) == {LAST_BEFORE, FIRST_WHOLE}


def test_where_no_window_is_whole_or_nothing_says_when_the_log_began_all_count() -> None:
    young = asked({BEFORE: (1, 4), LAST_BEFORE: (1, 4)})
    assert find_whole_days(young, 180) == {BEFORE, LAST_BEFORE}
    rows = asked({BEFORE: (1, 4), FIRST_WHOLE: (1, 4)})
    assert find_whole_days(rows.drop(columns="tenure_days"), 180) == {BEFORE, FIRST_WHOLE}
    assert find_whole_days(rows.assign(tenure_days=np.nan), 180) == {BEFORE, FIRST_WHOLE}


def always(chance: float) -> tuple[LinearPredictor, Calibration]:
    """A predictor that says the same of everybody, and the curve that leaves it."""
    rows = pd.DataFrame({"churned": np.arange(100) < 100 * chance})
    return fit_constant(rows, ()), identity(np.empty(0), np.empty(0), np.empty(0))


def measured(days: dict[date, tuple[int, int]], at: date | None = None) -> KnownLevels:
    """Of which all is known, or what is known on a day."""
    return measure_levels(*always(0.5), asked(days), at or max(days) + HORIZON, CONFIG)


def test_the_level_of_a_day_is_how_far_the_log_odds_lay_from_what_happened() -> None:
    found = measured({BEFORE: (1, 4), FIRST_WHOLE: (30, 120)})
    assert found.shifts == {FIRST_WHOLE: pytest.approx(np.log(30 / 90))}
    assert found.variances == {FIRST_WHOLE: pytest.approx(1 / (120 * 0.25 * 0.75))}


def test_a_level_is_known_one_horizon_after_its_day_and_not_before() -> None:
    found = measured({FIRST_WHOLE: (300, 1200), FIRST_WHOLE + timedelta(days=30): (1000, 1200)})
    nothing = found.forecast(FIRST_WHOLE + timedelta(days=89))
    first = found.forecast(FIRST_WHOLE + timedelta(days=90))
    assert (nothing.shift, nothing.spread) == (0.0, 0.0)
    assert np.log(30 / 90) < first.shift < -0.3 and first.spread > 0.1
    assert found.known_from == FIRST_WHOLE + timedelta(days=120)
    assert found.forecast(found.known_from).shift > first.shift


def test_a_window_that_runs_tells_by_who_has_come_back_how_many_will() -> None:
    """Of the day that is known 900 came back, 300 in the first month; of the younger one 90 have,
    so 270 will and 930 leave.
    """
    younger = FIRST_WHOLE + timedelta(days=60)
    at = younger + timedelta(days=30)
    found = measured({FIRST_WHOLE: (300, 1200), younger: (930, 1200)}, at)
    whole = measured({FIRST_WHOLE: (300, 1200), younger: (930, 1200)})
    assert found.shifts == pytest.approx(whole.shifts, abs=0.01)
    assert found.variances[younger] > 2 * whole.variances[younger], "it is an estimate"
    assert found.known_on == {FIRST_WHOLE: at, younger: at}
    assert found.forecast(at).shift > found.forecast(at - timedelta(days=1)).shift


def test_nothing_that_comes_after_the_day_says_anything_of_a_window_that_runs() -> None:
    younger = FIRST_WHOLE + timedelta(days=60)
    at = younger + timedelta(days=30)
    rows = asked({FIRST_WHOLE: (300, 1200), younger: (900, 1200)})
    runs = rows["as_of"] == younger
    poisoned = rows.assign(
        churned=rows["churned"].mask(runs),
        days_to_order=rows["days_to_order"].mask(runs & (rows["days_to_order"] >= 30), 77.0),
    )
    later = asked({at + timedelta(days=1): (5, 50)})
    found = [measure_levels(*always(0.5), one, at, CONFIG) for one in (rows, poisoned)]
    found.append(measure_levels(*always(0.5), pd.concat([rows, later]), at, CONFIG))
    assert found[0] == found[1] == found[2]


def test_where_no_known_window_is_whole_all_known_ones_count_though_a_younger_one_is() -> None:
    running = FIRST_WHOLE + timedelta(days=30)
    found = measured({BEFORE: (1, 4), running: (1, 4)}, running + timedelta(days=10))
    assert set(found.shifts) == {BEFORE, running}


def test_where_nobody_knows_who_came_back_when_a_window_that_runs_says_nothing() -> None:
    younger = FIRST_WHOLE + timedelta(days=60)
    rows = asked({FIRST_WHOLE: (300, 1200), younger: (900, 1200)}).assign(days_to_order=np.nan)
    at = younger + timedelta(days=30)
    assert set(measure_levels(*always(0.5), rows, at, CONFIG).shifts) == {FIRST_WHOLE}


def test_days_on_which_all_left_or_none_have_a_finite_level() -> None:
    found = measured({FIRST_WHOLE: (0, 50), FIRST_WHOLE + timedelta(days=30): (50, 50)})
    assert list(found.shifts.values()) == pytest.approx([np.log(0.5 / 49.5), np.log(49.5 / 0.5)])


def test_a_season_that_was_seen_once_is_expected_again() -> None:
    """A quarter leaves, half before Christmas: after a year the same is expected of the next."""
    days = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(8, 21)]
    rates = {day: (480 if day.month in (11, 12, 1) else 240) for day in days}
    found = measured({day: (left, 960) for day, left in rates.items()})
    spring, winter = (found.forecast(day).shift for day in (date(2025, 12, 8), date(2026, 5, 8)))
    assert spring > winter + 0.3


def test_known_levels_survive_json() -> None:
    found = measured({FIRST_WHOLE: (30, 120)})
    assert KnownLevels.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_trend_of_two_days_is_the_test_of_two_shares() -> None:
    rows = asked({BEFORE: (40, 200), FIRST_WHOLE: (90, 300)})
    found = find_trend(rows, {BEFORE, FIRST_WHOLE})
    share = 130 / 500
    error = np.sqrt(share * (1 - share) * (1 / 200 + 1 / 300))
    assert found.z == pytest.approx((90 / 300 - 40 / 200) / error)
    assert found.rates == {BEFORE: 0.2, FIRST_WHOLE: 0.3}
    assert found.customers == {BEFORE: 200, FIRST_WHOLE: 300}


def test_shares_that_stand_still_have_no_trend_and_falling_ones_one_below_0() -> None:
    days = [BEFORE + timedelta(days=30 * n) for n in range(4)]
    still = asked(dict(zip(days, [(20, 100), (30, 150), (24, 120), (40, 200)], strict=True)))
    assert find_trend(still, days).z == pytest.approx(0.0)
    falling = asked(dict(zip(days, [(60, 100), (50, 100), (40, 100), (30, 100)], strict=True)))
    assert find_trend(falling, days).z < -3
    assert find_trend(falling, days[:1]).z == 0.0


def test_by_chance_alone_a_trend_is_seen_in_five_of_a_hundred_shops() -> None:
    random = np.random.default_rng(3)
    days = [BEFORE + timedelta(days=30 * n) for n in range(5)]
    shops = (
        asked({day: (int(random.binomial(300, 0.2)), 300) for day in days}) for _ in range(400)
    )
    seen = sum(abs(find_trend(shop, days).z) > 1.96 for shop in shops)
    assert 8 <= seen <= 34
