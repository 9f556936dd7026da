"""How much each feature moves what trees say."""

from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.shapley import explainer

_ROWS: Final = 1_000  # enough for a mean; exact contributions of all would take minutes


def importances(table: NodeTable, values: Floats) -> dict[str, float]:
    """Mean absolute Shapley contribution of each feature to the margin, over at most a thousand
    rows of the feature matrix, evenly spaced.
    Source: Lundberg et al., 2020, "From local explanations to global understanding with explainable
    AI for trees".
    """
    step = max(1, -(-len(values) // _ROWS))
    found = explainer(table)
    means = np.abs(found.contributions(values[::step])).mean(axis=0)
    return dict(zip(found.players, means.tolist(), strict=True))
