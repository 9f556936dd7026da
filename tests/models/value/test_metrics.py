import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_tweedie_deviance

from holdfast.models.value.metrics import (
    deviance,
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


AMOUNTS = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 1e5)), st.floats(1.0, 1e2)), min_size=1
)


@given(AMOUNTS)
def test_the_deviance_is_that_of_tweedie(pairs: list[tuple[float, float]]) -> None:
    actual, expected = np.array(pairs).T
    theirs = mean_tweedie_deviance(actual, expected, power=1.5)
    assert deviance(actual, expected).mean() == pytest.approx(theirs)


def test_a_forecast_that_is_too_low_gains_nothing_by_deviance_where_it_does_by_mean_error() -> None:
    actual = np.array([0.0] * 6 + [10.0, 20.0, 30.0, 40.0])
    right, low = np.full(10, 10.0), np.full(10, 2.0)
    assert mean_absolute_error(actual, low) < mean_absolute_error(actual, right)
    assert deviance(actual, low).mean() > deviance(actual, right).mean()


def test_a_forecast_of_nothing_counts_as_a_hundredth_of_the_mean() -> None:
    expected = np.array([0.0, 200.0])
    assert (
        deviance(np.array([5.0, 0.0]), expected)[0]
        == deviance(np.array([5.0, 0.0]), np.array([1.0, 199.0]))[0]
    )


def test_where_nothing_was_bought_nothing_can_be_said() -> None:
    nothing = np.zeros(3)
    assert np.isnan(normalised_gini(nothing, np.ones(3)))
    assert np.isnan(total_error(nothing, np.ones(3)))
