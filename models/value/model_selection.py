"""Which days a forecast may learn from, and what it is measured by.

A forecast is measured by the deviance of the Tweedie distribution of power 1.5, the usual one of
amounts of which many are 0. Whatever the amounts are distributed like, it is least in the mean for
their expectation (Gneiting, 2011, "Making and evaluating point forecasts"): order and level count
together, and a forecast that is too low gains nothing by it.
"""

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

YEAR: Final = timedelta(days=365)


def of_last_year(days: Iterable[date], at: date, horizon_days: int) -> tuple[date, ...]:
    """The days to learn from on day `at`: those whose outcome became known by then, within the year
    before.

    This is the embargo: no outcome window of a day that trains or calibrates reaches past `at`.
    """
    known_from = {day: day + timedelta(days=horizon_days) for day in sorted(days)}
    return tuple(day for day, known in known_from.items() if at - YEAR <= known <= at)


@dataclass(frozen=True)
class Evaluation:
    """How one forecast did on one day; `coverage` is NaN where no interval could be made before the
    day, `deviance` is in the half power of the currency's unit.
    """

    mean_absolute_error: float
    normalised_gini: float
    total_error: float
    coverage: float
    deviance: float


def evaluate(actual: Floats, expected: Floats, bands: Bands | None, currency: str) -> Evaluation:
    """Measure a forecast, in units of the currency, against what was spent (both in minor
    units).
    """
    coverage, units = float("nan"), units_of(currency)
    if bands is not None:
        coverage = metrics.interval_coverage(actual, *bands.interval(expected))
    return Evaluation(
        metrics.mean_absolute_error(actual, expected) / units,
        metrics.normalised_gini(actual, expected),
        metrics.total_error(actual, expected),
        coverage,
        float(metrics.deviance(actual / units, expected / units).mean()),
    )


def metric_rows(
    evaluations: Mapping[str, Evaluation], cutoff: date, customers: int
) -> list[MetricRow]:
    """Every forecast's figures on a day. What could not be measured has no row."""
    return [
        _row(name, cutoff, "all", metric, float(value), customers)
        for name, evaluation in evaluations.items()
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
