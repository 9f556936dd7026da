"""The lines in log-odds that compete for the churn model, fitted."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from holdfast.models.churn.dataset import LABEL, RULE_BAND, column
from holdfast.models.churn.linear import CONSTANT, LOGISTIC, RECENCY, RULES, LinearPredictor

RECENCY_FEATURE: Final = "recency_days"
# Penalties that are tried, on standardised features, relative to the mean loss.
RIDGES: Final = (0.001, 0.01, 0.1)


def fit_constant(rows: pd.DataFrame, features: Sequence[str]) -> LinearPredictor:
    """The share of leavers, for everybody."""
    return _without_weights(CONSTANT, rows, features)


def fit_rules(rows: pd.DataFrame, fewest: int) -> LinearPredictor:
    """A line of the band of the written rules, from 0 for none to 3 for high."""
    return _fit(RULES, rows, [RULE_BAND], [RULE_BAND], fewest, RIDGES[0])


def fit_recency(rows: pd.DataFrame, features: Sequence[str], fewest: int) -> LinearPredictor:
    """A line of the days since the last order alone."""
    return _fit(RECENCY, rows, features, [RECENCY_FEATURE], fewest, RIDGES[0])


def fit_logistic(
    rows: pd.DataFrame, features: Sequence[str], fewest: int, ridge: float
) -> LinearPredictor:
    """A ridge regression on all features. One on which fewer than `fewest` rows differ from its
    most frequent value is left out, as no leaf of the trees holds fewer.
    """
    return _fit(LOGISTIC, rows, features, features, fewest, ridge)


def _without_weights(kind: str, rows: pd.DataFrame, features: Sequence[str]) -> LinearPredictor:
    nothing = np.zeros(len(features))
    rate = float(column(rows, LABEL).mean())
    odds = float(np.log(rate / (1.0 - rate)))
    return LinearPredictor(kind, tuple(features), odds, *(nothing for _ in range(5)))


def _fit(
    kind: str,
    rows: pd.DataFrame,
    features: Sequence[str],
    asked: Sequence[str],
    fewest: int,
    ridge: float,
) -> LinearPredictor:
    gap = rows[list(asked)].median().fillna(0.0)
    whole = rows[list(asked)].fillna(gap)
    usual = whole.apply(lambda values: values.value_counts().iloc[0])
    kept = [name for name in asked if len(rows) - usual[name] >= fewest]
    if not kept:  # nothing to go by: everybody alike
        return _without_weights(kind, rows, features)
    varied = whole[kept]
    centre, spread = varied.mean(), varied.std().replace(0.0, 1.0)
    line = LogisticRegression(C=1 / (ridge * len(rows)), max_iter=500).fit(
        ((varied - centre) / spread).to_numpy(np.float64), column(rows, LABEL)
    )
    parts = {
        "weight": pd.Series(line.coef_[0], index=kept) / spread,
        "gap": gap[kept],
        "low": varied.min(),
        "high": varied.max(),
        "centre": centre,
    }
    arrays = {
        name: part.reindex(list(features), fill_value=0.0).to_numpy(np.float64)
        for name, part in parts.items()
    }
    return LinearPredictor(kind, tuple(features), float(line.intercept_[0]), **arrays)
