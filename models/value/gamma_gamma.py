"""Gamma-gamma: what a purchase of a customer is worth, fitted on cells of (purchases, bin of mean
spend).

Fader and Hardie (2013), "The gamma-gamma model of monetary value". A customer's spends are gamma(p,
nu), nu is gamma(q, v) over customers. All parts of the log-likelihood but one are sums over
customers and so exact on cells; the last one is read at the geometric mean spend of its cell, which
at bins of 1 % moves no parameter by 1e-4.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from holdfast.models.arrays import Floats
from holdfast.models.value.predictions import GammaGamma

BOUND: Final = 12.0  # of each log-parameter, spend being measured in its own median
FEWEST: Final = 10.0  # repeat buyers below which three parameters are not asked for


@dataclass(frozen=True, eq=False)
class SpendCells:
    """Grouped repeat buyers: repeat purchases x >= 1, mean of the log of mean spend, and how many
    they are.
    """

    x: Floats
    mean_log_spend: Floats
    customers: Floats

    @classmethod
    def of(
        cls, x: ArrayLike, mean_log_spend: ArrayLike, customers: ArrayLike | None = None
    ) -> "SpendCells":
        """Cells from any sequences; without `customers` each row is one customer."""
        counts = np.ones(np.shape(x)) if customers is None else customers
        return cls(*(np.asarray(values, np.float64) for values in (x, mean_log_spend, counts)))


def fit(cells: SpendCells) -> GammaGamma:
    """Maximum likelihood in log-parameters with the analytic gradient. Never raises."""
    total = float(cells.customers.sum())
    spend = np.exp(cells.mean_log_spend)
    mean = float(cells.customers @ spend / total) if total > 0 else 0.0
    if total < FEWEST:
        return GammaGamma(1.0, 1.0, 1.0, mean, total, "too few have bought twice")
    scale = float(np.median(cells.mean_log_spend))
    found = minimize(
        _loss,
        np.log([3.0, 3.0, 3.0]),
        args=(cells, scale),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * 3,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )
    p, q, v = (float(value) for value in np.exp(found.x))
    doubt = ""
    if np.abs(found.x).max() > BOUND - 0.5:
        doubt = "spend does not differ between customers, or not within them"
    elif np.abs(found.jac).max() > 1e-5:
        doubt = "the search stopped before the maximum"
    elif q <= 1.0:
        doubt = "q <= 1: the population has no mean spend"
    return GammaGamma(p, q, v * float(np.exp(scale)), mean, total, doubt)


def _loss(theta: Floats, cells: SpendCells, scale: float) -> tuple[float, Floats]:
    """Mean negative log-likelihood (up to terms without parameters) and its gradient in
    log-parameters.
    """
    p, q, v = np.exp(theta)
    x, weight = cells.x, cells.customers / cells.customers.sum()
    log_spend = cells.mean_log_spend - scale
    rate = x * np.exp(log_spend) + v
    log_rate = np.log(rate)
    known = x * (log_spend + np.log(x))
    value = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(v)
        + p * known
        - log_spend
        - (p * x + q) * log_rate
    )
    by_p = x * (digamma(p * x + q) - digamma(p * x)) + known - x * log_rate
    by_q = digamma(p * x + q) - digamma(q) + np.log(v) - log_rate
    by_v = q / v - (p * x + q) / rate
    gradient = np.array([weight @ by_p, weight @ by_q, weight @ by_v])
    return -float(weight @ value), -gradient * (p, q, v)
