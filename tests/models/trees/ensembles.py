"""Small ensembles written by hand or drawn at random, for the tests of the tree code."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from holdfast.models.trees.nodes import LEAF, NodeTable

COLUMNS = ("tree", "node", "feature", "threshold", "left", "right", "prediction", "cover")
WHOLE = ("tree", "node", "feature", "left", "right")

Subtree = Any  # (prediction, cover), or (feature, threshold, left subtree, right subtree)


def plant(features: Sequence[str], trees: Sequence[Subtree], base: float = 0.0) -> NodeTable:
    """The node table of trees written as nested tuples."""
    rows: list[list[float]] = []  # of COLUMNS

    def add(tree: int, start: int, subtree: Subtree) -> int:
        at = len(rows)
        if len(subtree) == 2:
            rows.append([tree, at - start, LEAF, np.nan, at, at, *subtree])
            return at
        feature, threshold, left, right = subtree
        rows.append([tree, at - start, feature, threshold, 0, 0, np.nan, 0])
        ends = [add(tree, start, left), add(tree, start, right)]
        rows[at][4:6] = ends
        rows[at][7] = sum(rows[end][7] for end in ends)
        return at

    for tree, root in enumerate(trees):
        add(tree, len(rows), root)
    columns = np.array(rows).T
    whole = dict(zip(COLUMNS, columns, strict=True))
    whole |= {name: whole[name].astype(np.int32) for name in WHOLE}
    return NodeTable(tuple(features), base, **whole)


def ensemble(seed: int, trees: int = 4, depth: int = 4, features: int = 6) -> NodeTable:
    """A random ensemble with random cover; features repeat along a path."""
    random = np.random.default_rng(seed)

    def draw(level: int) -> Subtree:
        if level == depth or (level > 1 and random.random() < 0.15):
            return float(random.normal()), float(random.integers(1, 50))
        split = int(random.integers(features)), float(random.normal())
        return (*split, draw(level + 1), draw(level + 1))

    names = [f"f{i}" for i in range(features)]
    return plant(names, [draw(0) for _ in range(trees)], float(random.normal()))


def walk(table: NodeTable, tree: int, row: np.ndarray) -> float:
    """The prediction of one tree for one row, node by node."""
    at = int(table.roots[tree])
    while table.feature[at] >= 0:
        at = int(
            table.left[at] if row[table.feature[at]] <= table.threshold[at] else table.right[at]
        )
    return float(table.prediction[at])
