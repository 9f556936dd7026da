"""From a score to a probability one may multiply by money: a monotone curve through a few knots.

Boosting with few trees is far off (Spark's fifteen trees said 9.5 % where 6.4 % left). Three curves
compete, each fitted on one half of the validation rows and measured on the other: none at all, a
straight line in log-odds (Platt, 1999) and isotonic regression with its steps drawn through their
centres (Oron and Flournoy, 2017), which keeps the ranking where plain isotonic makes ties. The
simplest wins whose log loss is as good as the best's.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import brentq, minimize
from sklearn.isotonic import isotonic_regression

from holdfast.models.arrays import Floats
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.metrics import log_loss

_WIDE: Final = 40.0  # log-odds beyond which nothing is distinguished
_FEWEST: Final = 100  # rows of each outcome below which no isotonic curve is tried
_BY_CHANCE: Final = (
    3.0  # log-likelihood of all rows together that chance alone gains a needless curve
)


def identity(score: Floats, churned: Floats) -> Calibration:
    """The score is the log-odds."""
    return Calibration("identity", np.array([-_WIDE, _WIDE]), np.array([-_WIDE, _WIDE]))


def platt(score: Floats, churned: Floats) -> Calibration:
    """Log-odds as a rising line of the score, by maximum likelihood on Platt's smoothed targets."""
    leavers, stayers = churned.sum(), len(churned) - churned.sum()
    target = np.where(churned > 0, (leavers + 1) / (leavers + 2), 1 / (stayers + 2))
    centre, spread = float(score.mean()), float(score.std()) or 1.0
    z = (score - centre) / spread

    def loss(line: Floats) -> tuple[float, Floats]:
        odds = line[0] + line[1] * z
        miss = 1.0 / (1.0 + np.exp(-odds)) - target
        return float(np.mean(np.logaddexp(0, odds) - target * odds)), np.array(
            [miss.mean(), (miss * z).mean()]
        )

    found = minimize(
        loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0.0, None)]
    ).x
    ends = np.array([min(-_WIDE, score.min()), max(_WIDE, score.max())])
    return Calibration("platt", ends, found[0] + found[1] * (ends - centre) / spread)


def isotonic(score: Floats, churned: Floats) -> Calibration:
    """Centred isotonic regression: one knot per step, its rate smoothed by half a leaver and half a
    stayer.
    """
    order = np.argsort(score, kind="stable")
    steps = np.asarray(isotonic_regression(churned[order]))
    starts = np.flatnonzero(np.r_[True, np.diff(steps) > 0])
    rows = np.diff(np.r_[starts, len(steps)])
    centre = np.add.reduceat(score[order], starts) / rows
    rate = np.maximum.accumulate((np.add.reduceat(churned[order], starts) + 0.5) / (rows + 1))
    return Calibration("isotonic", centre, np.log(rate / (1 - rate)))


def calibrate(score: Floats, churned: Floats, half: Floats) -> Calibration:
    """The best of the three curves by log loss on rows it was not fitted on, refitted on all of
    them.

    `half` (0 or 1) divides the rows, in the same way on every run: by a hash of the customer.
    """
    candidates: list[Callable[[Floats, Floats], Calibration]] = [identity, platt]
    if min(churned.sum(), len(churned) - churned.sum()) >= _FEWEST:
        candidates.append(isotonic)
    losses = [_out_of_half_loss(curve, score, churned, half) for curve in candidates]
    within = min(losses) + _BY_CHANCE / len(score)
    chosen = next(curve for curve, loss in zip(candidates, losses, strict=True) if loss <= within)
    return chosen(score, churned)


def set_level(
    calibration: Calibration, score: Floats, churned: Floats, weight: Floats
) -> Calibration:
    """The curve moved in log-odds until as many of the weighted rows are expected to leave as
    left.
    """

    def surplus(shift: float) -> float:
        return float(weight @ (_move(calibration, shift).probability(score) - churned))

    return _move(calibration, brentq(surplus, -_WIDE, _WIDE))


def _move(calibration: Calibration, shift: float) -> Calibration:
    return replace(calibration, log_odds=calibration.log_odds + shift)


def _out_of_half_loss(
    curve: Callable[[Floats, Floats], Calibration], score: Floats, churned: Floats, half: Floats
) -> float:
    if any(len(np.unique(churned[half == side])) < 2 for side in (0, 1)):
        return 0.0  # nothing to measure by: all equal, and the simplest comes first
    probability = np.empty(len(score))
    for side in (0, 1):
        fitted = curve(score[half != side], churned[half != side])
        probability[half == side] = fitted.probability(score[half == side])
    return log_loss(probability, churned)
