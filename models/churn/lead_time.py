"""How long before customers ended their activity the model had warned of it.

Nobody says that he leaves, so what can be dated is this. A *leaver* is a customer whose outcome on
the newest known cut-off says so: no order in the horizon after it. The *end of activity* is the day
of the last order. The *warning* is the first of those scored days since which the band was medium
or high on every scored day: one after which the band was calm again warned of another time.
`lead_days` are the days from the warning to the last order: above zero, the customer was still
buying when warned of; below, so many days of the silence had passed. As leaving is a silence of one
horizon, horizon + lead_days were left to act.

History begins somewhere. Who is warned of on its first day may have been so before, which makes the
median a lower bound; who was not scored by the cut-off is left out. Leavers without a standing
warning are no part of the median; `warned_share` says how many of all had one.
"""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.dataset import LABEL, Dataset
from holdfast.models.churn.evaluation import MODEL
from holdfast.models.churn.rolling import Rolled
from holdfast.models.churn.split import Split
from holdfast.models.fitting import MetricRow

RECENCY: Final = "recency_days"

Answers = dict[date, tuple[pd.DataFrame, Floats]]  # customers of a day and their probabilities


def find_lead_days(warned: pd.DataFrame, leavers: pd.DataFrame) -> "pd.Series[float]":
    """lead_days of each of the `leavers` (customer_id, last_on) whom `warned` (as_of, customer_id,
    is_warned) knows, NaN without a standing warning.
    """
    days = warned.assign(as_of=pd.to_datetime(warned["as_of"]))
    calm = days[~days["is_warned"]].groupby("customer_id")["as_of"].max()
    since = days["customer_id"].map(calm)
    standing = days[since.isna() | (days["as_of"] > since)]
    first = standing.groupby("customer_id")["as_of"].min()
    known = leavers[leavers["customer_id"].isin(days["customer_id"])].set_index("customer_id")
    return (pd.to_datetime(known["last_on"]) - first.reindex(known.index)).dt.days


def describe_lead(
    predictor: str, cutoff: date, leavers: int, warned: int, median: float | None
) -> list[MetricRow]:
    """Metric rows about the leavers of a cut-off, of whom so many were warned of; none without
    leavers, no median without a warning.
    """
    figures = {"lead_days": (median, warned), "warned_share": (warned / max(leavers, 1), leavers)}
    about = {"predictor": predictor, "cutoff_on": cutoff, "slice": "all"}
    return [
        {**about, "metric": metric, "value": float(value), "rows": rows}
        for metric, (value, rows) in figures.items()
        if rows and value is not None
    ]


def collect_answers(rolled: Rolled, data: Dataset, split: Split) -> Answers:
    """What the model answered on the days of the folds."""
    return {
        fold.day: (fold.select_measured(data.known), rolled.probability[fold.day])
        for fold in split.folds
    }


def backtest_lead(answers: Answers, cutoff: date, bands: BandRule) -> list[MetricRow]:
    """Metric rows of the leavers of `cutoff`, by answers of a model that had learnt from nothing
    later; none where the rows do not say how long ago the last order was.
    """
    last = answers[cutoff][0]
    if RECENCY not in last:
        return []
    left = last[last[LABEL] == 1]
    last_on = pd.to_datetime(left["as_of"]) - pd.to_timedelta(left[RECENCY], unit="D")
    leavers = pd.DataFrame({"customer_id": left["customer_id"], "last_on": last_on})
    found = find_lead_days(pd.concat([_warn(*day, bands) for day in answers.values()]), leavers)
    warned = int(found.notna().sum())
    return describe_lead(MODEL, cutoff, len(found), warned, found.median())


def _warn(rows: pd.DataFrame, probability: Floats, bands: BandRule) -> pd.DataFrame:
    """Customers of a day, and whether their band was medium or high."""
    cuts = bands.cut(
        float(probability.mean()), lambda share: float(np.quantile(probability, share))
    )
    return rows[["as_of", "customer_id"]].assign(is_warned=probability >= cuts.medium)
