"""Which days teach, which calibrate, which judge; the level of a day; and who forecasts better."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.models.value import intervals, metrics
from holdfast.models.value.intervals import Bands

Floats = NDArray[np.float64]

LEVEL_PRIOR: Final = 3.0  # days worth of doubt: with three known days their mean level counts half
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Split:
    """Days by role, by the embargo: a label window that teaches or calibrates ends by the next role's day.

    `by_customer` says that one day both teaches and calibrates, on different customers, for want of an earlier one.
    Without `calibrate` there is nothing to learn from, without `test` nothing to judge by.
    """

    train: tuple[date, ...] = ()
    calibrate: date | None = None
    test: date | None = None
    by_customer: bool = False


def split(matured: Sequence[date], horizon_days: int) -> Split:
    """Roles of the days whose outcome is known: the newest judges, the newest before its embargo calibrates, the
    ones before that day's embargo teach, none older than a year before it."""
    if not matured:
        return Split()
    days, horizon = sorted(matured), timedelta(days=horizon_days)
    test = days[-1]
    before = [day for day in days if day + horizon <= test]
    if not before:
        return Split(test=test)
    calibrate = before[-1]
    train = of_last_year(before, calibrate, horizon_days)
    return Split(train, calibrate, test) if train else Split((calibrate,), calibrate, test, by_customer=True)


def of_last_year(days: Iterable[date], at: date, horizon_days: int) -> tuple[date, ...]:
    """The days whose outcome was known on day `at`, and first became known within the year before it."""
    known_from = {day: day + timedelta(days=horizon_days) for day in sorted(days)}
    return tuple(day for day, known in known_from.items() if at - YEAR <= known <= at)


def level(ratios: Mapping[date, float], at: date, horizon_days: int) -> float:
    """Outcome over forecast, in total, to be expected of day `at`, from the days whose outcome was known by then.

    The mean of a year of log ratios, so that seasons cancel, drawn towards 1 where few days are known.
    """
    known = [np.log(ratios[day]) for day in of_last_year(ratios, at, horizon_days)]
    return float(np.exp(np.sum(known) / (len(known) + LEVEL_PRIOR))) if known else 1.0


@dataclass(frozen=True)
class Judgement:
    """How one forecast did on one day; `coverage` is NaN where no interval could be made before the day."""

    mean_absolute_error: float
    normalised_gini: float
    total_error: float
    coverage: float

    @property
    def gain(self) -> float:
        """Ranking bought per unit of error: the higher, the better. -inf where nothing can be said."""
        if not np.isfinite(self.normalised_gini) or self.mean_absolute_error <= 0:
            return float("-inf")
        return self.normalised_gini / self.mean_absolute_error


def judge(actual: Floats, expected: Floats, bands: Bands | None) -> Judgement:
    """Measure a forecast, in currency units, against what was spent (both in minor units)."""
    coverage = float("nan")
    if bands is not None:
        coverage = metrics.interval_coverage(actual, *bands.interval(expected))
    return Judgement(metrics.mean_absolute_error(actual, expected) / 100, metrics.normalised_gini(actual, expected),
                     metrics.total_error(actual, expected), coverage)


def best(judgements: Mapping[str, Judgement]) -> str:
    """The forecast with the highest gain; of equals the one named first.

    One is better than another when it ranks better by a larger factor than it errs more. Error alone rewards
    forecasts that are too low, ranking alone ignores amounts; their ratio needs no weight to be chosen.
    """
    return max(judgements, key=lambda name: judgements[name].gain)


def bands(expected: Floats, actual: Floats, coverage: float, count: int) -> Bands | None:
    """Interval bands, None without customers."""
    return intervals.fit(expected, actual, coverage, count) if len(expected) else None
