"""How many leave on a day, by how many left on earlier ones or are about to, and whether the shares
stand still.

The question is asked of customers with an order in the days before a cut-off. A cut-off in the
first months of a log sees only a part of those days: whoever was lost before is in no later
question, and fewer are found to leave than of a whole window. Shares then rise from one cut-off to
the next until the first whole one, and those before it say nothing of the level.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from holdfast.models.arrays import Floats
from holdfast.models.churn.calibration import Calibration, probability_of
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL, column, values
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.pace import Estimate, Pace
from holdfast.models.churn.predictors import Predictor

TENURE: Final = "tenure_days"  # the longest says when the log began, where the frame has it
_LONGEST: Final = 36_500  # days that anybody may have been a customer
_WIDE: Final = 40.0  # log-odds within which every level lies


def measure_levels(
    predictor: Predictor,
    curve: Calibration,
    rows: pd.DataFrame,
    at: date,
    parameters: ChurnTrainingConfig,
) -> KnownLevels:
    """The levels of the cut-offs in `rows` whose window of eligibility lies within the log, by what
    is known when the day `at` begins: how many left, and where that is not known yet how many came
    back in the time that has passed.
    """
    horizon = timedelta(days=parameters.horizon_days)
    seen = rows[rows["as_of"] < at]
    known, eligible = seen[seen["as_of"] <= at - horizon], parameters.eligible_days
    matured = find_whole_days(known, eligible)
    running = find_whole_days(seen, eligible) - set(known["as_of"])
    pace = Pace([seen[seen["as_of"] == day] for day in sorted(matured)], parameters.horizon_days)
    shifts, variances, known_on = {}, {}, {}
    for day in sorted(matured | running):
        own = seen[seen["as_of"] == day]
        if day in matured:
            count: Estimate | None = Estimate(float(column(own, LABEL).sum()))
        else:
            count = pace.estimate_leavers(own, (at - day).days)
        if count is None:
            continue
        odds = curve.log_odds_of(predictor.score(values(own, predictor.features)))
        shifts[day] = find_shift(odds, count.leavers)
        chance = probability_of(odds + shifts[day])
        variance = 1.0 / float(chance @ (1.0 - chance))
        variances[day] = variance + (count.spread * variance) ** 2
        known_on[day] = min(day + horizon, at)
    return KnownLevels(parameters.horizon_days, shifts, variances, known_on)


def find_shift(log_odds: Floats, leavers: float) -> float:
    """The shift with which so many are expected to leave: at least half a customer, and all but
    half a one at most, so that no level is infinite.
    """
    left = float(np.clip(leavers, 0.5, len(log_odds) - 0.5))
    return float(brentq(lambda shift: probability_of(log_odds + shift).sum() - left, -_WIDE, _WIDE))


@dataclass(frozen=True)
class Trend:
    """Share of leavers by cut-off, and how many standard errors they rise (or, below 0, fall) over
    time by more than nothing: Cochran (1954) and Armitage (1955). Customers of several cut-offs
    count in each, which errs on the side of no trend.
    """

    rates: Mapping[date, float]
    customers: Mapping[date, int]
    z: float


def find_whole_days(rows: pd.DataFrame, eligible_days: int) -> set[date]:
    """The cut-offs of `rows` whose window of eligibility lies within the log; all of them where
    none does, or where nothing says when the log began.
    """
    days = set(rows["as_of"])
    if TENURE not in rows or rows[TENURE].isna().all():
        return days
    tenure = pd.to_timedelta(rows[TENURE].clip(0, _LONGEST), unit="D")
    first = (pd.to_datetime(rows["as_of"]) - tenure).min().date()
    return {day for day in days if day >= first + timedelta(days=eligible_days)} or days


def find_trend(known: pd.DataFrame, whole: Collection[date]) -> Trend:
    """The shares of leavers on the cut-offs that count."""
    by_day = known[known["as_of"].isin(list(whole))].groupby("as_of", sort=True)[LABEL]
    left, sizes = by_day.sum(), by_day.size()
    day = np.array([on.toordinal() for on in left.index], np.float64)
    share, count = float(left.sum() / sizes.sum()), sizes.to_numpy(np.float64)
    time = day - np.average(day, weights=count)
    variance = share * (1 - share) * float(count @ time**2)
    excess = float((left.to_numpy(np.float64) - count * share) @ time)
    z = excess / sqrt(variance) if variance > 0 else 0.0
    return Trend((left / sizes).to_dict(), {on: int(size) for on, size in sizes.items()}, z)
