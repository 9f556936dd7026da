"""How much more or less than expected the customers of a day spend in all, by earlier days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import norm

from holdfast.models.seasonal_level import forecast_deviation


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
    logs = {day: float(np.log(ratio)) for day, ratio in known.items()}
    mean, spread = forecast_deviation(logs, at)
    return Level(float(np.exp(mean)), spread)


def select_whole(ratios: Mapping[date, float], first: date, horizon_days: int) -> dict[date, float]:
    """The days that look back on a whole horizon of the log, which has cut-offs from `first` on:
    at its beginning old customers look new, and what they spend is no level.
    """
    begins = first + timedelta(days=horizon_days)
    return {day: ratio for day, ratio in ratios.items() if day >= begins}
