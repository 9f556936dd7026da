"""Shifted beta-geometric: how long contracts last, fitted on renewals.

Fader and Hardie (2007), "How to project customer retention". At each renewal a contract ends with a
chance of its own, and those chances are beta(alpha, beta) over contracts: retention rises with age
because those likely to leave have left. A contract's end is seen, so whether it is alive is no
question, as it is for purchases (`bg_nbd.py`), and its payments are no purchase log.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import betaln, digamma

from holdfast.models.arrays import Floats

BOUND: Final = 9.0  # of each log-parameter
FLAT: Final = 1e-6  # largest gradient of the mean log-likelihood that counts as a maximum
STEP: Final = 1e-5  # of the differences that give the second derivatives
LEAST_DISCOUNT: Final = 1e-4
_DIGITS: Final = 30.0  # of e to the power, after which a sum does not change


@dataclass(frozen=True, eq=False)
class Contracts:
    """Grouped contracts: times renewed, of those at the day it is seen for the first time (0 where
    it is seen from its start), whether it ended at the next renewal, and how many they are.
    """

    renewals: Floats
    seen_from: Floats
    ended: Floats
    contracts: Floats

    @classmethod
    def of(
        cls,
        renewals: ArrayLike,
        ended: ArrayLike,
        contracts: ArrayLike | None = None,
        seen_from: ArrayLike = 0.0,
    ) -> "Contracts":
        """From any sequences; without `contracts` each row is one contract. Raises ValueError where
        a contract is seen for the first time after its last renewal.
        """
        count = np.asarray(renewals, np.float64)
        others = (seen_from, ended, 1.0 if contracts is None else contracts)
        first, is_ended, many = (
            np.broadcast_to(np.asarray(values, np.float64), count.shape) for values in others
        )
        if (count < first).any() or (first < 0).any():
            raise ValueError(
                "renewals count from a contract's start: seen_from lies in 0..renewals"
            )
        return cls(count, first, is_ended, many)


@dataclass(frozen=True)
class Sbg:
    """A fitted model: chances to end at a renewal are beta(alpha, beta). `why_not_identified` is
    empty when the likelihood has a proper maximum.
    """

    alpha: float
    beta: float
    standard_errors: tuple[float, float]
    log_likelihood: float
    contracts: float
    why_not_identified: str = ""


def fit(contracts: Contracts) -> Sbg:
    """Maximum likelihood in log-parameters with the analytic gradient. Contracts that are running
    count for the renewals they had, those first seen later for the renewals since.

    Never raises: where the data cannot tell the parameters apart the best point within bounds is
    returned with the reason, and standard errors that do not exist are NaN.
    """
    total = float(contracts.contracts.sum())
    chances = contracts.renewals - contracts.seen_from + contracts.ended
    if total <= 0 or float(chances @ contracts.contracts) <= 0:
        unknown = (float("nan"), float("nan"))
        return Sbg(1.0, 1.0, unknown, 0.0, max(total, 0.0), "no renewal was due yet")
    found = minimize(
        _loss,
        np.zeros(2),
        args=(contracts,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * 2,
        options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-10},
    )
    loss, gradient = _loss(found.x, contracts)
    errors = _standard_errors(found.x, contracts)
    alpha, beta = (float(value) for value in np.exp(found.x))
    return Sbg(
        alpha,
        beta,
        (alpha * float(errors[0]), beta * float(errors[1])),
        -loss * total,
        total,
        _doubt(found.x, gradient, errors),
    )


def survival(model: Sbg, renewals: ArrayLike, further: ArrayLike) -> Floats:
    """Probability that a contract renewed `renewals` times is renewed `further` times more. Shape
    of both together.
    """
    had, wanted = (np.asarray(values, np.float64) for values in (renewals, further))
    return np.asarray(
        np.exp(
            betaln(model.alpha, model.beta + had + wanted) - betaln(model.alpha, model.beta + had)
        )
    )


def expected_renewals(model: Sbg, renewals: ArrayLike, chances: int) -> Floats:
    """Expected renewals at the next `chances` times that one is due, of contracts renewed
    `renewals` times. Shape of `renewals`; never more than `chances`.
    """
    had = np.asarray(renewals, np.float64)
    if chances <= 0:
        return np.zeros(had.shape)
    values, index = np.unique(had, return_inverse=True)
    ahead = survival(model, values[:, None], np.arange(1, chances + 1)).sum(axis=1)
    return np.asarray(ahead[index].reshape(had.shape))


def discount_renewals(model: Sbg, renewals: ArrayLike, discount: float) -> Floats:
    """Expected renewals without end, the one due next counting whole and each later one less by
    `discount` (of a period): times the price, what a contract is worth just before it is due.
    Shape of `renewals`, which are whole numbers.

    Fader and Hardie (2010), "Customer-base valuation in a contractual setting", equation 6, whose
    hypergeometric series loses its digits where renewals are many; here each age follows from the
    next one. Raises ValueError for a discount below LEAST_DISCOUNT: without one the sum may have no
    end.
    """
    if not discount >= LEAST_DISCOUNT:
        raise ValueError(f"a discount of {LEAST_DISCOUNT} a period is needed at least")
    had = np.asarray(renewals, np.int64)
    if not had.size:
        return np.zeros(had.shape)
    first, last = int(had.min()), int(had.max())
    beyond = last + int(np.ceil(_DIGITS / np.log1p(discount)))  # what lies there shows in no digit
    ages = np.arange(first, beyond)
    rates = (model.beta + ages) / (model.alpha + model.beta + ages)
    worth, value = np.empty(len(ages)), 0.0
    for place in range(len(ages) - 1, -1, -1):
        value = rates[place] * (1.0 + value / (1.0 + discount))
        worth[place] = value
    return np.asarray(worth[had - first])


def _loss(theta: Floats, contracts: Contracts) -> tuple[float, Floats]:
    """Mean negative log-likelihood and its gradient in log-parameters."""
    alpha, beta = np.exp(theta)
    weight = contracts.contracts / contracts.contracts.sum()
    had, first, ended = contracts.renewals, contracts.seen_from, contracts.ended
    value = betaln(alpha + ended, beta + had) - betaln(alpha, beta + first)
    both, before = digamma(alpha + beta + had + ended), digamma(alpha + beta + first)
    by_alpha = digamma(alpha + ended) - both - digamma(alpha) + before
    by_beta = digamma(beta + had) - both - digamma(beta + first) + before
    gradient = np.array([weight @ by_alpha * alpha, weight @ by_beta * beta])
    return -float(weight @ value), -gradient


def _standard_errors(theta: Floats, contracts: Contracts) -> Floats:
    """Of the log-parameters, from the observed information; NaN where it is not positive."""
    rows = [
        (_loss(theta + step, contracts)[1] - _loss(theta - step, contracts)[1]) / (2 * STEP)
        for step in np.eye(2) * STEP
    ]
    information = (np.array(rows) + np.array(rows).T) / 2 * contracts.contracts.sum()
    try:
        variances = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return np.full(2, np.nan)
    return np.sqrt(np.where(variances > 0, variances, np.nan))


def _doubt(theta: Floats, gradient: Floats, errors: Floats) -> str:
    if np.abs(theta).max() > BOUND - 0.5:
        return "contracts do not differ in how likely they end, or all end or none does"
    if np.abs(gradient).max() > FLAT:
        return "the search stopped before the maximum"
    if np.isnan(errors).any():
        return "the likelihood is flat in some direction"
    return ""
