import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.stats import beta

from holdfast.models.value.bg_nbd import Cells, Likelihood, fit
from holdfast.models.value.btyd import Btyd, Histories
from holdfast.models.value.predictions import (
    BgNbd,
    GammaGamma,
    alive_probability,
    expected_purchases,
    purchase_probability,
    purchase_range,
)
from tests.models.value.simulated import simulate

TRUE = (0.6, 8.0, 0.8, 2.5)
SPEND = (6.0, 4.0, 1500.0)


def model(
    leaves_at_first: bool, r: float = 0.24, alpha: float = 4.4, a: float = 0.8, b: float = 2.4
) -> BgNbd:
    return BgNbd(r, alpha, a, b, leaves_at_first, (0.0,) * 4, 0.0, 1.0)


@pytest.mark.parametrize("leaves_at_first", [False, True])
def test_simulated_customers_give_their_parameters_back(leaves_at_first: bool) -> None:
    past = simulate(1, 40_000, TRUE, SPEND, leaves_at_first=leaves_at_first)
    fitted = fit(Cells.of(past.x, past.t_x, past.age), leaves_at_first=leaves_at_first)
    found = np.array([fitted.r, fitted.alpha, fitted.a, fitted.b])
    assert fitted.why_not_identified == ""
    assert np.abs((found - TRUE) / fitted.standard_errors).max() < 3
    assert np.abs(found / TRUE - 1).max() < 0.1


def test_grouping_to_cells_changes_nothing() -> None:
    past = simulate(2, 5_000, TRUE, SPEND)
    weeks = np.stack([past.x, np.floor(past.t_x), np.floor(past.age)])
    cells, counts = np.unique(weeks, axis=1, return_counts=True)
    one_by_one, grouped = fit(Cells.of(*weeks)), fit(Cells.of(*cells, counts))
    assert len(counts) < 0.9 * len(past.x)
    assert grouped.log_likelihood == pytest.approx(one_by_one.log_likelihood, abs=1e-6)
    for name in ("r", "alpha", "a", "b"):
        assert getattr(grouped, name) == pytest.approx(getattr(one_by_one, name), rel=1e-7)
    assert grouped.standard_errors == pytest.approx(one_by_one.standard_errors, rel=1e-4)


def test_the_unit_of_time_only_scales_alpha() -> None:
    past = simulate(3, 3_000, TRUE, SPEND)
    weeks, days = (fit(Cells.of(past.x, past.t_x * u, past.age * u)) for u in (1, 7))
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-6)
    assert (days.r, days.a, days.b) == pytest.approx((weeks.r, weeks.a, weeks.b), rel=1e-6)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4), st.booleans())
@settings(max_examples=50, deadline=None)
def test_the_gradient_is_that_of_the_loss(theta: list[float], leaves_at_first: bool) -> None:
    cells = Cells.of([0, 0, 1, 3, 40], [0, 0, 5, 20, 51], [30, 60, 50, 52, 52], [5, 4, 3, 2, 1])
    likelihood = Likelihood(cells, 0.2, leaves_at_first)
    at = np.array(theta)
    numeric = approx_fprime(at, lambda point: likelihood.loss(point)[0], 1e-7)
    assert likelihood.loss(at)[1] == pytest.approx(numeric, rel=1e-4, abs=2e-5)


@pytest.mark.parametrize(
    "cells",
    [
        Cells.of([], [], []),
        Cells.of([0, 0], [0, 0], [0, 10]),
        Cells.of([3, 3], [0, 0], [0, 0]),
        Cells.of([1], [5], [9]),
        Cells.of([5] * 9, [50] * 9, [50] * 9),
        Cells.of([0, 900], [0, 900], [900, 900]),
    ],
)
def test_what_the_data_cannot_tell_is_said_and_never_a_crash(cells: Cells) -> None:
    for leaves_at_first in (False, True):
        fitted = fit(cells, leaves_at_first=leaves_at_first)
        assert fitted.why_not_identified
        assert np.isfinite(expected_purchases(fitted, [0, 1], [0, 4], [9, 9], 13)).all()


