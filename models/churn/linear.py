"""Churn as a line in log-odds: the same chance for all, the band of the written rules, recency
alone, or a ridge logistic regression on all features.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts
from holdfast.models.churn.explanations import Explanation
from holdfast.models.trees.scoring import MISSING

CONSTANT: Final = "constant"
RULES: Final = "rules"
RECENCY: Final = "recency"
LOGISTIC: Final = "logistic"
FILE: Final = "line.json"


@dataclass(frozen=True, eq=False)
class LinearPredictor:
    """Log-odds = `intercept` + the sum over features of weight x (value - centre).

    A gap counts as the feature's `gap`, the median of the training rows; a value outside
    [`low`, `high`], the range of those rows, as the end of it: a line that is drawn on would go
    anywhere. `centre` is the mean of the training rows. A feature of weight 0 says nothing.
    """

    kind: str
    features: tuple[str, ...]
    intercept: float
    weight: Floats
    gap: Floats
    low: Floats
    high: Floats
    centre: Floats

    def score(self, values: Floats) -> Floats:
        """Log-odds of each row of the feature matrix."""
        return np.asarray(self.intercept + self._pushes(values).sum(axis=1))

    def explain(self, player_of: Mapping[str, str] | None = None) -> Explanation:
        """Contributions to the log-odds. They are the Shapley values of features that vary
        independently: Lundberg and Lee, 2017, "A unified approach to interpreting model
        predictions", corollary 1.
        """
        groups = player_of or {name: name for name in self.features}
        players = tuple(dict.fromkeys(groups[name] for name in self.features if name in groups))
        member = np.array(
            [[groups.get(name) == player for player in players] for name in self.features], float
        ).reshape(len(self.features), len(players))
        return Explanation(players, lambda values: self._pushes(values) @ member)

    def rate_features(self, values: Floats) -> dict[str, float]:
        """Mean absolute contribution of each feature over the rows."""
        means = np.abs(self._pushes(values)).mean(axis=0)
        return dict(zip(self.features, means.tolist(), strict=True))

    def to_artifacts(self) -> dict[str, bytes]:
        """One JSON file."""
        values = {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in asdict(self).items()
        }
        return {FILE: json.dumps(values).encode()}

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        values: dict[str, Any] = json.loads(artifacts[FILE])
        arrays = {
            name: np.array(value, np.float64)
            for name, value in values.items()
            if isinstance(value, list) and name != "features"
        }
        return cls(**(values | arrays | {"features": tuple(values["features"])}))

    def _pushes(self, values: Floats) -> Floats:
        known = np.where(values <= MISSING, self.gap, values)
        return np.asarray((np.clip(known, self.low, self.high) - self.centre) * self.weight)
