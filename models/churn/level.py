"""How many leave: from which known outcomes the level of the probabilities is taken, and whether
they stand still.

The question is asked of customers with an order in the days before a cut-off. A cut-off in the
first months of a log sees only a part of those days: whoever was lost before is in no later
question, and fewer are found to leave than of a whole window. Shares then rise from one cut-off to
the next until the first whole one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL

TENURE: Final = "tenure_days"  # the longest says when the log began, where the frame has it


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
    first = (pd.to_datetime(rows["as_of"]) - pd.to_timedelta(rows[TENURE], unit="D")).min().date()
    return {day for day in days if day >= first + timedelta(days=eligible_days)} or days


def weigh_outcomes(
    known: pd.DataFrame, held_out: date, whole: Collection[date], parameters: ChurnTrainingConfig
) -> Floats:
    """The weight of each known outcome in the level: none before the first whole window, half for
    each horizon further back.

    Over 68 past cut-offs of both demos, with horizons of 30, 60 and 90 days, 20 expected numbers
    change by more than three leavers where windows that begin before the log do not count; 14 of
    them come nearer to those who left.
    """
    age = np.array([(held_out - day).days for day in known["as_of"]], np.float64)
    counted = np.asarray(known["as_of"].isin(list(whole)).to_numpy(dtype=np.float64))
    return np.asarray(counted * 0.5 ** (age / parameters.horizon_days))


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
