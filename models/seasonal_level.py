"""How far above or below what was forecast a day will lie, by how far earlier days lay.

No model of single customers knows season and drift: on one shop's log totals of 90 days run from a
third too low in September to two thirds too high in December, and the share that leaves from 38 to
62 %. The deviations by day, in logarithms or log-odds, are taken as a Gaussian process with mean 0,
a part that repeats every year, a part that drifts, and noise (Rasmussen and Williams, 2006,
"Gaussian processes for machine learning", chapters 4 and 5). Where little is known it stays near 0;
how strong season and drift are the days themselves say, by marginal likelihood.
"""

import warnings
from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
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
_SEASON, _DRIFT, _NOISE = 0.04, 0.02, 0.005  # prior variances: 20, 14 and 7 %
_DRIFT_YEARS: Final = 0.5  # in which a drift is mostly forgotten
_AMPLITUDES: Final = (1e-4, 0.5)  # variances that the days may say, for season and drift
_NOISES: Final = (1e-3, 0.1)
_JITTER: Final = 1e-10  # keeps the matrix positive where a deviation is known exactly


def forecast_deviation(
    deviations: Mapping[date, float],
    at: date,
    variances: Mapping[date, float] | None = None,
) -> tuple[float, float]:
    """The deviation to be expected of day `at` and its standard deviation, from those of at least
    one other day; `variances` says how well each of them is known.
    """
    days = sorted(deviations)
    years = np.array([_years(day, at) for day in days]).reshape(-1, 1)
    learns = len(days) >= FEWEST
    process = GaussianProcessRegressor(
        _kernel(learns),
        alpha=np.array([variances[day] if variances else 0.0 for day in days]) + _JITTER,
        optimizer="fmin_l_bfgs_b" if learns else None,
    )
    with warnings.catch_warnings():  # a variance at its bound is an answer
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(years, np.array([deviations[day] for day in days]))
    mean, spread = process.predict(np.zeros((1, 1)), return_std=True)
    return float(mean[0]), float(spread[0])


def _kernel(learns: bool) -> Kernel:
    amplitudes, noises = (_AMPLITUDES, _NOISES) if learns else ("fixed", "fixed")
    season = ConstantKernel(_SEASON, amplitudes) * ExpSineSquared(1.0, 1.0, "fixed", "fixed")
    drift = ConstantKernel(_DRIFT, amplitudes) * Matern(_DRIFT_YEARS, "fixed", nu=0.5)
    return season + drift + WhiteKernel(_NOISE, noises)


def _years(day: date, at: date) -> float:
    return (day - at).days / DAYS_A_YEAR
