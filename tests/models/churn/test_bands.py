"""Bands by the base: who is high where few leave, and where nearly all do."""

import numpy as np
import pytest

from holdfast.models.churn.bands import BandRule
from holdfast.transformations.scoring.risk_bands import BandCuts


def cut(rule: BandRule, chances: np.ndarray) -> BandCuts:
    return rule.cut(float(chances.mean()), lambda share: float(np.quantile(chances, share)))


@pytest.mark.parametrize(
    ("base", "high", "medium", "early"),
    [
        (0.25, 4 / 7, 1 / 3, 7 / 37),  # average odds 1 to 3
        (0.05, 4 / 23, 3 / 41, 7 / 197),  # 1 to 19
        (0.85, 68 / 71, 17 / 19, 119 / 149),  # 17 to 3
    ],
)
def test_a_band_begins_at_a_multiple_of_the_average_odds(
    base: float, high: float, medium: float, early: float
) -> None:
    found = cut(BandRule(), np.full(10, base))
    assert (found.high, found.medium, found.early) == pytest.approx((high, medium, early))


def test_where_nearly_all_leave_not_all_are_high_and_where_nearly_nobody_does_some_are() -> None:
    random = np.random.default_rng(1)
    for middle in (-3.0, 1.7):
        chances = 1 / (1 + np.exp(-(middle + random.normal(0, 1.2, 5_000))))
        share = (chances >= cut(BandRule(), chances).high).mean()
        assert 0.02 < share < 0.25


def test_quantiles_give_bands_of_a_size_and_probabilities_are_taken_as_they_are() -> None:
    chances = np.linspace(0, 1, 101)
    found = cut(BandRule("quantile", 0.9, 0.7, 0.5), chances)
    assert (found.high, found.medium, found.early) == pytest.approx((0.9, 0.7, 0.5))
    assert cut(BandRule("probability", 0.6, 0.35, 0.2), chances) == BandCuts(0.6, 0.35, 0.2)
