"""The search for a churn model's parameters: how much is spent on each point, and how many of the
trees grown are kept.

With early stopping the search makes successive cuts: every point gets few trees on few rows, the
better ones more of both. The number of trees is read off the validation curve, not searched.
"""

from dataclasses import dataclass, field
from math import ceil
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.churn.boosting import first_guess, grow_trees, search_space
from holdfast.models.churn.calibrate import calibrate
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import HALF, LABEL, PLACE, column, values
from holdfast.models.churn.metrics import log_loss
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import margins, staged_margins
from holdfast.models.tuning import Params, Space, TrialStore, best, search_with_cuts

_BLOCK: Final = 10_000  # rows scored at once: staged margins have a column per tree


@dataclass(frozen=True)
class Round:
    """One round of the search: the share of the proposed points that reach it, and for each the
    share of the search rows and of the trees that it gets.
    """

    points: float
    rows: float
    trees: float


WHOLE: Final = (Round(1.0, 1.0, 1.0),)
CUTS: Final = (Round(1.0, 0.125, 0.2), Round(0.2, 0.5, 0.5), Round(0.1, 1.0, 1.0))


@dataclass(frozen=True, eq=False)
class TrialFits:
    """Trees grown on the search rows, once per point and round."""

    rows: pd.DataFrame
    features: tuple[str, ...]
    validation: pd.DataFrame
    parameters: ChurnTrainingConfig
    grown: dict[tuple[int, tuple[tuple[str, float], ...]], NodeTable] = field(default_factory=dict)

    def at(self, params: Params, number: int) -> NodeTable:
        """The trees of a point in a round, as many as the validation curve asks for."""
        key = number, tuple(sorted(params.items()))
        if key not in self.grown:
            step = rounds(self.parameters)[number]
            asked = {"trees": max(1, round(self.parameters.trees * step.trees)), **params}
            nodes = grow_trees(self._sample(step.rows), self.features, asked, self.parameters)
            if self.parameters.early_stopping:
                nodes = nodes.head(count_trees(nodes, self.validation))
            self.grown[key] = nodes
        return self.grown[key]

    def _sample(self, share: float) -> pd.DataFrame:
        """A share of the rows by their hash."""
        return self.rows[self.rows[PLACE] <= self.rows[PLACE].quantile(share)]


def rounds(parameters: ChurnTrainingConfig) -> tuple[Round, ...]:
    """The rounds of a search: one where the number of trees is searched, else successive cuts."""
    return CUTS if parameters.early_stopping else WHOLE


def search_parameters(fits: TrialFits, store: TrialStore, first: Params | None = None) -> Params:
    """The parameters whose calibrated probabilities have the lowest log loss on the validation
    rows, the number of trees among them. Those of an earlier search, `first`, are tried first where
    this one may ask for them.
    """
    parameters = fits.parameters
    steps = rounds(parameters)
    space = search_space(parameters)
    last = search_with_cuts(
        lambda params, number: find_loss(fits.validation, fits.at(params, number)),
        space,
        [ceil(parameters.trials * step.points) for step in steps],
        parameters.seed,
        store,
        _within(space, first) or first_guess(parameters),
    )
    params = best(last).params
    nodes = fits.at(params, len(steps) - 1)
    return {"trees": nodes.trees, **params}


def _within(space: Space, params: Params | None) -> Params | None:
    """The searched part of `params`; None where a value is absent or outside the space."""
    if params is None or not set(space) <= set(params):
        return None
    is_inside = all(range_.low <= params[name] <= range_.high for name, range_ in space.items())
    return {name: params[name] for name in space} if is_inside else None


def count_trees(nodes: NodeTable, validation: pd.DataFrame) -> int:
    """How many of the trees have the lowest log loss on the validation rows; the fewest of equals.

    Source: Friedman, 2001, "Greedy function approximation", on the number of terms.
    """
    matrix, labels = values(validation, nodes.features), column(validation, LABEL)
    losses = np.zeros(nodes.trees)
    for start in range(0, len(matrix), _BLOCK):
        block = slice(start, start + _BLOCK)
        odds = staged_margins(nodes, matrix[block])
        signs = np.where(labels[block] > 0, -1.0, 1.0)[:, None]
        losses += np.logaddexp(0.0, signs * odds).sum(axis=0)
    return int(losses.argmin()) + 1


def find_loss(validation: pd.DataFrame, nodes: NodeTable) -> float:
    """Log loss of the trees on the validation rows, calibrated on them."""
    score = margins(nodes, values(validation, nodes.features))
    churned = column(validation, LABEL)
    curve = calibrate(score, churned, column(validation, HALF))
    return log_loss(curve.probability(score), churned)
