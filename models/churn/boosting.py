"""Boosted trees and their plain rival, fitted on rows laid out by customer, so that every layout
gives one model.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pyspark.ml.classification import GBTClassificationModel, GBTClassifier
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from sklearn.linear_model import LogisticRegression

from holdfast.models.arrays import Floats
from holdfast.models.churn.dataset import LABEL, column, vectors
from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import margins, probabilities
from holdfast.models.tuning import Between, Params, Whole

_RIDGE = 0.001  # penalty of the plain rival, on standardised features, relative to the mean loss


def space(trees: int) -> dict[str, Whole | Between]:
    """What a search may choose among; `trees` is the most it may grow."""
    return {
        "depth": Whole(2, 5),
        "trees": Whole(max(1, trees // 2), trees),
        "step": Between(0.05, 0.3, is_log=True),
        "subsampling": Between(0.5, 1.0),
    }


def first_guess(trees: int) -> Params:
    """The point tried first: shallow trees, which on early cut-offs of both demos did as well as
    deeper ones or better.
    """
    return {"depth": 3, "trees": trees, "step": 0.2, "subsampling": 0.8}


def grow(
    rows: DataFrame, params: Mapping[str, float], smallest_leaf: int, seed: int
) -> GBTClassificationModel:
    """Spark's boosted trees on the frame of `vectors`."""
    trees = GBTClassifier(
        featuresCol="features",
        labelCol=LABEL,
        maxDepth=int(params["depth"]),
        maxIter=int(params["trees"]),
        stepSize=params["step"],
        subsamplingRate=params["subsampling"],
        minInstancesPerNode=smallest_leaf,
        maxBins=48,
        maxMemoryInMB=512,
        seed=seed,
    )
    fitted: GBTClassificationModel = trees.fit(rows)
    return fitted


@dataclass(frozen=True, eq=False)
class FitCache:
    """Trees grown on the teaching rows (the frame of `vectors`), once for each point asked for."""

    rows: DataFrame
    features: Sequence[str]
    smallest_leaf: int
    seed: int
    grown: dict[tuple[tuple[str, float], ...], NodeTable] = field(default_factory=dict)

    def at(self, params: Params) -> NodeTable:
        """The trees of a point."""
        key = tuple(sorted(params.items()))
        if key not in self.grown:
            self.grown[key] = from_spark(
                grow(self.rows, params, self.smallest_leaf, self.seed), self.features
            )
        return self.grown[key]


def kernel_difference(model: GBTClassificationModel, nodes: NodeTable, rows: DataFrame) -> float:
    """Largest difference between Spark's own probability and the numpy kernel's on
    laid-out rows.
    """
    answered = pd.DataFrame(
        model.transform(vectors(rows, nodes.features))
        .select(
            vector_to_array(F.col("probability")).getItem(1).alias("probability"),
            vector_to_array(F.col("features")).alias("values"),
        )
        .toPandas()
    )
    mine = probabilities(margins(nodes, np.stack(answered["values"].to_list())))
    return float(np.abs(mine - column(answered, "probability")).max())


def logistic(taught: pd.DataFrame, features: Sequence[str]) -> Callable[[pd.DataFrame], Floats]:
    """The plain rival: log-odds of a ridge logistic regression on standardised features, gaps at
    the median.
    """
    known = taught[list(features)]
    centre, spread = (
        known.median().fillna(0.0),
        known.fillna(known.median()).std().replace(0.0, 1.0).fillna(1.0),
    )

    def plain(rows: pd.DataFrame) -> Floats:
        return np.asarray(
            ((rows[list(features)].fillna(centre) - centre) / spread).to_numpy(dtype=np.float64)
        )

    line = LogisticRegression(C=1 / (_RIDGE * len(taught)), max_iter=500).fit(
        plain(taught), column(taught, LABEL)
    )
    return lambda rows: np.asarray(line.decision_function(plain(rows)))
