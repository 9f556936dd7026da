"""How the trees of a churn model grow, and what a search may choose among."""

from collections.abc import Mapping

import pandas as pd

from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL, column, values
from holdfast.models.trees.boosting import Growth, grow_classifier
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.tuning import Between, Params, Whole


def search_space(parameters: ChurnTrainingConfig) -> dict[str, Whole | Between]:
    """What a search may choose among; with early stopping the number of trees follows by itself."""
    most = parameters.trees
    trees = {} if parameters.early_stopping else {"trees": Whole(max(1, most // 2), most)}
    return {
        "depth": Whole(min(2, parameters.max_depth), parameters.max_depth),
        **trees,
        "learning_rate": Between(0.05, 0.3, is_log=True),
        "leaf_penalty": Between(0.1, 300.0, is_log=True),
        "feature_share": Between(0.2, 1.0),
    }


def first_guess(parameters: ChurnTrainingConfig) -> Params:
    """The point tried first: shallow trees, each split of which sees some of the features."""
    trees = {} if parameters.early_stopping else {"trees": parameters.trees}
    depth = min(4, parameters.max_depth)
    return {
        "depth": depth,
        **trees,
        "learning_rate": 0.08,
        "leaf_penalty": 5.0,
        "feature_share": 0.4,
    }


def grow_trees(
    rows: pd.DataFrame,
    features: tuple[str, ...],
    params: Mapping[str, float],
    parameters: ChurnTrainingConfig,
) -> NodeTable:
    """Trees of the rows at a point of the search."""
    growth = Growth(
        trees=int(params["trees"]),
        depth=int(params["depth"]),
        learning_rate=params["learning_rate"],
        min_rows_per_leaf=parameters.min_rows_per_leaf,
        penalty=params["leaf_penalty"],
        feature_share=params["feature_share"],
        seed=parameters.seed,
    )
    return grow_classifier(values(rows, features), column(rows, LABEL), features, growth)
