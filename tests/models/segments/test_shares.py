"""Shares of orders against drawn customers and scipy's beta."""

import numpy as np
import pytest
from scipy.stats import beta

from holdfast.models.segments.shares import SharePrior, fit_share


def test_the_base_is_found_again() -> None:
    random = np.random.default_rng(1)
    orders = random.integers(1, 40, 5000)
    kind = random.binomial(orders, random.beta(2.0, 6.0, 5000))
    found = fit_share(kind.astype(float), orders.astype(float))
    assert found is not None
    assert found.mean == pytest.approx(0.25, abs=0.01)
    assert found.strength == pytest.approx(8.0, rel=0.15)


def test_the_probability_of_a_larger_share_is_that_of_the_beta() -> None:
    prior = SharePrior(0.2, 10.0)
    above = prior.above(0.5, np.array([6.0]), np.array([9.0]))
    assert above[0] == pytest.approx(beta.sf(0.5, 2 + 6, 8 + 3))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_none_or_all_are_of_the_kind_there_is_no_prior(share: float) -> None:
    orders = np.full(10, 4.0)
    assert fit_share(share * orders, orders) is None


def test_one_order_each_gives_a_prior_of_one_order() -> None:
    assert fit_share(np.array([1.0, 0.0]), np.ones(2)) == SharePrior(0.5, 1.0)
