"""How much more or less than expected the customers of a day spend in all, by earlier days.

BTYD knows neither season nor drift: on one shop's log its totals run from a third too low in
September to two thirds too high in December. The logarithms of outcome over forecast are taken as
a Gaussian process with mean 0, a part that repeats every year, a part that drifts, and noise
(Rasmussen and Williams, 2006, "Gaussian processes for machine learning", chapters 4 and 5). Where
little is known it stays near 1; how strong season and drift are the days themselves say, by
marginal likelihood.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from scipy.stats import norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    ConstantKernel,
    ExpSineSquared,
    Kernel,
    Matern,
    WhiteKernel,
)

DAYS_A_YEAR: Final = 365.25
FEWEST: Final = 6  # known days, two for each variance, below which the prior is not questioned
_SEASON, _DRIFT, _NOISE = 0.04, 0.02, 0.005  # prior variances: 20, 14 and 7 % of the total
_DRIFT_YEARS: Final = 0.5  # in which a drift is mostly forgotten
_AMPLITUDES: Final = (1e-4, 0.5)  # variances that the days may say, for season and drift
_NOISES: Final = (1e-3, 0.1)


@dataclass(frozen=True)
class Level:
    """What a forecast of a day's total is to be multiplied by, and the standard deviation of its
    logarithm: NaN where no outcome is known.
    """

    factor: float = 1.0
    spread: float = float("nan")

    def interval(self, coverage: float) -> tuple[float, float]:
        """Ends, as multiples of the levelled total, between which the real one falls with
        probability `coverage`.
        """
        width = float(norm.ppf((1.0 + coverage) / 2.0)) * self.spread
        return float(np.exp(-width)), float(np.exp(width))


def forecast_level(ratios: Mapping[date, float], at: date, horizon_days: int) -> Level:
    """The level to be expected of day `at`; `ratios` are outcome over forecast, in total, by day.

    Only days count whose outcome was known by then: no outcome window reaches past `at`.
    """
    horizon = timedelta(days=horizon_days)
    known = {day: ratio for day, ratio in sorted(ratios.items()) if day + horizon <= at}
    if not known:
        return Level()
    years = np.array([_years(day, at) for day in known]).reshape(-1, 1)
    logs = np.log(np.array(list(known.values())))
    learns = len(known) >= FEWEST
    process = GaussianProcessRegressor(
        _kernel(learns), optimizer="fmin_l_bfgs_b" if learns else None
    )
    with warnings.catch_warnings():  # a variance at its bound is an answer
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(years, logs)
    mean, spread = process.predict(np.zeros((1, 1)), return_std=True)
    return Level(float(np.exp(mean[0])), float(spread[0]))


def select_whole(ratios: Mapping[date, float], first: date, horizon_days: int) -> dict[date, float]:
    """The days that look back on a whole horizon of the log, which has cut-offs from `first` on:
    at its beginning old customers look new, and what they spend is no level.
    """
    begins = first + timedelta(days=horizon_days)
    return {day: ratio for day, ratio in ratios.items() if day >= begins}


def _kernel(learns: bool) -> Kernel:
    amplitudes, noises = (_AMPLITUDES, _NOISES) if learns else ("fixed", "fixed")
    season = ConstantKernel(_SEASON, amplitudes) * ExpSineSquared(1.0, 1.0, "fixed", "fixed")
    drift = ConstantKernel(_DRIFT, amplitudes) * Matern(_DRIFT_YEARS, "fixed", nu=0.5)
    return season + drift + WhiteKernel(_NOISE, noises)


def _years(day: date, at: date) -> float:
    return (day - at).days / DAYS_A_YEAR
