"""Exact contributions of 100 trees of depth 5: our pattern tables against shap's C code, in CPU
seconds on the same trees.

Run with `make bench NAME=explain`; the rival needs the extra `bench`.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor

from holdfast.models.trees.nodes import LEAF, NodeTable
from holdfast.models.trees.shapley import explainer

ROWS, FEATURES, TREES, DEPTH = 20_000, 60, 100, 5
GOAL = 8.0  # times cheaper a row
CLOSE = 1e-9


def fitted() -> tuple[GradientBoostingRegressor, np.ndarray]:
    """Trees grown on rows with thresholds, slopes and noise columns; values are exact in single
    precision.
    """
    random = np.random.default_rng(1)
    values = random.normal(size=(ROWS, FEATURES)).astype(np.float32).astype(np.float64)
    target = (
        values[:, 0] * (values[:, 1] > 0)
        + np.abs(values[:, 2:10]).sum(axis=1)
        + random.normal(size=ROWS)
    )
    trees = GradientBoostingRegressor(
        n_estimators=TREES, max_depth=DEPTH, max_features=10, random_state=1
    )
    return trees.fit(values, target), values


def as_nodes(model: GradientBoostingRegressor) -> NodeTable:
    """The same trees as a node table: both keep a tree's nodes in preorder."""
    parts: list[dict[str, np.ndarray]] = []
    start = 0
    for number, tree in enumerate(estimator.tree_ for estimator in model.estimators_[:, 0]):
        at, is_leaf = np.arange(tree.node_count), tree.children_left < 0
        parts.append(
            {
                "tree": np.full(tree.node_count, number),
                "node": at,
                "feature": np.where(is_leaf, LEAF, tree.feature),
                "threshold": np.where(is_leaf, np.nan, tree.threshold),
                "left": start + np.where(is_leaf, at, tree.children_left),
                "right": start + np.where(is_leaf, at, tree.children_right),
                "prediction": np.where(is_leaf, model.learning_rate * tree.value[:, 0, 0], np.nan),
                "cover": tree.weighted_n_node_samples,
            }
        )
        start += tree.node_count
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    whole |= {
        name: whole[name].astype(np.int32) for name in ("tree", "node", "feature", "left", "right")
    }
    return NodeTable(tuple(f"f{i}" for i in range(FEATURES)), 0.0, **whole)


def cpu_seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least of three runs, and the result."""
    seconds, result = [], None
    for _ in range(3):
        started = time.process_time()
        result = work()
        seconds.append(time.process_time() - started)
    return min(seconds), result


def main() -> None:
    """Print the comparison and its JSON line."""
    import shap

    model, values = fitted()
    nodes = as_nodes(model)
    preparing, ours = cpu_seconds(lambda: explainer(nodes))
    explaining, mine = cpu_seconds(lambda: ours.contributions(values))
    rival = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    theirs_seconds, theirs = cpu_seconds(lambda: rival.shap_values(values, check_additivity=False))
    by_place = np.array([ours.players.index(f"f{i}") for i in range(FEATURES)])
    difference = float(np.abs(mine[:, by_place] - theirs).max())
    ratio = theirs_seconds / explaining
    print(
        f"{ROWS} rows: ours {explaining:.2f} CPU s and {preparing:.2f} once a model, shap "
        f"{theirs_seconds:.2f}; "
        f"largest difference {difference:.1e}"
    )
    print(
        json.dumps(
            {
                "name": "explain",
                "ours": explaining,
                "rival": theirs_seconds,
                "ratio": ratio,
                "goal": GOAL,
                "met": ratio >= GOAL and difference <= CLOSE,
            }
        )
    )


if __name__ == "__main__":
    main()
