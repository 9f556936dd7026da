"""Boosted trees as data, held in numpy arrays.

The node table is the model of record: it is scored and explained without the library that grew it,
on classic Spark, on Connect and on a bare worker alike.
"""

import json
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.models.arrays import Flags, Floats, RowNumbers
from holdfast.models.artifacts import Artifacts

LEAF: Final = -1
NODES: Final = "nodes.parquet"


@dataclass(frozen=True, eq=False)
class NodeTable:
    """One row per node, trees one after the other, each in preorder, so that a tree's first row is
    its root.

    `left` and `right` are row numbers of the table. A leaf has `feature` -1, leads to itself, and
    is the only kind of node with a `prediction`; a row goes left where its feature is <=
    `threshold`. `cover` counts the training rows that passed a node. The margin of a row is `base`
    and the sum over trees of the prediction of its leaf: log-odds of a classifier.
    """

    features: tuple[str, ...]
    base: float
    tree: RowNumbers
    node: RowNumbers
    feature: RowNumbers
    threshold: Floats
    left: RowNumbers
    right: RowNumbers
    prediction: Floats
    cover: Floats

    @property
    def trees(self) -> int:
        """How many trees there are."""
        return len(self.roots)

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
        return replace(self, **columns)

    def to_artifacts(self) -> dict[str, bytes]:
        """Two files: the node rows as Parquet, the names and the base as JSON."""
        nodes = pa.BufferOutputStream()
        pq.write_table(pa.table({name: getattr(self, name) for name in _COLUMNS}), nodes)
        trees = {"features": list(self.features), "base": self.base}
        return {
            NODES: nodes.getvalue().to_pybytes(),
            "trees.json": json.dumps(trees).encode(),
        }

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        nodes, trees = (
            pq.read_table(pa.BufferReader(artifacts[NODES])),
            json.loads(artifacts["trees.json"]),
        )
        columns = {name: nodes[name].to_numpy() for name in _COLUMNS}
        return cls(
            features=tuple(trees["features"]),
            base=float(trees["base"]),
            **columns,
        )


_COLUMNS: Final = ("tree", "node", "feature", "threshold", "left", "right", "prediction", "cover")
