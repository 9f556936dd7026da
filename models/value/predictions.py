"""Fitted BG/NBD, MBG/NBD and gamma-gamma models, and what they expect of a customer: purchases in a
horizon and their range, spend per purchase, and whether the customer still is one.

`bg_nbd.py` and `gamma_gamma.py` fit them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, hyp2f1

from holdfast.models.arrays import Floats

NUDGE: Final = 1e-5  # away from the removable singularities at a = 1 and a + b = 1


@dataclass(frozen=True)
class BgNbd:
    """A fitted model. `alpha` is in the time unit of the cells; buying rates are gamma(r, alpha),
    chances to leave beta(a, b). `why_not_identified` is empty when the likelihood has a proper
    maximum.
    """

    r: float
    alpha: float
    a: float
    b: float
    leaves_at_first: bool
    standard_errors: tuple[float, ...]
    log_likelihood: float
    customers: float
    why_not_identified: str = ""


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; `v` and `mean_spend` are in the unit of spend. `mean_spend` is the plain mean
    over repeat buyers, what is expected of everybody where `why_not_identified` is not empty.
    """

    p: float
    q: float
    v: float
    mean_spend: float
    customers: float
    why_not_identified: str = ""


def alive_probability(model: BgNbd, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Floats:
    """Probability of still being a customer, given the past.

    Under BG/NBD it is 1 for everyone who bought once, because leaving is only possible after a
    repeat purchase: use MBG/NBD (`leaves_at_first`) where the figure is shown or acted upon.
    """
    count, last, whole = _arrays(x, t_x, age)
    chances = count + (1.0 if model.leaves_at_first else 0.0)
    after = np.where(chances > 0, chances - 1.0, 0.0)
    rate = (model.r + count) * (np.log(model.alpha + whole) - np.log(model.alpha + last))
    return np.where(chances > 0, expit(-(np.log(model.a / (model.b + after)) + rate)), 1.0)


def purchase_probability(
    model: BgNbd, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float
) -> Floats:
    """Probability of at least one purchase in the next `horizon` (in the model's time unit), given
    the past. Shape of `x`.

    Whoever still is a customer can leave only after a purchase, so the first one comes at a rate
    that follows gamma(r + x, alpha + T).
    """
    count, last, whole = _arrays(x, t_x, age)
    wait = (model.r + count) * np.log1p(horizon / (model.alpha + whole))
    return np.asarray(-alive_probability(model, count, last, whole) * np.expm1(-wait))


def expected_purchases(
    model: BgNbd, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float
) -> Floats:
    """Expected purchases in the next `horizon` (in the model's time unit), given the past. Shape of
    `x`.

    Fader, Hardie and Lee (2005), equation 10, after Euler's transformation of the hypergeometric
    function: its first two parameters then do not grow with x, and nothing overflows. Never NaN,
    never more than if nobody left.
    """
    count, last, whole = _arrays(x, t_x, age)
    extra = 1.0 if model.leaves_at_first else 0.0
    unless_left = (model.r + count) / (model.alpha + whole) * horizon
    a = model.a if abs(model.a - 1.0) > NUDGE else 1.0 + NUDGE
    third = a + model.b + count + extra - 1.0
    third = np.where(np.abs(third) > NUDGE, third, NUDGE)
    share = horizon / (model.alpha + whole + horizon)
    series = hyp2f1(a + model.b + extra - 1.0 - model.r, a - 1.0, third, share)
    if_alive = third / (a - 1.0) * (1.0 - (1.0 - share) ** (a - 1.0) * series)
    if_alive = np.where(np.isfinite(if_alive), np.clip(if_alive, 0.0, unless_left), unless_left)
    return np.asarray(if_alive * alive_probability(model, count, last, whole))


def purchase_range(
    model: BgNbd, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float, coverage: float
) -> tuple[Floats, Floats]:
    """Lower and upper number of purchases between which the model puts `coverage` of its
    probability.

    Whoever is still a customer is taken to stay through the horizon, so the upper end errs on the
    high side. For want of a past to calibrate on only: such ranges do not know that the model may
    be wrong.
    """
    from scipy.stats import nbinom  # here: it takes half a second, and few models need a range

    count, last, whole = _arrays(x, t_x, age)
    gone = 1.0 - alive_probability(model, count, last, whole)
    tail = (1.0 - coverage) / 2.0
    success = (model.alpha + whole) / (model.alpha + whole + horizon)
    low, high = (
        nbinom.ppf(
            np.clip((level - gone) / np.maximum(1.0 - gone, 1e-12), 0.0, 1.0),
            model.r + count,
            success,
        )
        for level in (tail, 1.0 - tail)
    )
    return np.maximum(low, 0.0), np.maximum(high, 0.0)


def expected_spend(model: GammaGamma, x: ArrayLike, mean_spend: ArrayLike) -> Floats:
    """Expected spend a purchase, given x repeat purchases of mean `mean_spend`; the population's
    mean for x = 0, and where the mean is unknown (below 0). Purchases that were all free are known:
    their mean is 0.

    Where the model is not identified: the customer's own mean, or the mean of all for want of one.
    """
    count, own = (np.asarray(values, np.float64) for values in (x, mean_spend))
    is_known = (count > 0) & (own >= 0)
    safe = np.where(is_known, own, 0.0)
    if model.why_not_identified:
        return np.where(is_known, safe, model.mean_spend)
    seen = np.where(is_known, count, 0.0)
    return np.asarray(model.p * (model.v + seen * safe) / (model.p * seen + model.q - 1.0))


def _arrays(*columns: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(column, np.float64) for column in columns)))
