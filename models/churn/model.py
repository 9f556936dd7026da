"""The churn model as data: trees, calibration and what evidence is compared with; the same on
driver and workers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts, pack_values, unpack_values
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.reasons import ReasonModel
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import log_odds, margins


@dataclass(frozen=True, eq=False)
class ChurnModel:
    """What is needed to score and explain.

    `medians` are those of the training rows, by feature: what a value is compared with where the
    customer has no past of its own. `trained_through_on` is the newest cut-off whose labels
    were fitted to, `evaluated_on` the held-out one; `alarms` names the written rules whose
    customers left more often on it than their probabilities said; `card` is for people.
    `reasons` says why customers leave, None where it was fitted on features that say nothing of it.
    """

    nodes: NodeTable
    calibration: Calibration
    horizon_days: int
    medians: Mapping[str, float | None]
    trained_through_on: date
    evaluated_on: date
    alarms: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    reasons: ReasonModel | None = None

    @property
    def example(self) -> dict[str, float]:
        """A row to score that is nobody's: the medians of the features, 0 where there is none."""
        return {name: self.medians.get(name) or 0.0 for name in self.nodes.features}

    def answers(self, horizon_days: int, features: Collection[str]) -> bool:
        """Whether it was fitted for this horizon, on features that are still made."""
        return self.horizon_days == horizon_days and set(self.nodes.features) <= set(features)

    def probability(self, values: Floats) -> Floats:
        """Calibrated probability of leaving for each row of the feature matrix."""
        return self.calibration.probability(log_odds(margins(self.nodes, values)))

    def to_artifacts(self) -> dict[str, bytes]:
        """The node table's two files, and one JSON file with all else."""
        values = {
            "calibration": self.calibration.to_json(),
            "horizon_days": self.horizon_days,
            "medians": dict(self.medians),
            "trained_through_on": str(self.trained_through_on),
            "evaluated_on": str(self.evaluated_on),
            "alarms": list(self.alarms),
            "card": dict(self.card),
            "reasons": self.reasons.to_json() if self.reasons else None,
        }
        return {
            **self.nodes.to_artifacts(),
            "churn.json": pack_values(values),
        }

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        values = unpack_values(artifacts["churn.json"])
        return cls(
            NodeTable.from_artifacts(artifacts),
            Calibration.from_json(values["calibration"]),
            values["horizon_days"],
            values["medians"],
            date.fromisoformat(values["trained_through_on"]),
            date.fromisoformat(values["evaluated_on"]),
            tuple(values["alarms"]),
            values["card"],
            ReasonModel.from_json(values["reasons"]) if values["reasons"] else None,
        )
