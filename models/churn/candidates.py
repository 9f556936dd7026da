"""The candidates for the churn model, and how each is fitted on any rows once its parameters are
found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from holdfast.models.churn.blend import BLEND, BlendedPredictor
from holdfast.models.churn.boosted import TREES, BoostedPredictor
from holdfast.models.churn.boosting import grow_trees
from holdfast.models.churn.calibration import probability_of
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL, RULE_BAND, Dataset, column, values
from holdfast.models.churn.linear import CONSTANT, LOGISTIC, RECENCY, RULES, LinearPredictor
from holdfast.models.churn.linear_fit import (
    RECENCY_FEATURE,
    RIDGES,
    fit_constant,
    fit_logistic,
    fit_recency,
    fit_rules,
)
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.predictors import Predictor
from holdfast.models.churn.search import TrialFits, search_parameters
from holdfast.models.churn.split import Fold
from holdfast.models.tuning import Params, TrialStore


@dataclass(frozen=True, eq=False)
class Candidates:
    """Predictors of every kind, to be fitted with the parameters `params`."""

    features: tuple[str, ...]
    params: Params
    parameters: ChurnTrainingConfig

    def fit_all(self, rows: pd.DataFrame) -> dict[str, Predictor]:
        """Each kind on the rows, simplest first; recency where it is a feature, the band of the
        written rules where there are any.
        """
        is_there = {
            CONSTANT: True,
            RULES: RULE_BAND in rows and rows[RULE_BAND].notna().any(),
            RECENCY: RECENCY_FEATURE in self.features,
        }
        simple = [kind for kind, there in is_there.items() if there]
        found = {kind: self.fit(kind, rows) for kind in simple}
        line, trees = self._fit_line(rows), self._fit_trees(rows)
        return {**found, LOGISTIC: line, TREES: trees, BLEND: BlendedPredictor(line, trees)}

    def fit(self, kind: str, rows: pd.DataFrame) -> Predictor:
        """One kind on the rows."""
        if kind == CONSTANT:
            return fit_constant(rows, self.features)
        if kind == RULES:
            return fit_rules(rows, self.parameters.min_rows_per_leaf)
        if kind == RECENCY:
            return fit_recency(rows, self.features, self.parameters.min_rows_per_leaf)
        if kind == LOGISTIC:
            return self._fit_line(rows)
        trees = self._fit_trees(rows)
        return trees if kind == TREES else BlendedPredictor(self._fit_line(rows), trees)

    def _fit_line(self, rows: pd.DataFrame) -> LinearPredictor:
        fewest = self.parameters.min_rows_per_leaf
        return fit_logistic(rows, self.features, fewest, self.params["ridge"])

    def _fit_trees(self, rows: pd.DataFrame) -> BoostedPredictor:
        return BoostedPredictor(grow_trees(rows, self.features, self.params, self.parameters))


def find_candidates(
    data: Dataset,
    fold: Fold,
    features: tuple[str, ...],
    parameters: ChurnTrainingConfig,
    trials: TrialStore,
    first: Params | None,
) -> Candidates:
    """The candidates with the parameters that have the lowest log loss on the fold's day. `first`
    is tried first by the search for trees: the champion's.
    """
    learnt, measured = data.select_train(fold), fold.select_measured(data.known)
    ridge = _find_ridge(learnt, measured, features, parameters.min_rows_per_leaf)
    params = search_parameters(TrialFits(learnt, features, measured, parameters), trials, first)
    return Candidates(features, {**params, "ridge": ridge}, parameters)


def _find_ridge(
    train: pd.DataFrame, measured: pd.DataFrame, features: Sequence[str], fewest: int
) -> float:
    def loss(ridge: float) -> float:
        line = fit_logistic(train, features, fewest, ridge)
        chance = probability_of(line.score(values(measured, features)))
        return log_loss(chance, column(measured, LABEL))

    return min(RIDGES, key=loss)
