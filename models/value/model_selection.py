"""Which days a forecast may learn from and is measured on, and which forecast is used.

A forecast is measured by the deviance of the Tweedie distribution of power 1.5, the usual one of
amounts of which many are 0. Whatever the amounts are distributed like, it is least in the mean for
their expectation (Gneiting, 2011, "Making and evaluating point forecasts"): order and level count
together, and a forecast that is too low gains nothing by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.models.arrays import Floats
from holdfast.models.fitting import MetricRow
from holdfast.models.value import metrics
from holdfast.models.value.intervals import Bands
from holdfast.transformations.sources.currencies import units_of

YEAR: Final = timedelta(days=365)
RESAMPLES: Final = 400
CERTAINTY: Final = 0.95  # share of resamples in which the less simple forecast must do better
_SEED: Final = 7


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


@dataclass(frozen=True, eq=False)
class Losses:
    """Deviance of each customer on one day under each forecast that could be made for it."""

    customer: NDArray[Any]
    by_forecast: Mapping[str, Floats]


def choose(losses: Mapping[date, Losses], simplest_first: Sequence[str]) -> tuple[str, str]:
    """The forecast to use and why: the least simple one that beats every simpler one beyond
    chance, over days and customers.
    """
    made = [
        name for name in simplest_first if any(name in losses[day].by_forecast for day in losses)
    ]
    why = f"{made[0]}: the simplest"
    for place, name in reversed(list(enumerate(made[1:], 1))):
        wins = {simple: win_share(losses, name, simple) for simple in made[:place]}
        if min(wins.values()) >= CERTAINTY:
            return name, f"{name} does better than {' and '.join(wins)} on {_span(losses, name)}"
        unbeaten = " and ".join(simple for simple, share in wins.items() if share < CERTAINTY)
        why = f"{name} is not better than {unbeaten} beyond chance on {_span(losses, name)}"
    return made[0], why


def win_share(losses: Mapping[date, Losses], name: str, rival: str) -> float:
    """Share of resamples of days and of customers (paired, a customer on all of its days together)
    in which the mean deviance of `name` lies below the rival's. Each day counts alike: by the
    difference relative to the rival's mean.
    """
    days = [one for one in losses.values() if {name, rival} <= set(one.by_forecast)]
    if not days:
        return 0.0
    customers, index = np.unique(
        np.concatenate([one.customer for one in days]), return_inverse=True
    )
    places = np.split(index, np.cumsum([len(one.customer) for one in days])[:-1])
    random = np.random.default_rng(_SEED)
    gained = np.zeros(RESAMPLES)
    for number in range(RESAMPLES):
        weights = random.poisson(1.0, len(customers))
        drawn = random.integers(0, len(days), len(days))
        gained[number] = sum(
            _relative_gain(days[day], weights[places[day]], name, rival) for day in drawn
        )
    return float((gained > 0).mean())


def _relative_gain(day: Losses, weights: NDArray[np.int64], name: str, rival: str) -> float:
    ours, theirs = (weights @ day.by_forecast[one] for one in (name, rival))
    return float((theirs - ours) / theirs) if theirs > 0 else 0.0


def _span(losses: Mapping[date, Losses], name: str) -> str:
    days = sorted(day for day, one in losses.items() if name in one.by_forecast)
    return str(days[0]) if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"


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
