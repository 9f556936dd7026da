"""Boosted trees that correct the shape of a BG/NBD and gamma-gamma forecast, fitted by Spark.

The trees learn how many times its forecast a customer really spends: weighted least squares on
outcome / forecast with the forecast as weight. The level of each training day is divided out first,
so that a good or bad quarter is not mistaken for a trait of the customers who were scored in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import filled

HIGHEST: Final = 10.0  # times its forecast: one windfall must not bend the trees


@dataclass(frozen=True)
class Growing:
    """How the trees grow; `tasks` is the number of parts the rows are laid out in."""

    trees: int
    depth: int
    step: float
    smallest_leaf: int
    tasks: int
    seed: int = 7


def fit(frame: DataFrame, features: Sequence[str], growing: Growing) -> NodeTable:
    """Trees of `frame` with columns customer_id, as_of, features, `ratio` (outcome over forecast)
    and `weight`.

    Rows are laid out by key first: the same rows give the same trees on any layout and number of
    cores.
    """
    capped = F.least("ratio", F.lit(HIGHEST)).alias("ratio")
    rows = frame.select("customer_id", "as_of", *filled(features), capped, "weight")
    rows = rows.repartition(growing.tasks, "customer_id").sortWithinPartitions(
        "customer_id", "as_of"
    )
    vectors = VectorAssembler(inputCols=list(features), outputCol="features").transform(rows)
    regressor = GBTRegressor(
        featuresCol="features",
        labelCol="ratio",
        weightCol="weight",
        maxIter=growing.trees,
        maxDepth=growing.depth,
        stepSize=growing.step,
        minInstancesPerNode=growing.smallest_leaf,
        seed=growing.seed,
        maxMemoryInMB=512,
    )
    return from_spark(regressor.fit(vectors), list(features))
