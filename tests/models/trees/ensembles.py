"""Small random ensembles, and Spark's way of printing them, for the tests of the tree code."""

import numpy as np

from holdfast.models.trees.nodes import NodeTable, from_description


def describe(random: np.random.Generator, trees: int, depth: int, features: int) -> str:
    """A random ensemble in the words of `toDebugString`; features repeat along a path."""

    def subtree(level: int, indent: str) -> list[str]:
        if level == depth or (level > 1 and random.random() < 0.15):
            return [f"{indent}Predict: {random.normal()!r}"]
        feature, threshold = random.integers(features), float(random.normal())
        return [
            f"{indent}If (feature {feature} <= {threshold!r})",
            *subtree(level + 1, indent + " "),
            f"{indent}Else (feature {feature} > {threshold!r})",
            *subtree(level + 1, indent + " "),
        ]

    lines = [
        f"GBTClassificationModel: uid=GBT, numTrees={trees}, numClasses=2, numFeatures={features}"
    ]
    for number in range(trees):
        lines += [f"  Tree {number} (weight {1.0 if number == 0 else 0.1}):", *subtree(0, "    ")]
    return "\n".join(lines) + "\n"


def ensemble(seed: int, trees: int = 4, depth: int = 4, features: int = 6) -> NodeTable:
    """A random ensemble with random cover."""
    random = np.random.default_rng(seed)
    table = from_description(
        describe(random, trees, depth, features), [f"f{i}" for i in range(features)]
    )
    return table.with_cover(random.integers(1, 50, len(table.node)).astype(float))


def walk(table: NodeTable, tree: int, row: np.ndarray) -> float:
    """The prediction of one tree for one row, node by node."""
    at = int(table.roots[tree])
    while table.feature[at] >= 0:
        at = int(
            table.left[at] if row[table.feature[at]] <= table.threshold[at] else table.right[at]
        )
    return float(table.prediction[at])
