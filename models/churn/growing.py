"""Boosted trees and their plain rival, fitted by Spark on rows laid out by key, so that every layout gives one model."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from pyspark.ml.classification import GBTClassificationModel, GBTClassifier, LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import filled, margins, probabilities
from holdfast.models.tuning import Between, Params, Whole

LABEL: Final = "churned"
KEYS: Final = ("as_of", "customer_id")
TASKS: Final = 8


def space(trees: int) -> dict[str, Whole | Between]:
    """What a search may choose among; `trees` is the most it may grow."""
    return {"depth": Whole(3, 6), "trees": Whole(max(1, trees // 2), trees), "step": Between(0.05, 0.3, is_log=True),
            "subsampling": Between(0.5, 1.0)}


def first_guess(trees: int) -> Params:
    """The point tried first: what did well before anything is known."""
    return {"depth": 5, "trees": trees, "step": 0.15, "subsampling": 0.8}


def vectors(frame: DataFrame, features: Sequence[str]) -> DataFrame:
    """Keys, label and the feature vector, nulls below everything measured, in one order on any layout."""
    rows = frame.select(*KEYS, F.col(LABEL).cast("double").alias(LABEL), *filled(features))
    laid = rows.repartition(TASKS, "customer_id").sortWithinPartitions("customer_id", "as_of")
    return VectorAssembler(inputCols=list(features), outputCol="features").transform(laid).select(*KEYS, LABEL, "features")


def grow(rows: DataFrame, params: Mapping[str, float], smallest_leaf: int, seed: int) -> GBTClassificationModel:
    """Spark's boosted trees on the frame of `vectors`."""
    trees = GBTClassifier(
        featuresCol="features", labelCol=LABEL, maxDepth=int(params["depth"]), maxIter=int(params["trees"]),
        stepSize=params["step"], subsamplingRate=params["subsampling"], minInstancesPerNode=smallest_leaf, maxBins=48,
        maxMemoryInMB=512, seed=seed)
    fitted: GBTClassificationModel = trees.fit(rows)
    return fitted


def as_data(model: GBTClassificationModel, features: Sequence[str]) -> NodeTable:
    """The fitted trees as a node table."""
    return from_spark(model, features)


def kernel_difference(model: GBTClassificationModel, nodes: NodeTable, rows: DataFrame) -> float:
    """Largest difference between Spark's own probability and the numpy kernel's on the frame of `vectors`."""
    answered = model.transform(rows).select(vector_to_array(F.col("probability")).getItem(1).alias("probability"),
                                            vector_to_array(F.col("features")).alias("values")).collect()
    if not answered:
        return 0.0
    mine = probabilities(margins(nodes, np.array([row["values"] for row in answered])))
    return float(np.abs(mine - np.array([row["probability"] for row in answered])).max())


def logistic(train: DataFrame, test: DataFrame, features: Sequence[str]) -> dict[int, float]:
    """customer_id to log-odds on `test` of a ridge logistic regression, nulls as zero: the plain rival."""
    def plain(frame: DataFrame) -> DataFrame:
        zero = [F.coalesce(F.nanvl(F.col(name).cast("double"), F.lit(None)), F.lit(0.0)).alias(name) for name in features]
        laid = frame.select(*KEYS, F.col(LABEL).cast("double").alias(LABEL), *zero).repartition(
            TASKS, "customer_id").sortWithinPartitions("customer_id", "as_of")
        return VectorAssembler(inputCols=list(features), outputCol="features").transform(laid)

    fitted = LogisticRegression(featuresCol="features", labelCol=LABEL, regParam=0.01, maxIter=30).fit(plain(train))
    odds = vector_to_array(F.col("rawPrediction")).getItem(1).alias("odds")
    return {row["customer_id"]: row["odds"] for row in fitted.transform(plain(test)).select("customer_id", odds).collect()}

