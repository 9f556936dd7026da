import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import gamma

from holdfast.models.value.gamma_gamma import SpendCells, _loss, fit
from holdfast.models.value.predictions import GammaGamma, expected_spend
from tests.models.value.simulated import simulate

COUNTS = (0.6, 8.0, 0.8, 2.5)
TRUE = (6.0, 4.0, 1500.0)


def spenders(seed: int, customers: int) -> tuple[np.ndarray, np.ndarray]:
    past = simulate(seed, customers, COUNTS, TRUE)
    repeat = past.x > 0
    return past.x[repeat], past.mean_spend[repeat]


def test_simulated_customers_give_their_parameters_back() -> None:
    x, spend = spenders(1, 60_000)
    fitted = fit(SpendCells.of(x, np.log(spend)))
    assert fitted.why_not_identified == ""
    assert (fitted.p, fitted.q, fitted.v) == pytest.approx(TRUE, rel=0.1)


def test_bins_of_one_per_cent_change_no_parameter_that_matters() -> None:
    x, spend = spenders(2, 20_000)
    logs = np.log(spend)
    keys, index = np.unique(np.stack([x, np.floor(logs / 0.01)]), axis=1, return_inverse=True)
    counts = np.bincount(index)
    grouped = fit(SpendCells.of(keys[0], np.bincount(index, weights=logs) / counts, counts))
    exact = fit(SpendCells.of(x, logs))
    assert (grouped.p, grouped.q, grouped.v) == pytest.approx((exact.p, exact.q, exact.v), rel=1e-4)


def test_the_gradient_is_that_of_the_loss() -> None:
    cells = SpendCells.of([1, 2, 5, 40], [2.0, 3.5, 3.0, 4.0], [9, 5, 3, 1])
    for theta in np.random.default_rng(0).uniform(-2, 3, (20, 3)):
        numeric = approx_fprime(theta, lambda point: _loss(point, cells, 3.0)[0], 1e-7)
        assert _loss(theta, cells, 3.0)[1] == pytest.approx(numeric, rel=1e-4, abs=2e-5)


def test_expected_spend_is_the_mean_of_the_posterior() -> None:
    model, x, spend = GammaGamma(6.25, 3.74, 15.44, 35.0, 1.0), 3, 60.0
    posterior = gamma(model.p * x + model.q, scale=1 / (model.v + x * spend))
    integral = quad(lambda nu: model.p / nu * posterior.pdf(nu), 0, 20, limit=500)[0]
    assert expected_spend(model, x, spend) == pytest.approx(integral, rel=1e-6)


def test_purchases_that_were_all_free_are_known_to_be_worth_little() -> None:
    model = GammaGamma(6.0, 4.0, 1000.0, 2000.0, 1.0)  # 2000 cents a purchase in all
    assert float(expected_spend(model, 0, 0.0)) == pytest.approx(2000)
    free = expected_spend(model, [1, 8, 100], 0.0)
    assert free == pytest.approx([6000 / 9, 6000 / 51, 6000 / 603])
    assert free[1] < expected_spend(model, 8, 10.0) < 200
    assert float(expected_spend(model, 8, -1.0)) == pytest.approx(2000), "an unknown mean"
    guess = GammaGamma(1.0, 1.0, 1.0, 2000.0, 1.0, "too few have bought twice")
    assert float(expected_spend(guess, 8, 0.0)) == 0.0


def test_expected_spend_lies_between_all_and_the_own_mean() -> None:
    model = GammaGamma(6.25, 3.74, 15.44, 35.0, 1.0)
    everybody = float(expected_spend(model, 0, 0.0))
    shrunk = expected_spend(model, [1, 5, 100, 10_000], 200.0)
    assert everybody == pytest.approx(6.25 * 15.44 / 2.74)
    assert (np.diff(np.concatenate([[everybody], shrunk])) > 0).all()
    assert shrunk[-1] == pytest.approx(200, rel=1e-3)


@pytest.mark.parametrize(
    "cells",
    [
        SpendCells.of([], []),
        SpendCells.of([1, 2], [3.0, 3.0]),
        SpendCells.of([2] * 50, [3.0] * 50),
    ],
)
def test_what_the_data_cannot_tell_is_said_and_falls_back_to_means(cells: SpendCells) -> None:
    fitted = fit(cells)
    assert fitted.why_not_identified
    expected = expected_spend(fitted, [0, 3], [0.0, 12.0])
    assert np.isfinite(expected).all()
    assert expected[1] == 12.0


@given(
    st.lists(
        st.tuples(st.integers(1, 10_000), st.floats(-4, 18), st.integers(1, 1000)),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_spends_give_nan(rows: list[tuple[int, float, int]]) -> None:
    x, logs, customers = (np.array(column, float) for column in zip(*rows, strict=True))
    expected = expected_spend(fit(SpendCells.of(x, logs, customers)), x, np.exp(logs))
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
