"""Days from one purchase to the next: of each customer gamma at a rate of their own, rates gamma
over customers, and after each purchase a small chance of never coming again.

The gamma of gaps with gamma rates is the model of Fader, Hardie and Lee (2005) for spend, put on
gaps; the chance of never coming again that of a cure model (Berkson and Gage 1952). What is left of
it is a customer's own posterior of gaps: near that of all customers after one purchase, near the
own mean gap after many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc, betaincinv, expit, gammaln

from holdfast.models.arrays import Floats

_START: Final = (0.0, 0.0, 4.0, -4.0)  # logarithms, and log-odds of the last
_BOUNDS: Final = ((-2.0, 3.0), (-3.0, 4.0), (-2.0, 10.0), (-8.0, 2.0))
_PRIOR: Final = 1e-5  # holds what the data leaves open
HALF_A_DAY: Final = 0.5
_LEVELS: Final = (0.1, 0.9)  # before and until the end of a window
ENOUGH_GAPS: Final = 50


@dataclass(frozen=True, eq=False)
class Gaps:
    """What is known of customers' gaps: their number, the sum of their days and of the logarithms
    of these, and the days since the last purchase.

    Purchases of one day are one, so a gap is a day at least: counted less half a day it lies around
    what it stands for, and begins at zero.
    """

    count: Floats
    days: Floats
    log_days: Floats
    silence: Floats


@dataclass(frozen=True)
class GapModel:
    """`shape` of the gaps of one customer, `rate_shape` and `rate_scale` (days) of the gamma of
    rates, and `dropout`, the chance that a purchase is the last.
    """

    shape: float
    rate_shape: float
    rate_scale: float
    dropout: float

    @property
    def start(self) -> tuple[float, ...]:
        """Where the fit of the next day begins."""
        logs = np.log([self.shape, self.rate_shape, self.rate_scale])
        return (*logs.tolist(), float(np.log(self.dropout / (1.0 - self.dropout))))

    def expected_gap(self, gaps: Gaps) -> Floats:
        """Posterior median of the next gap in whole days, of those who stay."""
        return self.quantile(gaps, 0.5) + HALF_A_DAY

    def window(self, gaps: Gaps) -> tuple[Floats, Floats]:
        """Whole days after the last purchase between which four of five of those who stay come
        again: one in ten comes earlier, one in ten later.
        """
        first, last = (self.quantile(gaps, level) + HALF_A_DAY for level in _LEVELS)
        return np.maximum(np.ceil(first), 1.0), np.maximum(np.floor(last), 1.0)

    def quantile(self, gaps: Gaps, level: float) -> Floats:
        """Length, as in Gaps, below which the next gap lies at `level`, of those who stay."""
        share = betaincinv(self.shape, self._shape_of(gaps), level)
        return np.asarray(share / (1.0 - share) * (self.rate_scale + gaps.days))

    def alive_probability(self, gaps: Gaps) -> Floats:
        """Probability that the last purchase was not the last of all, given the silence since."""
        silent = (1.0 - self.dropout) * self._stays_silent(gaps)
        return np.asarray(silent / (self.dropout + silent))

    def _shape_of(self, gaps: Gaps) -> Floats:
        return self.rate_shape + gaps.count * self.shape

    def _stays_silent(self, gaps: Gaps) -> Floats:
        """Chance that somebody who stays has not come for so long."""
        scale = self.rate_scale + gaps.days
        return np.asarray(betainc(self._shape_of(gaps), self.shape, scale / (scale + gaps.silence)))

    def log_likelihood(self, gaps: Gaps) -> Floats:
        """Of each customer's gaps, and of the silence since the last."""
        shape, total = self.shape, self._shape_of(gaps)
        own = (
            gaps.count * (np.log1p(-self.dropout) - gammaln(shape))
            + (shape - 1.0) * gaps.log_days
            + gammaln(total)
            - gammaln(self.rate_shape)
            + self.rate_shape * np.log(self.rate_scale)
            - total * np.log(self.rate_scale + gaps.days)
        )
        silent = self.dropout + (1.0 - self.dropout) * self._stays_silent(gaps)
        return np.asarray(own + np.log(silent))


def fit(gaps: Gaps, start: GapModel | None = None) -> GapModel | None:
    """The likeliest model; None where fewer than ENOUGH_GAPS gaps were seen. `start` is the model
    of an earlier day.
    """
    if gaps.count.sum() < ENOUGH_GAPS:
        return None

    def loss(point: Floats) -> float:
        held = _PRIOR * float(np.square(point).sum())
        return held - float(_at(point).log_likelihood(gaps).mean())

    found = minimize(loss, start.start if start else _START, method="L-BFGS-B", bounds=_BOUNDS)
    return _at(found.x)


def _at(point: Floats) -> GapModel:
    shape, rate_shape, rate_scale = np.exp(point[:3])
    return GapModel(float(shape), float(rate_shape), float(rate_scale), float(expit(point[3])))
