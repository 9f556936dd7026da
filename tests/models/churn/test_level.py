"""From which cut-offs the number of leavers is learnt, and whether their shares stand still."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.level import find_trend, find_whole_days, weigh_outcomes

OPENED = date(2024, 1, 10)
CONFIG = ChurnTrainingConfig(horizon_days=90, eligible_days=180)
BEFORE, LAST_BEFORE, FIRST_WHOLE = date(2024, 4, 1), date(2024, 7, 7), date(2024, 7, 8)


def asked(days: dict[date, tuple[int, int]]) -> pd.DataFrame:
    """So many leavers of so many customers on each day; one has been there since the shop
    opened.
    """
    parts = [
        pd.DataFrame(
            {
                "as_of": day,
                "churned": np.r_[np.ones(left), np.zeros(size - left)],
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


def test_an_outcome_weighs_half_per_horizon_back_and_nothing_before_a_whole_window() -> None:
    held_out = FIRST_WHOLE + timedelta(days=180)
    days = (BEFORE, FIRST_WHOLE, FIRST_WHOLE + timedelta(days=90))
    rows = pd.DataFrame({"as_of": days})
    assert weigh_outcomes(rows, held_out, set(days[1:]), CONFIG).tolist() == [0.0, 0.25, 0.5]
    slower = replace(CONFIG, horizon_days=180)
    assert weigh_outcomes(rows, held_out, set(days[1:]), slower)[1] == pytest.approx(0.5)


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
