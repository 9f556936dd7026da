"""Which days a forecast may learn from, the level of a day, and who forecasts better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.value import metrics
from holdfast.models.value.intervals import Bands

LEVEL_PRIOR: Final = 3.0  # days worth of doubt: with three known days their mean level counts half
YEAR: Final = timedelta(days=365)


def of_last_year(days: Iterable[date], at: date, horizon_days: int) -> tuple[date, ...]:
    """The days to learn from on day `at`: those whose outcome became known by then, within the year
    before.

    This is the embargo: no outcome window of a day that teaches or calibrates reaches past `at`.
    """
    known_from = {day: day + timedelta(days=horizon_days) for day in sorted(days)}
    return tuple(day for day, known in known_from.items() if at - YEAR <= known <= at)


def level(ratios: Mapping[date, float], at: date, horizon_days: int) -> float:
    """Outcome over forecast, in total, to be expected of day `at`, from the days whose outcome was
    known by then.

    The mean of a year of log ratios, so that seasons cancel, drawn towards 1 where few days are
    known.
    """
    known = [np.log(ratios[day]) for day in of_last_year(ratios, at, horizon_days)]
    return float(np.exp(np.sum(known) / (len(known) + LEVEL_PRIOR))) if known else 1.0


@dataclass(frozen=True)
class Judgement:
    """How one forecast did on one day; `coverage` is NaN where no interval could be made before the
    day.
    """

    mean_absolute_error: float
    normalised_gini: float
    total_error: float
    coverage: float

    @property
    def gain(self) -> float:
        """Ranking bought per unit of error: the higher, the better. -inf where
        nothing can be said.
        """
        if not np.isfinite(self.normalised_gini) or self.mean_absolute_error <= 0:
            return float("-inf")
        return self.normalised_gini / self.mean_absolute_error


def judge(actual: Floats, expected: Floats, bands: Bands | None) -> Judgement:
    """Measure a forecast, in currency units, against what was spent (both in minor units)."""
    coverage = float("nan")
    if bands is not None:
        coverage = metrics.interval_coverage(actual, *bands.interval(expected))
    return Judgement(
        metrics.mean_absolute_error(actual, expected) / 100,
        metrics.normalised_gini(actual, expected),
        metrics.total_error(actual, expected),
        coverage,
    )


def best(judgements: Mapping[str, Judgement]) -> str:
    """The forecast with the highest gain; of equals the one named first.

    One is better than another when it ranks better by a larger factor than it errs more. Error
    alone rewards forecasts that are too low, ranking alone ignores amounts; their ratio needs no
    weight to be chosen.
    """
    return max(judgements, key=lambda name: judgements[name].gain)
