"""Distances between distributions, against values computed by hand and by SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from holdfast.models.drift.distances import jensen_shannon, population_stability


def test_population_stability_is_that_of_the_book() -> None:
    # shares .5, .3, .2 and .4, .4, .2, by hand
    before, now = np.array([50.0, 30.0, 20.0]), np.array([400.0, 400.0, 200.0])
    by_hand = -0.1 * np.log(0.4 / 0.5) + 0.1 * np.log(0.4 / 0.3)
    assert population_stability(before, now) == pytest.approx(by_hand) == pytest.approx(0.0510826)


def test_population_stability_is_relative_entropy_both_ways() -> None:
    rng = np.random.default_rng(3)
    before, now = rng.integers(1, 90, (2, 20)).astype(float)
    both_ways = entropy(before, now) + entropy(now, before)
    assert population_stability(before, now) == pytest.approx(both_ways)


def test_a_cell_that_is_empty_on_one_side_counts_as_half_a_customer() -> None:
    before, now = np.array([100.0, 0.0, 0.0]), np.array([90.0, 10.0, 0.0])
    by_hand = -0.1 * np.log(0.9) + (0.1 - 0.005) * np.log(0.1 / 0.005)
    assert population_stability(before, now) == pytest.approx(by_hand)


def test_jensen_shannon_is_that_of_scipy_in_bits() -> None:
    rng = np.random.default_rng(4)
    before, now = rng.integers(0, 5, (2, 30)).astype(float)
    expected = jensenshannon(before / before.sum(), now / now.sum(), base=2) ** 2
    assert jensen_shannon(before, now) == pytest.approx(expected)


def test_distances_of_equal_shares_are_zero_and_of_strange_ones_large() -> None:
    same, other = np.array([30.0, 70.0, 0.0]), np.array([0.0, 0.0, 10.0])
    assert population_stability(same, 2 * same) == jensen_shannon(same, 2 * same) == 0
    assert jensen_shannon(same, other) == pytest.approx(1)
    assert 3 < population_stability(same, other) < np.inf


def test_without_customers_there_is_no_distance_that_is_not_a_number() -> None:
    nobody, some = np.zeros(2), np.array([1.0, 2.0])
    for before, now in ((nobody, nobody), (nobody, some), (some, nobody)):
        assert np.isfinite([population_stability(before, now), jensen_shannon(before, now)]).all()
