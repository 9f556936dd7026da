import numpy as np
import pytest

from holdfast.models.value.metrics import (
    interval_coverage,
    mean_absolute_error,
    normalised_gini,
    total_error,
)

ACTUAL = np.array([0.0, 0.0, 10.0, 90.0])


def test_a_perfect_ranking_has_a_normalised_gini_of_one_whatever_its_scale() -> None:
    assert normalised_gini(ACTUAL, ACTUAL) == pytest.approx(1)
    assert normalised_gini(ACTUAL, np.array([1, 2, 3, 4.0])) == pytest.approx(1, abs=0.01)


def test_equal_forecasts_rank_nobody() -> None:
    assert normalised_gini(ACTUAL, np.ones(4)) == pytest.approx(0)


def test_the_worst_ranking_is_minus_one() -> None:
    assert normalised_gini(ACTUAL, -ACTUAL) == pytest.approx(-1)


def test_the_gini_is_the_area_between_the_curve_and_the_diagonal() -> None:
    random = np.random.default_rng(0)
    actual, expected = random.gamma(1, 1, 400), random.random(400)

    def area(by: np.ndarray) -> float:
        curve = np.concatenate([[0], np.cumsum(actual[np.argsort(-by)]) / actual.sum()])
        return float(np.trapezoid(curve, dx=1 / 400) - 0.5)

    assert normalised_gini(actual, expected) == pytest.approx(area(expected) / area(actual))


def test_errors_are_in_the_unit_of_the_amounts() -> None:
    expected = np.array([0.0, 4.0, 10.0, 66.0])
    assert mean_absolute_error(ACTUAL, expected) == 7
    assert total_error(ACTUAL, expected) == pytest.approx(-0.2)
    assert interval_coverage(ACTUAL, expected - 5, expected + 5) == 0.75


def test_where_nothing_was_bought_nothing_can_be_said() -> None:
    nothing = np.zeros(3)
    assert np.isnan(normalised_gini(nothing, np.ones(3)))
    assert np.isnan(total_error(nothing, np.ones(3)))
