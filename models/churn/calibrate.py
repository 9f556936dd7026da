"""From a score to a probability one may multiply by money: a monotone curve through a few knots.

Boosting with few trees is far off (Spark's fifteen trees said 9.5 % where 6.4 % left). Three curves
compete, each measured on groups of rows (days, or halves of one day) that it was not fitted on:
none at all, a straight line in log-odds (Platt, 1999) and isotonic regression with its steps drawn
through their centres (Oron and Flournoy, 2017), which keeps the ranking where plain isotonic makes
ties. The simplest wins whose log loss is as good as the best's.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.isotonic import isotonic_regression

from holdfast.models.arrays import Floats
from holdfast.models.churn.calibration import Calibration, probability_of
from holdfast.models.churn.metrics import log_losses

_WIDE: Final = 40.0  # log-odds beyond which nothing is distinguished
_FEWEST: Final = 100  # rows of each outcome below which no isotonic curve is tried
# Log-likelihood of all rows together that chance alone gains a needless curve.
_BY_CHANCE: Final = 3.0


def identity(score: Floats, churned: Floats, weight: Floats) -> Calibration:
    """The score is the log-odds."""
    return Calibration("identity", np.array([-_WIDE, _WIDE]), np.array([-_WIDE, _WIDE]))


def platt(score: Floats, churned: Floats, weight: Floats) -> Calibration:
    """Log-odds as a rising line of the score, by maximum likelihood on Platt's smoothed targets."""
    leavers, stayers = weight @ churned, weight @ (1 - churned)
    target = np.where(churned > 0, (leavers + 1) / (leavers + 2), 1 / (stayers + 2))
    centre, spread = float(score.mean()), float(score.std()) or 1.0
    z, share = (score - centre) / spread, weight / weight.sum()

    def loss(line: Floats) -> tuple[float, Floats]:
        odds = line[0] + line[1] * z
        miss = share * (probability_of(odds) - target)
        value = float(share @ (np.logaddexp(0, odds) - target * odds))
        return value, np.array([miss.sum(), miss @ z])

    found = minimize(
        loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0.0, None)]
    ).x
    ends = np.array([min(-_WIDE, score.min()), max(_WIDE, score.max())])
    return Calibration("platt", ends, found[0] + found[1] * (ends - centre) / spread)


def isotonic(score: Floats, churned: Floats, weight: Floats) -> Calibration:
    """Centred isotonic regression: one knot per step, its rate smoothed by half a leaver and half a
    stayer.
    """
    order = np.argsort(score, kind="stable")
    score, churned, weight = score[order], churned[order], weight[order]
    steps = np.asarray(isotonic_regression(churned, sample_weight=weight))
    starts = np.flatnonzero(np.r_[True, np.diff(steps) > 0])
    rows = np.add.reduceat(weight, starts)
    centre = np.add.reduceat(weight * score, starts) / rows
    left = np.add.reduceat(weight * churned, starts)
    rate = np.maximum.accumulate((left + 0.5) / (rows + 1))
    return Calibration("isotonic", centre, np.log(rate / (1 - rate)))


Curve = Callable[[Floats, Floats, Floats], Calibration]


def calibrate(
    score: Floats, churned: Floats, group: NDArray[Any], weight: Floats | None = None
) -> Calibration:
    """The best of the three curves by log loss on rows it was not fitted on, refitted on all of
    them.

    Each `group` of rows is measured by a curve fitted on the others; with one group nothing is
    measured and the simplest is taken. `weight` says how much each row counts, 1 at most.
    """
    weight = np.ones(len(score)) if weight is None else weight
    candidates: list[Curve] = [identity, platt]
    if min(churned.sum(), len(churned) - churned.sum()) >= _FEWEST:
        candidates.append(isotonic)
    losses = [_out_of_group_loss(curve, score, churned, group, weight) for curve in candidates]
    within = min(losses) + _BY_CHANCE / float(weight.sum())
    chosen = next(curve for curve, loss in zip(candidates, losses, strict=True) if loss <= within)
    return chosen(score, churned, weight)


def _out_of_group_loss(
    curve: Curve, score: Floats, churned: Floats, group: NDArray[Any], weight: Floats
) -> float:
    groups = np.unique(group)
    if len(groups) < 2 or any(len(np.unique(churned[group != one])) < 2 for one in groups):
        return 0.0  # nothing to measure by, or all equal: the simplest comes first
    loss = 0.0
    for one in groups:
        own, others = group == one, group != one
        fitted = curve(score[others], churned[others], weight[others])
        loss += weight[own] @ log_losses(fitted.probability(score[own]), churned[own])
    return float(loss / weight.sum())
