"""How much each feature moves what trees say."""

from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import count_cover
from holdfast.models.trees.shapley import explainer

_ROWS: Final = 1_000  # enough for a mean; exact contributions of all would take minutes


def importances(table: NodeTable, values: Floats) -> dict[str, float]:
    """Mean absolute Shapley contribution of each feature to the margin, over at most a thousand
    rows of the feature matrix, evenly spaced; trees without cover take that of all its rows.
    Source: Lundberg et al., 2020, "From local explanations to global understanding with explainable
    AI for trees".
    """
    step = max(1, -(-len(values) // _ROWS))
    if not (table.cover > 0).all():
        table = count_cover(table, values)
    found = explainer(table)
    means = np.abs(found.contributions(values[::step])).mean(axis=0)
    return dict(zip(found.players, means.tolist(), strict=True))
