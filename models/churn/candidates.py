"""The candidates for the churn model, and how each is fitted on any rows once its parameters are
found.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from holdfast.models.churn.boosted import TREES, BoostedPredictor
from holdfast.models.churn.boosting import grow_trees
from holdfast.models.churn.calibration import probability_of
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL, Dataset, column, values
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
from holdfast.models.churn.search import TrialFits, search_parameters
from holdfast.models.churn.split import Fold
from holdfast.models.tuning import Params, TrialStore

Recipe = Callable[[pd.DataFrame], Predictor]


def find_recipes(
    data: Dataset,
    fold: Fold,
    features: tuple[str, ...],
    parameters: ChurnTrainingConfig,
    trials: TrialStore,
    first: Params | None,
) -> tuple[dict[str, Recipe], Params]:
    """Each candidate with the parameters that have the lowest log loss on the fold's day, and those
    parameters. `first` is tried first by the search for trees: the champion's.
    """
    learnt, measured = data.select_train(fold), fold.select_measured(data.known)
    fewest = parameters.min_rows_per_leaf
    ridge = _find_ridge(learnt, measured, features, fewest)
    params = search_parameters(TrialFits(learnt, features, measured, parameters), trials, first)
    recipes: dict[str, Recipe] = {
        CONSTANT: lambda rows: fit_constant(rows, features),
        LOGISTIC: lambda rows: fit_logistic(rows, features, fewest, ridge),
        TREES: lambda rows: BoostedPredictor(grow_trees(rows, features, params, parameters)),
    }
    if RECENCY_FEATURE in features:
        recipes[RECENCY] = lambda rows: fit_recency(rows, features, fewest)
    return recipes, {**params, "ridge": ridge}


def _find_ridge(
    train: pd.DataFrame, measured: pd.DataFrame, features: Sequence[str], fewest: int
) -> float:
    def loss(ridge: float) -> float:
        line = fit_logistic(train, features, fewest, ridge)
        chance = probability_of(line.score(values(measured, features)))
        return log_loss(chance, column(measured, LABEL))

    return min(RIDGES, key=loss)
