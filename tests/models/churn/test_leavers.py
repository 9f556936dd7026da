"""The number of leavers that probabilities expect, beside the exact law of their number."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from holdfast.models.churn.leavers import Leavers


def distribution(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of at most 0, 1, ... leavers: one customer after the other."""
    exact = np.array([1.0])
    for chance in probability:
        exact = np.convolve(exact, [1 - chance, chance])
    return np.cumsum(exact)


def test_the_moments_are_those_of_all_outcomes() -> None:
    probability = np.array([0.9, 0.5, 0.2, 0.05])
    outcomes = np.array(list(product((0, 1), repeat=4)))
    chances = np.where(outcomes, probability, 1 - probability).prod(axis=1)
    counts = outcomes.sum(axis=1)
    leavers = Leavers.of(probability)
    mean = (chances * counts).sum()
    assert leavers.expected == pytest.approx(mean)
    assert leavers.variance == pytest.approx((chances * (counts - mean) ** 2).sum())
    assert leavers.third == pytest.approx((chances * (counts - mean) ** 3).sum())


@pytest.mark.parametrize("customers", [1, 2, 5, 12, 40, 150, 600])
def test_the_interval_is_exact_within_a_customer_and_never_covers_less(
    customers: int,
) -> None:
    random = np.random.default_rng(customers)
    for _ in range(60):
        probability = random.beta(*random.uniform(0.1, 3, 2), customers)
        exact = distribution(probability)
        low, high = Leavers.of(probability).interval()
        ends = np.searchsorted(exact, [0.025, 0.975])
        assert max(abs(np.array([low, high]) - ends)) <= 1
        assert exact[high] - (exact[low - 1] if low else 0) >= 0.95


def test_a_certain_outcome_has_no_interval() -> None:
    assert Leavers.of(np.array([0.0, 1.0, 1.0])).interval() == (2, 2)
    assert Leavers.of(np.array([])).interval() == (0, 0)


def test_a_wider_coverage_gives_a_wider_interval() -> None:
    leavers = Leavers.of(np.full(400, 0.25))
    low, high = leavers.interval()
    least, most = leavers.interval(0.999)
    assert least < low < 100 < high < most


def test_a_level_that_is_not_known_for_sure_makes_the_interval_wider() -> None:
    """Beside draws of the level and, for each, of who leaves."""
    random = np.random.default_rng(5)
    odds = random.normal(-1.2, 1.0, 2_000)
    drawn = odds[:, None] + random.normal(0, 0.2, 4_000)
    left = (random.random(drawn.shape) < 1 / (1 + np.exp(-drawn))).sum(axis=0)
    low, high = Leavers.of(1 / (1 + np.exp(-odds))).under(0.2).interval()
    assert [low, high] == pytest.approx(np.quantile(left, [0.025, 0.975]), rel=0.03)
    plain = Leavers.of(1 / (1 + np.exp(-odds))).interval()
    assert high - low > 2 * (plain[1] - plain[0])
