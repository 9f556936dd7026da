"""The mixture against integrals, scipy's distributions, and groups that were planted."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import binom
from scipy.stats import betabinom, gamma, norm
from sklearn.metrics import adjusted_rand_score

from holdfast.models.segments.fitting import fit
from holdfast.models.segments.mixture import Behaviour, Mixture
from tests.models.segments.behaviours import draw

ONE: Final = Mixture(
    weight=np.array([1.0]),
    rate_shape=np.array([1.7]),
    rate_scale=np.array([40.0]),
    centre=np.array([0.3]),
    variance=np.array([0.2]),
    beta=np.array([[2.0, 5.0]]),
    dropout=-3.0,
)


def customer(**own: float) -> Behaviour:
    usual = {"repeats": 3, "span": 90, "silence": 30, "valued": 4, "log_value": 0.5}
    row = {**usual, "orders": 4, "discounted": 1, **own}
    arrays = {name: np.array([float(value)]) for name, value in row.items()}
    return Behaviour(**arrays, order_variance=0.09)


def test_purchases_are_the_integral_over_rates_of_the_same_story() -> None:
    out = 1 / (1 + np.exp(3.0))

    def weigh(rate: float) -> float:
        silent = out + (1 - out) * np.exp(-rate * 30)
        own = (1 - out) ** 3 * rate**3 * np.exp(-rate * 90) * silent
        return float(own * gamma.pdf(rate, 1.7, scale=1 / 40.0))

    purchases = np.log(quad(weigh, 0, 2, limit=200)[0])
    value = norm.logpdf(0.5, 0.3, np.sqrt(0.2 + 0.09 / 4))
    discounts = betabinom.logpmf(1, 4, 2, 5) - np.log(binom(4, 1))
    expected = purchases + value + discounts
    assert ONE.log_likelihood(customer())[0] == pytest.approx(expected, rel=1e-6)


def test_no_orders_say_nothing_but_the_weights() -> None:
    nothing = customer(repeats=0, span=0, silence=0, valued=0, log_value=0, orders=0, discounted=0)
    two = replace(
        ONE,
        **{
            name: np.repeat(getattr(ONE, name), 2, axis=0)
            for name in ("rate_shape", "rate_scale", "centre", "variance", "beta")
        },
        weight=np.array([0.3, 0.7]),
    )
    two = replace(two, centre=np.array([-2.0, 2.0]), beta=np.array([[9.0, 1.0], [1.0, 9.0]]))
    assert two.posterior(nothing)[0] == pytest.approx([0.3, 0.7])


def test_two_orders_say_less_than_twenty() -> None:
    behaviour, _ = draw([(12, 0.0, 0.1), (12, 1.0, 0.1)], 150)
    start = spread(ONE, centres=(0.0, 1.0))
    model = fit(behaviour, start, 0.0)
    few = model.posterior(customer(valued=2, orders=2, discounted=0, repeats=1, log_value=1.1))
    many = model.posterior(customer(valued=20, orders=20, discounted=0, repeats=19, log_value=1.1))
    assert 0.5 < few.max() < many.max()


def test_planted_groups_are_found_again_with_their_sizes_and_figures() -> None:
    planted = [(30, 0.8, 0.1), (15, -0.8, 0.6), (4, 0.0, 0.2)]
    behaviour, member = draw(planted, 400)
    model = fit(behaviour, spread(ONE, centres=(0.5, -0.5, 0.0)), 0.0)
    assert adjusted_rand_score(member, model.posterior(behaviour).argmax(axis=1)) > 0.8
    assert model.weight == pytest.approx([1 / 3] * 3, abs=0.03)
    assert model.purchases_a_year == pytest.approx([30, 15, 4], rel=0.12)
    assert model.centre == pytest.approx([0.8, -0.8, 0.0], abs=0.05)
    assert model.discounted_share == pytest.approx([0.1, 0.6, 0.2], abs=0.03)


def test_expected_groups_decide_where_the_data_does_not() -> None:
    """Customers of one kind, of whom two groups are expected: both keep their place."""
    behaviour, _ = draw([(12, 0.0, 0.1)], 300)
    start = spread(ONE, centres=(-0.5, 0.5))
    loose, held = (fit(behaviour, start, strength) for strength in (0.0, 10.0))
    assert held.centre == pytest.approx(start.centre, abs=0.1)
    assert abs(loose.centre).max() < 0.35


def test_each_step_raises_the_likelihood() -> None:
    behaviour, _ = draw([(20, 0.5, 0.3), (5, -0.5, 0.1)], 80)
    model, before = spread(ONE, centres=(0.2, -0.2)), -np.inf
    for tolerance in (1e-1, 1e-2, 1e-4, 1e-6):
        model = fit(behaviour, model, 0.0, tolerance)
        now = float(model.log_likelihood(behaviour).mean())
        assert now >= before
        before = now


def test_nobody_at_a_discount_and_one_order_each_give_finite_figures() -> None:
    behaviour, _ = draw([(1, 0.0, 0.0)], 60)
    still = replace(behaviour, repeats=np.zeros(60), span=np.zeros(60), orders=np.ones(60))
    model = fit(replace(still, discounted=np.zeros(60)), spread(ONE, centres=(0.1, -0.1)), 0.0)
    assert np.isfinite(model.log_likelihood(still)).all()
    assert np.isfinite(model.purchases_a_year).all()


def spread(one: Mixture, centres: tuple[float, ...]) -> Mixture:
    size = len(centres)
    arrays = ("rate_shape", "rate_scale", "variance", "beta")
    repeated = {name: np.repeat(getattr(one, name), size, axis=0) for name in arrays}
    return replace(one, **repeated, centre=np.array(centres), weight=np.full(size, 1 / size))
