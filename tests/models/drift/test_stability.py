"""The test over all features: how often a stable base alarms, and what is found."""

import numpy as np
import pytest

from holdfast.models.arrays import Floats
from holdfast.models.drift.cells import CELLS, Counts, find_edges, place_in_cells
from holdfast.models.drift.stability import find_smallest_shift, rate_feature, rate_features
from tests.models.drift.windows import draw_window

ALARM = 0.01
FEATURES = 91


def count(before: Floats, now: Floats) -> Counts:
    """Counts of values of different customers, before on one day."""
    edges = find_edges(before)
    then, today = (
        np.bincount(place_in_cells(values, edges), minlength=CELLS).astype(float)
        for values in (before, now)
    )
    return Counts(then[None, :], today, then, today)


def test_of_500_stable_windows_at_most_one_percent_alarm() -> None:
    smallest = [rate_features(draw_window(seed, 1500, 12)).min() for seed in range(500)]
    assert np.mean(np.array(smallest) < ALARM) <= 0.01
    assert np.mean(np.array(smallest) < 0.2) > 0.03  # and it is no test that never alarms


def test_a_tenth_of_a_standard_deviation_in_one_of_91_features_is_found_at_20000_customers() -> (
    None
):
    found = [
        FEATURES * rate_feature(draw_window(seed, 20_000, 1, shift=0.1)[0]) < ALARM
        for seed in range(100)
    ]
    assert np.mean(found) >= 0.99


def test_the_smallest_shift_that_is_found_is_found_in_99_of_100_windows_and_half_of_it_is_not() -> (
    None
):
    shift = find_smallest_shift(1500, 1500, FEATURES, ALARM)
    assert 0.22 < shift < 0.25  # at 3,000 customers a window

    def share(moved: float) -> float:
        rated = [rate_feature(draw_window(seed, 3000, 1, 4, moved)[0]) for seed in range(200)]
        return float(np.mean(FEATURES * np.array(rated) < ALARM))

    assert share(shift) >= 0.98 and share(shift / 2) < 0.5


def test_at_20000_customers_the_smallest_shift_is_below_a_tenth() -> None:
    assert find_smallest_shift(10_000, 10_000, FEATURES, ALARM) < 0.1


def test_what_months_do_by_themselves_is_no_alarm_and_more_is_one() -> None:
    rng = np.random.default_rng(5)
    season = 0.5 * np.sin(np.arange(12))

    def draw(mean: float, size: int = 2000) -> Floats:
        return rng.normal(mean, 1, size)

    edges = find_edges(draw(0.0))

    def cells(values: Floats) -> Floats:
        found = np.bincount(place_in_cells(values, edges), minlength=CELLS)
        return np.asarray(found, dtype=float)

    days = np.array([cells(draw(mean)) for mean in season])
    before = sum(cells(draw(mean, 200)) for mean in season)
    for mean, is_alarm in ((0.5, False), (3.0, True)):
        today = cells(draw(mean))
        counts = Counts(days, today, np.asarray(before), today)
        assert (rate_feature(counts) < ALARM) is is_alarm
        one_day = Counts(days[:1], today, days[0], today)
        assert rate_feature(one_day) < ALARM  # one day says nothing of months


def test_a_feature_that_is_the_same_for_everybody_says_nothing_and_counts_as_none() -> None:
    constant, missing = np.zeros(500), np.full(500, np.nan)
    assert np.isnan(rate_feature(count(constant, constant)))
    assert np.isnan(rate_feature(count(missing, missing)))
    rng = np.random.default_rng(1)
    varied = count(rng.normal(size=500), rng.normal(size=500))
    alone, among = rate_features([varied]), rate_features([varied, count(constant, constant)])
    assert among.tolist() == [alone[0], 1.0]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([0.0] * 500, [0.0] * 470 + [1.0] * 30),  # a category that appears
        ([0.0] * 500, [0.0] * 470 + [-1.0] * 30),
        ([1.0, 2.0] * 250, [1.0, np.nan] * 250),  # one that is no longer known
        ([1.0, 2.0] * 250, [np.nan] * 500),
        ([np.nan] * 500, [1.0] * 500),
        ([1.0, 2.0] * 250, [1.0, 2.0] * 200 + [np.inf] * 100),
        ([1.0, 2.0] * 250, [1.0, 2.0] * 200 + [-np.inf] * 100),
        ([1.0, np.inf] * 250, [1.0] * 500),
        ([0.0, 1.0, 2.0] * 200, [1.0] * 600),  # spread alone
    ],
)
def test_what_a_mean_cannot_show_is_found(before: list[float], now: list[float]) -> None:
    assert rate_feature(count(np.array(before), np.array(now))) < ALARM / FEATURES


def test_without_customers_on_one_side_nothing_is_said() -> None:
    some, nobody = np.array([1.0, 2.0]), np.empty(0)
    with np.errstate(all="raise"):
        found = rate_features([count(some, nobody), count(nobody, some)])
    assert found.tolist() == [1.0, 1.0]
