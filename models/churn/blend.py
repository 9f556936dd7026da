"""Churn by a line and trees together: the mean of their log-odds, a logarithmic pool (Genest and
Zidek, 1986, "Combining probability distributions"). Where they err in different ways it errs less
than either, and it needs no rows of its own to learn from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts
from holdfast.models.churn.boosted import BoostedPredictor
from holdfast.models.churn.explanations import Explanation
from holdfast.models.churn.linear import LinearPredictor

BLEND: Final = "blend"


@dataclass(frozen=True, eq=False)
class BlendedPredictor:
    """Both, fitted on the same features in the same order."""

    kind: ClassVar[str] = BLEND
    line: LinearPredictor
    trees: BoostedPredictor

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the feature matrix."""
        return self.trees.features

    def score(self, values: Floats) -> Floats:
        """Log-odds of each row of the feature matrix."""
        return (self.line.score(values) + self.trees.score(values)) / 2

    def explain(self, player_of: Mapping[str, str] | None = None) -> Explanation:
        """The mean of both contributions: Shapley values are linear in the game."""
        line, trees = self.line.explain(player_of), self.trees.explain(player_of)

        def mean(values: Floats) -> Floats:
            return (line.contributions(values) + trees.contributions(values)) / 2

        return Explanation(line.players, mean)

    def rate_features(self, values: Floats) -> dict[str, float]:
        """The mean of what both say of each feature."""
        line, trees = self.line.rate_features(values), self.trees.rate_features(values)
        return {name: (line[name] + trees[name]) / 2 for name in self.features}

    def to_artifacts(self) -> dict[str, bytes]:
        """The files of both."""
        return {**self.line.to_artifacts(), **self.trees.to_artifacts()}

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        line = LinearPredictor.from_artifacts(artifacts)
        return cls(line, BoostedPredictor.from_artifacts(artifacts))
