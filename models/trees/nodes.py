"""Boosted trees as data: what a fitted `pyspark.ml` GBT model knows, held in numpy arrays.

The node table is the model of record: it is scored and explained without Java, on classic Spark, on
Connect and on a bare worker alike. It is read from `toDebugString`, the only full description of
the trees that both kinds of session hand out: Java prints each double so that reading it back gives
the same bits. The string has no cover (rows that passed a node); `with_cover` adds it from the
training rows themselves.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.models.arrays import Flags, Floats, RowNumbers
from holdfast.models.artifacts import Artifacts

LEAF: Final = -1
_TREE: Final = re.compile(r"\s*Tree \d+ \(weight (?P<weight>\S+)\):")
_SPLIT: Final = re.compile(r"\s*If \(feature (?P<feature>\d+) <= (?P<threshold>\S+)\)")
_PREDICT: Final = re.compile(r"\s*Predict: (?P<prediction>\S+)")
_ELSE: Final = re.compile(r"\s*Else \(feature \d+ > \S+\)")


class BoostedTrees(Protocol):
    """A fitted GBTClassificationModel or GBTRegressionModel."""

    @property
    def toDebugString(self) -> str: ...


@dataclass(frozen=True, eq=False)
class NodeTable:
    """One row per node, trees one after the other, each in preorder, so that a tree's first row is
    its root.

    `left` and `right` are row numbers of the table. A leaf has `feature` -1, leads to itself, and
    is the only kind of node with a `prediction`; a row goes left where its feature is <=
    `threshold`. `cover` counts training rows (0 until known). The margin of a row is the sum over
    trees of weight x prediction of its leaf.
    """

    features: tuple[str, ...]
    weights: Floats
    tree: RowNumbers
    node: RowNumbers
    feature: RowNumbers
    threshold: Floats
    left: RowNumbers
    right: RowNumbers
    prediction: Floats
    cover: Floats

    @property
    def roots(self) -> RowNumbers:
        """Row of each tree's root."""
        return np.flatnonzero(self.node == 0).astype(np.int32)

    @property
    def is_leaf(self) -> Flags:
        """Which rows are leaves."""
        return np.asarray(self.feature == LEAF)

    @property
    def depth(self) -> int:
        """Longest path from a root to a leaf, in splits."""
        depths = np.zeros(len(self.node), dtype=np.int32)
        for row in np.flatnonzero(~self.is_leaf):  # preorder: parents come first
            depths[[self.left[row], self.right[row]]] = depths[row] + 1
        return int(depths.max(initial=0))

    def head(self, trees: int) -> Self:
        """The model after its first `trees` trees."""
        rows = self.tree < trees
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, weights=self.weights[:trees], **columns)

    def with_cover(self, leaf_counts: Floats) -> Self:
        """The same trees with `cover`, given the training rows that end in each row of the table.

        An inner node's cover is the sum of its leaves'. A leaf that no row reached counts half a
        row, so that every split keeps two positive shares.
        """
        cover = np.where(self.is_leaf, np.maximum(leaf_counts, 0.5), 0.0)
        for row in np.flatnonzero(~self.is_leaf)[::-1]:  # children before parents
            cover[row] = cover[self.left[row]] + cover[self.right[row]]
        return replace(self, cover=cover)

    def to_artifacts(self) -> dict[str, bytes]:
        """Two files: the node rows as Parquet, the names and weights as JSON."""
        nodes = pa.BufferOutputStream()
        pq.write_table(pa.table({name: getattr(self, name) for name in _COLUMNS}), nodes)
        trees = {"features": list(self.features), "weights": self.weights.tolist()}
        return {
            "nodes.parquet": nodes.getvalue().to_pybytes(),
            "trees.json": json.dumps(trees).encode(),
        }

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        nodes, trees = (
            pq.read_table(pa.BufferReader(artifacts["nodes.parquet"])),
            json.loads(artifacts["trees.json"]),
        )
        columns = {name: nodes[name].to_numpy() for name in _COLUMNS}
        return cls(
            features=tuple(trees["features"]),
            weights=np.asarray(trees["weights"], np.float64),
            **columns,
        )


_COLUMNS: Final = ("tree", "node", "feature", "threshold", "left", "right", "prediction", "cover")


def from_spark(model: BoostedTrees, features: Sequence[str]) -> NodeTable:
    """The node table of a fitted GBT model whose vector holds `features` in this order.

    Raises ValueError for a description that is not understood, such as a split on categories.
    """
    return from_description(model.toDebugString, features)


def from_description(description: str, features: Sequence[str]) -> NodeTable:
    """The node table in Spark's description of a tree ensemble, line by line.

    A node is one line (`If` or `Predict`), in preorder; `Else` lines carry nothing new and open the
    right side.
    """
    weights: list[float] = []
    rows: list[list[float]] = []  # tree, node, feature, threshold, left, right, prediction
    open_right: list[int] = []  # parents that still wait for their right child
    start, side = 0, "root"
    for line in description.splitlines()[1:]:
        if match := _TREE.match(line):
            weights.append(float(match["weight"]))
            start, side = len(rows), "root"
            continue
        if _ELSE.match(line):
            side = "right"
            continue
        row = len(rows)
        if side == "left":
            rows[row - 1][4] = row
        elif side == "right":
            rows[open_right.pop()][5] = row
        place = [len(weights) - 1, row - start]
        if match := _SPLIT.match(line):
            rows.append(
                [*place, int(match["feature"]), float(match["threshold"]), row, row, np.nan]
            )
            open_right.append(row)
            side = "left"
        elif match := _PREDICT.match(line):
            rows.append([*place, LEAF, np.nan, row, row, float(match["prediction"])])
        elif line.strip():
            raise ValueError(f"not a split on a number, which is all this reads: {line.strip()!r}")
    return _from_rows(np.array(rows, dtype=np.float64).reshape(-1, 7), weights, features)


def _from_rows(rows: Floats, weights: Sequence[float], features: Sequence[str]) -> NodeTable:
    tree, node, feature, left, right = (
        rows[:, column].astype(np.int32) for column in (0, 1, 2, 4, 5)
    )
    if len(feature) and feature.max() >= len(features):
        raise ValueError(
            f"the model splits on feature {feature.max()}, but only {len(features)} names were "
            "given"
        )
    return NodeTable(
        features=tuple(features),
        weights=np.array(weights, np.float64),
        tree=tree,
        node=node,
        feature=feature,
        threshold=rows[:, 3],
        left=left,
        right=right,
        prediction=rows[:, 6],
        cover=np.zeros(len(rows)),
    )
