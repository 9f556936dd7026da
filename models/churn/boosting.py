"""Boosted trees, fitted on rows in one layout, so that every layout of the input gives one
model.
"""

from collections.abc import Mapping

from pyspark.ml.classification import GBTClassificationModel, GBTClassifier
from pyspark.sql import DataFrame

from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import LABEL
from holdfast.models.tuning import Between, Params, Whole


def search_space(parameters: ChurnTrainingConfig) -> dict[str, Whole | Between]:
    """What a search may choose among; with early stopping the number of trees follows by itself."""
    most = parameters.trees
    trees = {} if parameters.early_stopping else {"trees": Whole(max(1, most // 2), most)}
    return {
        "depth": Whole(min(2, parameters.max_depth), parameters.max_depth),
        **trees,
        "learning_rate": Between(0.05, 0.3, is_log=True),
        "subsampling": Between(0.5, 1.0),
    }


def first_guess(parameters: ChurnTrainingConfig) -> Params:
    """The point tried first: shallow trees, which on early cut-offs of both demos did as well as
    deeper ones or better.
    """
    trees = {} if parameters.early_stopping else {"trees": parameters.trees}
    depth = min(3, parameters.max_depth)
    return {"depth": depth, **trees, "learning_rate": 0.2, "subsampling": 0.8}


def grow_trees(
    rows: DataFrame, params: Mapping[str, float], parameters: ChurnTrainingConfig
) -> GBTClassificationModel:
    """Spark's boosted trees on the frame of `vectors`."""
    trees = GBTClassifier(
        featuresCol="features",
        labelCol=LABEL,
        maxDepth=int(params["depth"]),
        maxIter=int(params["trees"]),
        stepSize=params["learning_rate"],
        subsamplingRate=params["subsampling"],
        minInstancesPerNode=parameters.min_rows_per_leaf,
        maxBins=48,
        maxMemoryInMB=512,
        seed=parameters.seed,
    )
    fitted: GBTClassificationModel = trees.fit(rows)
    return fitted
