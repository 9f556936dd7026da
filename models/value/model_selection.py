"""Which days a forecast may learn from, the level of a day, and who forecasts better."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.fitting import MetricRow
from holdfast.models.value import metrics
from holdfast.models.value.intervals import Bands
from holdfast.transformations.sources.currencies import units_of

LEVEL_PRIOR: Final = 3.0  # days worth of doubt: with three known days their mean level counts half
YEAR: Final = timedelta(days=365)


def of_last_year(days: Iterable[date], at: date, horizon_days: int) -> tuple[date, ...]:
    """The days to learn from on day `at`: those whose outcome became known by then, within the year
    before.

    This is the embargo: no outcome window of a day that trains or calibrates reaches past `at`.
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
class Evaluation:
    """How one forecast did on one day; `coverage` is NaN where no interval could be made before the
    day.
    """

    mean_absolute_error: float
    normalised_gini: float
    total_error: float
    coverage: float

    @property
    def gain(self) -> float:
        """Ranking gained per unit of error, the higher the better; -inf where it is unknown."""
        if not np.isfinite(self.normalised_gini) or self.mean_absolute_error <= 0:
            return float("-inf")
        return self.normalised_gini / self.mean_absolute_error


def evaluate(actual: Floats, expected: Floats, bands: Bands | None, currency: str) -> Evaluation:
    """Measure a forecast, in units of the currency, against what was spent (both in minor
    units).
    """
    coverage = float("nan")
    if bands is not None:
        coverage = metrics.interval_coverage(actual, *bands.interval(expected))
    return Evaluation(
        metrics.mean_absolute_error(actual, expected) / units_of(currency),
        metrics.normalised_gini(actual, expected),
        metrics.total_error(actual, expected),
        coverage,
    )


def best(evaluations: Mapping[str, Evaluation]) -> str:
    """The forecast with the highest gain; of equals the one named first.

    One is better than another when it ranks better by a larger factor than it errs more. Error
    alone rewards forecasts that are too low, ranking alone ignores amounts; their ratio needs no
    weight to be chosen.
    """
    return max(evaluations, key=lambda name: evaluations[name].gain)


def metric_rows(
    evaluations: Mapping[str, Evaluation], published: Evaluation, cutoff: date, customers: int
) -> list[MetricRow]:
    """Every forecast's figures on the held-out day; as `model` those of the one in use, as it is
    published. What could not be measured has no row.
    """
    named = {**evaluations, "model": published}
    return [
        _row(name, cutoff, "all", metric, float(value), customers)
        for name, evaluation in named.items()
        for metric, value in asdict(evaluation).items()
        if not np.isnan(value)
    ]


def importance_rows(found: Mapping[str, float], cutoff: date, customers: int) -> list[MetricRow]:
    """The importance of each input of the forecast in use."""
    return [
        _row("model", cutoff, f"feature={name}", "importance", value, customers)
        for name, value in found.items()
    ]


def _row(
    predictor: str, cutoff: date, part: str, metric: str, value: float, rows: int
) -> MetricRow:
    return {
        "predictor": predictor,
        "cutoff_on": cutoff,
        "slice": part,
        "metric": metric,
        "value": value,
        "rows": rows,
    }
