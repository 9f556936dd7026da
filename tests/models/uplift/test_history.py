"""Sums by cell, beside the same figures row by row."""

import numpy as np
import pytest

from holdfast.models.uplift.history import Arm, find_refused

RNG = np.random.default_rng(3)
CELL = RNG.integers(0, 3, 200)
STAYED = RNG.random(200) < 0.6
PROPENSITY = RNG.choice([0.1, 0.4, 0.9], 200)
FIELDS = ("count", "weight", "weight_squared", "stayed", "stayed_squared")


def test_rate_and_variance_are_those_of_the_rows() -> None:
    arm = Arm.add_up(CELL, 3, STAYED, PROPENSITY)
    for cell in range(3):
        rows = [(1 / p, y) for c, y, p in zip(CELL, STAYED, PROPENSITY, strict=True) if c == cell]
        total = sum(w for w, _ in rows)
        rate = sum(w * y for w, y in rows) / total
        variance = sum((w * (y - rate)) ** 2 for w, y in rows) / total**2
        assert arm.rate[cell] == pytest.approx(rate)
        assert arm.variance[cell] == pytest.approx(variance)
        assert arm.customers[cell] == pytest.approx(total**2 / sum(w**2 for w, _ in rows))


def test_sums_of_parts_add_up_to_the_sums_of_all() -> None:
    whole = Arm.add_up(CELL, 3, STAYED, PROPENSITY)
    is_first = np.arange(200) < 77
    parts = [
        Arm.add_up(CELL[rows], 3, STAYED[rows], PROPENSITY[rows]) for rows in (is_first, ~is_first)
    ]
    for name in FIELDS:
        added = sum(getattr(part, name) for part in parts)
        np.testing.assert_allclose(added, getattr(whole, name))


def test_a_cell_without_rows_has_no_rate() -> None:
    arm = Arm.add_up(CELL, 4, STAYED, PROPENSITY)
    assert arm.customers[3] == 0
    assert np.isnan(arm.rate[3])


def test_a_propensity_that_is_missing_or_no_probability_above_0_is_refused() -> None:
    given = np.array([np.nan, -0.1, 0.0, 1.0 + 1e-9, np.inf, 1e-6, 0.5, 1.0])
    assert find_refused(given).tolist() == [True] * 5 + [False] * 3
