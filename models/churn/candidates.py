"""The candidates for the churn model, and how each is fitted on any rows once its parameters are
found.
"""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from holdfast.models.churn.boosted import TREES, BoostedPredictor
from holdfast.models.churn.boosting import grow_trees
from holdfast.models.churn.calibration import probability_of
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL, Dataset, Rows, column, values, vectors
from holdfast.models.churn.linear import CONSTANT, LOGISTIC, RECENCY
from holdfast.models.churn.linear_fit import (
    RECENCY_FEATURE,
    RIDGES,
    fit_constant,
    fit_logistic,
    fit_recency,
)
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.predictors import Predictor
from holdfast.models.churn.search import TrialFits, find_loss, search_parameters
from holdfast.models.churn.split import Fold
from holdfast.models.fitting import keep_computed
from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.refit import refit_leaves
from holdfast.models.trees.scoring import count_cover
from holdfast.models.tuning import Params, TrialStore

Recipe = Callable[[Rows], Predictor]
# Penalties of the leaves' second estimate that are tried; the last leaves them much as they are.
PENALTIES: Final = (100.0, 300.0, 1_000.0, 3_000.0, 1_000_000.0)


def find_recipes(
    data: Dataset,
    fold: Fold,
    features: Sequence[str],
    parameters: ChurnTrainingConfig,
    trials: TrialStore,
    first: Params | None,
) -> tuple[dict[str, Recipe], Params]:
    """Each candidate with the parameters that have the lowest log loss on the fold's day, and those
    parameters. `first` is tried first by the search for trees: the champion's.
    """
    learnt, measured = data.select_train(fold), fold.select_measured(data.known)
    fewest = parameters.min_rows_per_leaf
    ridge = _find_ridge(learnt.sample, measured, features, fewest)
    rows = keep_computed(vectors(learnt.frame, features))
    fits = TrialFits(rows, features, measured, parameters)
    params, nodes = search_parameters(fits, trials, first)
    penalty = _find_penalty(nodes, learnt.sample, measured)
    found = {**params, "ridge": ridge, "leaf_penalty": penalty}

    def fit_trees(rows: Rows) -> BoostedPredictor:
        is_grown = rows.fold == fold  # by the search
        grown = nodes if is_grown else _grow(rows, features, found, parameters)
        refitted = _refit(grown, rows.sample, penalty)
        return BoostedPredictor(count_cover(refitted, values(rows.sample, features)))

    recipes: dict[str, Recipe] = {
        CONSTANT: lambda rows: fit_constant(rows.sample, features),
        LOGISTIC: lambda rows: fit_logistic(rows.sample, features, fewest, ridge),
        TREES: fit_trees,
    }
    if RECENCY_FEATURE in features:
        recipes[RECENCY] = lambda rows: fit_recency(rows.sample, features, fewest)
    return recipes, found


def _find_ridge(
    train: pd.DataFrame, measured: pd.DataFrame, features: Sequence[str], fewest: int
) -> float:
    def loss(ridge: float) -> float:
        line = fit_logistic(train, features, fewest, ridge)
        chance = probability_of(line.score(values(measured, features)))
        return log_loss(chance, column(measured, LABEL))

    return min(RIDGES, key=loss)


def _find_penalty(nodes: NodeTable, train: pd.DataFrame, measured: pd.DataFrame) -> float:
    return min(PENALTIES, key=lambda one: find_loss(measured, _refit(nodes, train, one)))


def _grow(
    rows: Rows, features: Sequence[str], params: Params, parameters: ChurnTrainingConfig
) -> NodeTable:
    return from_spark(grow_trees(vectors(rows.frame, features), params, parameters), features)


def _refit(nodes: NodeTable, rows: pd.DataFrame, penalty: float) -> NodeTable:
    return refit_leaves(nodes, values(rows, nodes.features), column(rows, LABEL), penalty)
