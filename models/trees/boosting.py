"""Boosted trees, grown by scikit-learn on the driver and read into a node table.

Its histogram gradient boosting (Ke et al., 2017, "LightGBM") steps by second derivatives with a
penalty on leaves. It runs on one thread: up to some 100,000 rows more of them wait for each other
longer than they work. scikit-learn has no public description of its trees; what is read is what its
own scoring walks through, and each fit is compared with that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import LEAF, NodeTable
from holdfast.models.trees.scoring import margins

_BINS = 255  # of a column, scikit-learn's most
_COMPARED = 1_000  # rows of which the node table must say what scikit-learn says


@dataclass(frozen=True)
class Growth:
    """How trees grow: how many, their splits from root to leaf, the share of each that is added,
    rows of a leaf, the penalty on the square of a leaf's value, the share of features that a split
    may choose from, and the most leaves of a tree, which then splits where it gains most.
    """

    trees: int
    depth: int
    learning_rate: float
    min_rows_per_leaf: int
    penalty: float
    feature_share: float
    seed: int
    leaves: int | None = None


def grow_classifier(
    values: Floats, labels: Floats, features: Sequence[str], growth: Growth
) -> NodeTable:
    """Trees whose margin is the log-odds of label 1, of a matrix without NaN and labels 0 and 1,
    both of which occur.
    """
    model = HistGradientBoostingClassifier(**_parameters(growth))
    with threadpool_limits(1, user_api="openmp"):
        model.fit(values, labels)
        return _read(model, features, values, model.decision_function(values[:_COMPARED]))


def grow_regressor(
    values: Floats, target: Floats, weight: Floats, features: Sequence[str], growth: Growth
) -> NodeTable:
    """Trees whose margin is the weighted mean of the target, of a matrix without NaN.

    A column of more values than scikit-learn has bins is cut into them before: with weights, it
    works each percentile of each column out anew, which takes nine tenths of a fit.
    """
    model = HistGradientBoostingRegressor(**_parameters(growth))
    edges = [_find_edges(column) for column in values.T]
    cut = np.column_stack([e[e.searchsorted(c)] for e, c in zip(edges, values.T, strict=True)])
    with threadpool_limits(1, user_api="openmp"):
        model.fit(cut, target, sample_weight=weight)
        table = _read(model, features, cut, model.predict(cut[:_COMPARED]))
    threshold = table.threshold.copy()
    for node in np.flatnonzero(~table.is_leaf):  # the last value that goes left, of those there are
        own = edges[table.feature[node]]
        threshold[node] = own[own.searchsorted(threshold[node]) - 1]
    return replace(table, threshold=threshold)


def _find_edges(column: Floats) -> Floats:
    """The upper ends of as many parts of equal size as there are bins, in order."""
    shares = np.linspace(0.0, 1.0, _BINS + 1)[1:]
    return np.unique(np.quantile(column, shares, method="inverted_cdf"))


def _parameters(growth: Growth) -> dict[str, object]:
    return {
        "max_iter": growth.trees,
        "max_depth": growth.depth,
        "max_leaf_nodes": growth.leaves,
        "learning_rate": growth.learning_rate,
        "min_samples_leaf": growth.min_rows_per_leaf,
        "l2_regularization": growth.penalty,
        "max_features": growth.feature_share,
        "early_stopping": False,
        "random_state": growth.seed,
    }


def _read(
    model: HistGradientBoostingClassifier | HistGradientBoostingRegressor,
    features: Sequence[str],
    values: Floats,
    expected: Floats,
) -> NodeTable:
    trees = [step[0].nodes for step in model._predictors]  # preorder, as a node table is
    sizes = [len(tree) for tree in trees]
    nodes = np.concatenate(trees)
    start = np.repeat(np.cumsum([0, *sizes])[:-1], sizes)
    row, is_leaf = np.arange(len(nodes)), nodes["is_leaf"].astype(bool)
    table = NodeTable(
        features=tuple(features),
        base=float(model._baseline_prediction[0, 0]),
        tree=np.repeat(np.arange(len(trees)), sizes).astype(np.int32),
        node=(row - start).astype(np.int32),
        feature=np.where(is_leaf, LEAF, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(is_leaf, np.nan, nodes["num_threshold"]),
        left=np.where(is_leaf, row, nodes["left"] + start).astype(np.int32),
        right=np.where(is_leaf, row, nodes["right"] + start).astype(np.int32),
        prediction=np.where(is_leaf, nodes["value"], np.nan),
        cover=nodes["count"].astype(np.float64),
    )
    if not np.allclose(margins(table, values[:_COMPARED]), expected):
        raise RuntimeError("this version of scikit-learn lays its trees out in another way")
    return table
