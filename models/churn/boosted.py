"""Churn by boosted trees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts
from holdfast.models.churn.explanations import Explanation
from holdfast.models.trees.importance import importances
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import margins
from holdfast.models.trees.shapley import explainer

TREES: Final = "trees"


@dataclass(frozen=True, eq=False)
class BoostedPredictor:
    """Trees by their node table, whose margin is the log-odds."""

    kind: ClassVar[str] = TREES
    nodes: NodeTable

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the feature matrix."""
        return self.nodes.features

    def score(self, values: Floats) -> Floats:
        """Log-odds of each row of the feature matrix."""
        return margins(self.nodes, values)

    def explain(self, player_of: Mapping[str, str] | None = None) -> Explanation:
        """Exact contributions to the log-odds: Shapley values of the path-dependent game."""
        found = explainer(self.nodes, player_of)
        return Explanation(found.players, found.contributions)

    def rate_features(self, values: Floats) -> dict[str, float]:
        """Mean absolute contribution of each feature to the margin."""
        return importances(self.nodes, values)

    def to_artifacts(self) -> dict[str, bytes]:
        """The node table's two files."""
        return self.nodes.to_artifacts()

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        return cls(NodeTable.from_artifacts(artifacts))
