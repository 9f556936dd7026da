"""Boosted trees that correct the shape of a simpler forecast, fitted by Spark.

The trees learn how many times its forecast a customer really spends: weighted least squares on
outcome / forecast with the forecast as weight. The level of each training day is divided out first,
so that a good or bad quarter is not mistaken for a trait of the customers who were scored in it.
"""

from collections.abc import Sequence
from typing import Final

from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import impute
from holdfast.models.value.config import ValueTrainingConfig

HIGHEST: Final = 20.0  # times its forecast: one windfall must not bend the trees
# Forecasts below this share of their mean count as that much: who was given up may return.
LOWEST: Final = 0.1


def fit(frame: DataFrame, features: Sequence[str], parameters: ValueTrainingConfig) -> NodeTable:
    """Trees of `frame` with columns customer_id, as_of, features, `ratio` (outcome over forecast)
    and `weight`.

    Rows are put in order of their keys first: the same rows give the same trees on any layout and
    number of cores.
    """
    capped = F.least("ratio", F.lit(HIGHEST)).alias("ratio")
    rows = frame.select("customer_id", "as_of", *impute(features), capped, "weight")
    rows = rows.repartition(parameters.partitions, "customer_id").sortWithinPartitions(
        "customer_id", "as_of"
    )
    vectors = VectorAssembler(inputCols=list(features), outputCol="features").transform(rows)
    regressor = GBTRegressor(
        featuresCol="features",
        labelCol="ratio",
        weightCol="weight",
        maxIter=parameters.trees,
        maxDepth=parameters.depth,
        stepSize=parameters.learning_rate,
        minInstancesPerNode=parameters.min_rows_per_leaf,
        seed=parameters.seed,
        maxMemoryInMB=512,
    )
    return from_spark(regressor.fit(vectors), list(features))
