"""Learners of effects once fitted: node tables and coefficients that say, of each row of features,
by how much the play changes the probability to stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from scipy.special import expit

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import MISSING, margins

_AT_ONCE: Final = 20_000  # rows: what scoring needs of memory grows with them


class EffectModel(Protocol):
    """What says effects."""

    def predict(self, values: Floats) -> Floats:
        """The effect on each row of features."""


@dataclass(frozen=True, eq=False)
class OneModel:
    """Stays by features and whether the play was sent, the last feature (S-learner)."""

    stays: NodeTable

    def predict(self, values: Floats) -> Floats:
        """Difference between sent and not sent."""
        sent, left = (
            predict_stays(self.stays, np.column_stack([values, np.full(len(values), is_sent)]))
            for is_sent in (1.0, 0.0)
        )
        return sent - left


@dataclass(frozen=True, eq=False)
class TwoModels:
    """Stays by features, apart for treated and untreated (T-learner)."""

    treated: NodeTable
    untreated: NodeTable

    def predict(self, values: Floats) -> Floats:
        """Difference between the two."""
        return predict_stays(self.treated, values) - predict_stays(self.untreated, values)


@dataclass(frozen=True, eq=False)
class Regressions:
    """Weighted sum of trees that say the effect itself (X and doubly robust)."""

    tables: tuple[NodeTable, ...]
    weights: tuple[float, ...]

    def predict(self, values: Floats) -> Floats:
        """The sum."""
        each = (
            weight * predict_margins(table, values)
            for table, weight in zip(self.tables, self.weights, strict=True)
        )
        return np.asarray(sum(each))


@dataclass(frozen=True, eq=False)
class Line:
    """A linear effect; what is missing stands at the mean of its feature."""

    intercept: float
    coefficients: Floats
    means: Floats

    def predict(self, values: Floats) -> Floats:
        """The line at each row."""
        known = np.where(values == MISSING, self.means, values)
        return np.asarray(self.intercept + (known - self.means) @ self.coefficients)


@dataclass(frozen=True, eq=False)
class Mean:
    """Several models, each of which counts alike."""

    models: Sequence[EffectModel]

    def predict(self, values: Floats) -> Floats:
        """Their mean."""
        return np.asarray(np.mean([model.predict(values) for model in self.models], axis=0))


def predict_stays(table: NodeTable, values: Floats) -> Floats:
    """Probability to stay by the trees of a classifier."""
    return np.asarray(expit(predict_margins(table, values)))


def predict_margins(table: NodeTable, values: Floats) -> Floats:
    """`margins`, some rows at a time."""
    starts = range(0, len(values), _AT_ONCE)
    parts = [margins(table, values[start : start + _AT_ONCE]) for start in starts]
    return np.concatenate(parts) if parts else np.empty(0)
