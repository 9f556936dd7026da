"""The plain rival of the trees: a ridge logistic regression."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from holdfast.models.arrays import Floats
from holdfast.models.churn.dataset import LABEL, column
from holdfast.models.churn.metrics import log_loss

# Penalties that are tried, on standardised features, relative to the mean loss.
RIDGES: Final = (0.001, 0.01, 0.1)


@dataclass(frozen=True, eq=False)
class _Scale:
    """Standard units of the features that vary. A value outside the range of the rows they were
    measured on counts as the end of it: a line that is drawn on would go anywhere.
    """

    middle: "pd.Series[float]"
    lowest: "pd.Series[float]"
    highest: "pd.Series[float]"
    centre: "pd.Series[float]"
    spread: "pd.Series[float]"

    def standardise(self, rows: pd.DataFrame) -> Floats:
        """The matrix of a regression, gaps at the median."""
        known = rows[list(self.middle.index)].fillna(self.middle)
        inside = known.clip(self.lowest, self.highest, axis=1)
        return np.asarray(((inside - self.centre) / self.spread).to_numpy(dtype=np.float64))


def fit_logistic(
    train: pd.DataFrame, validation: pd.DataFrame, features: Sequence[str], fewest: int
) -> Callable[[pd.DataFrame], Floats]:
    """Log-odds of a regression that sees the same rows as the trees: its penalty is chosen by log
    loss on the validation rows, then all rows are fitted. A feature on which fewer than `fewest`
    rows differ from its most frequent value is left out, as no leaf of the trees holds fewer.
    """
    known = pd.concat([train, validation], ignore_index=True)
    outcomes = column(validation, LABEL)

    def miss(ridge: float) -> float:
        odds = _fit(train, features, fewest, ridge)(validation)
        return log_loss(1.0 / (1.0 + np.exp(-odds)), outcomes)

    return _fit(known, features, fewest, min(RIDGES, key=miss))


def _fit(
    rows: pd.DataFrame, features: Sequence[str], fewest: int, ridge: float
) -> Callable[[pd.DataFrame], Floats]:
    scale = _measure(rows, features, fewest)
    if scale.middle.empty:  # nothing to go by: everybody alike
        rate = column(rows, LABEL).mean()
        return lambda asked: np.full(len(asked), np.log(rate / (1.0 - rate)))
    line = LogisticRegression(C=1 / (ridge * len(rows)), max_iter=500).fit(
        scale.standardise(rows), column(rows, LABEL)
    )
    return lambda asked: np.asarray(line.decision_function(scale.standardise(asked)))


def _measure(rows: pd.DataFrame, features: Sequence[str], fewest: int) -> _Scale:
    middle = rows[list(features)].median().fillna(0.0)
    whole = rows[list(features)].fillna(middle)
    usual = whole.apply(lambda values: values.value_counts().iloc[0])
    kept = [name for name in features if len(rows) - usual[name] >= fewest]
    values = whole[kept]
    spread = values.std().replace(0.0, 1.0)
    return _Scale(middle[kept], values.min(), values.max(), values.mean(), spread)
