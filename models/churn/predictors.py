"""What gives the log-odds of a churn model, before calibration.

The kinds from the simplest on; each is plain data, scores the feature matrix in numpy, and says
exactly what each feature contributed.
"""

from collections.abc import Mapping
from typing import Final, Protocol

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts
from holdfast.models.churn.blend import BLEND, BlendedPredictor
from holdfast.models.churn.boosted import TREES, BoostedPredictor
from holdfast.models.churn.explanations import Explanation
from holdfast.models.churn.linear import (
    CONSTANT,
    FILE,
    LOGISTIC,
    RECENCY,
    RULES,
    LinearPredictor,
)
from holdfast.models.trees.nodes import NODES

SIMPLEST_FIRST: Final = (CONSTANT, RULES, RECENCY, LOGISTIC, TREES, BLEND)


class Predictor(Protocol):
    """A line, trees, or both."""

    @property
    def kind(self) -> str:
        """One of SIMPLEST_FIRST."""

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the feature matrix."""

    def score(self, values: Floats) -> Floats:
        """Log-odds of each row of the feature matrix, MISSING for unknown."""

    def explain(self, player_of: Mapping[str, str] | None = None) -> Explanation:
        """Contributions by `player_of` (feature to group), or by feature."""

    def rate_features(self, values: Floats) -> dict[str, float]:
        """Mean absolute contribution of each feature over the rows."""

    def to_artifacts(self) -> dict[str, bytes]:
        """The files it is stored as."""


def read_predictor(artifacts: Artifacts) -> Predictor:
    """The predictor among the files of a model."""
    if FILE not in artifacts:
        return BoostedPredictor.from_artifacts(artifacts)
    if NODES not in artifacts:
        return LinearPredictor.from_artifacts(artifacts)
    return BlendedPredictor.from_artifacts(artifacts)