@pytest.mark.parametrize("seed", range(12))
def test_any_setting_converges_or_says_why_not(seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = tuple(np.exp(random.uniform([-1.6, 0.7, -1.6, -0.3], [1.0, 3.5, 1.0, 2.0])))
    past = simulate(seed, 1_000, counts, SPEND)
    fitted = fit(Cells.of(past.x, past.t_x, past.age))
    assert fitted.why_not_identified or np.isfinite(fitted.standard_errors).all()


@pytest.mark.parametrize("leaves_at_first", [False, True])
@pytest.mark.parametrize(
    ("x", "t_x", "age"), [(0, 0, 38), (2, 30, 38), (26, 30, 31), (300, 38, 38.5), (4, 5, 90)]
)
def test_expected_purchases_equal_the_integral_over_the_chance_to_leave(
    x: int, t_x: float, age: float, leaves_at_first: bool
) -> None:
    m, horizon = model(leaves_at_first), 39.0

    def if_alive(leaves: float) -> float:
        stays = ((m.alpha + age) / (m.alpha + age + leaves * horizon)) ** (m.r + x)
        return float((1 - stays) / leaves * beta.pdf(leaves, m.a, m.b + x + leaves_at_first))

    integral = quad(if_alive, 0, 1, limit=500)[0] * alive_probability(m, x, t_x, age)
    assert expected_purchases(m, x, t_x, age, horizon) == pytest.approx(integral, rel=1e-6)


def test_expected_purchases_exist_where_a_b_and_x_come_to_less_than_one() -> None:
    # the case of lifetimes issue 302, whose series does not converge there; the value by quadrature
    small = model(False, r=0.11, alpha=2.24, a=0.31, b=0.5)
    assert expected_purchases(small, 0, 0.0, 1.0, 30.0) == pytest.approx(0.564589, abs=1e-6)


def test_a_one_time_buyer_is_immortal_under_bg_nbd_and_not_under_mbg_nbd() -> None:
    ages = np.array([1.0, 10, 100, 1000])
    assert (alive_probability(model(False), 0, 0, ages) == 1).all()
    assert (np.diff(alive_probability(model(True), 0, 0, ages)) < 0).all()


def test_mbg_nbd_answers_as_another_implementation_does() -> None:
    """lifetimes 0.11.3, ModifiedBetaGeoFitter on the CDNOW sample: its parameters, and what it says
    of one-time buyers, of active and of silent customers.
    """
    cdnow = model(
        True, 0.5248377255676623, 6.182988479133949, 0.8913562809311403, 1.6140000256721425
    )
    x, t_x, age = [0, 2, 26, 4], [0, 30.43, 30.86, 5], [38.86, 38.86, 31, 38]
    alive = [0.38971644, 0.70612626, 0.96555287, 0.01241192]
    ahead = [0.15395364, 1.26267078, 19.44803712, 0.03934029]
    assert alive_probability(cdnow, x, t_x, age) == pytest.approx(alive, abs=5e-9)
    assert expected_purchases(cdnow, x, t_x, age, 39) == pytest.approx(ahead, abs=5e-9)


def test_what_is_published_of_one_time_buyers_is_below_one() -> None:
    past = simulate(7, 5_000, TRUE, SPEND)
    counted = Cells.of(past.x, past.t_x, past.age)
    spend = GammaGamma(6.0, 4.0, 1500.0, 3000.0, 1.0)
    fitted = Btyd(fit(counted), fit(counted, leaves_at_first=True), spend)
    once = past.x == 0
    people = Histories(past.x, past.t_x * 7, past.age * 7, np.full(len(past.x), 3000.0))
    published = fitted.expected(people, 90).alive
    assert published[once].max() < 1
    assert published[once].mean() < 0.9


def test_silence_lowers_the_probability_of_being_alive_to_nothing() -> None:
    silence = np.array([0.0, 5, 20, 80, 10_000])
    probabilities = alive_probability(model(True), 5, 30, 30 + silence)
    assert (np.diff(probabilities) < 0).all()
    assert probabilities[0] > 0.8
    assert probabilities[-1] < 1e-6


@given(
    st.integers(0, 10_000),
    st.floats(0, 1),
    st.floats(0.1, 2000),
    st.floats(0.1, 400),
    st.booleans(),
    st.tuples(*[st.floats(0.001, 50)] * 4),
)
@settings(max_examples=300, deadline=None)
def test_no_customer_and_no_parameters_give_nan(
    x: int,
    share: float,
    age: float,
    horizon: float,
    leaves_at_first: bool,
    values: tuple[float, ...],
) -> None:
    m = model(leaves_at_first, *values)
    t_x = age * share if x else 0.0
    expected = expected_purchases(m, x, t_x, age, horizon)
    assert 0 <= expected <= (m.r + x) / (m.alpha + age) * horizon + 1e-9
    assert 0 <= alive_probability(m, x, t_x, age) <= 1


@pytest.mark.parametrize("leaves_at_first", [False, True])
def test_the_chance_of_a_purchase_is_that_of_simulated_customers(leaves_at_first: bool) -> None:
    past = simulate(6, 20_000, TRUE, SPEND, leaves_at_first=leaves_at_first)
    true = model(leaves_at_first, *TRUE)
    chance = purchase_probability(true, past.x, past.t_x, past.age, 13.0)
    bought = past.future_orders > 0
    for group in (past.x == 0, (past.x > 0) & (past.x < 4), past.x >= 4):
        error = np.sqrt((chance[group] * (1 - chance[group])).sum())
        assert abs(bought[group].sum() - chance[group].sum()) < 3 * error
    expected = expected_purchases(true, past.x, past.t_x, past.age, 13.0)
    assert (chance <= expected + 1e-12).all() and (chance > 0).all()


def test_expected_purchases_and_ranges_hold_on_simulated_customers() -> None:
    past = simulate(5, 20_000, TRUE, SPEND)
    fitted = fit(Cells.of(past.x, past.t_x, past.age))
    expected = expected_purchases(fitted, past.x, past.t_x, past.age, 13)
    assert expected.sum() == pytest.approx(past.future_orders.sum(), rel=0.05)
    low, high = purchase_range(fitted, past.x, past.t_x, past.age, 13, 0.9)
    inside = (low <= past.future_orders) & (past.future_orders <= high)
    assert 0.9 <= inside.mean() <= 0.99
    alive = alive_probability(fitted, past.x, past.t_x, past.age)
    assert alive.mean() == pytest.approx(past.is_alive.mean(), abs=0.02)
