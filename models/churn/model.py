"""The churn model as data: its predictor, calibration and what evidence is compared with; the same
on driver and workers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Self

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts, pack_values, unpack_values
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.predictors import Predictor, read_predictor
from holdfast.models.churn.reasons import ReasonModel

_EVALUATED: Final = "evaluated/"


@dataclass(frozen=True, eq=False)
class ChurnModel:
    """What is needed to score and explain.

    The calibration's curve turns the predictor's score into log-odds, `levels` raise those of a day
    to the level of the outcomes known on it.
    `medians` are those of the training rows, by feature: what a value is compared with where the
    customer has no past of its own. `trained_through_on` is the newest cut-off whose labels
    were fitted to, `evaluated_on` the held-out one; `alarms` names the written rules whose
    customers left more often on it than their probabilities said; `card` is for people.
    `reasons` says why customers leave, None where it was fitted on features that say nothing of it.

    `evaluated` is the same without the outcomes of the held-out day, which alone may answer for
    that day: the one that was measured. It is None in that one itself.
    """

    predictor: Predictor
    calibration: Calibration
    levels: KnownLevels
    medians: Mapping[str, float | None]
    trained_through_on: date
    evaluated_on: date
    alarms: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    reasons: ReasonModel | None = None
    evaluated: "ChurnModel | None" = None

    @property
    def horizon_days(self) -> int:
        """Days within which a customer leaves who does not come back."""
        return self.levels.horizon_days

    @property
    def features(self) -> tuple[str, ...]:
        """Columns of the feature matrix."""
        return self.predictor.features

    @property
    def example(self) -> dict[str, float]:
        """A row to score that is nobody's: the medians of the features, 0 where there is none."""
        return {name: self.medians.get(name) or 0.0 for name in self.features}

    def answers(self, horizon_days: int, features: Collection[str]) -> bool:
        """Whether it was fitted for this horizon, on features that are still made."""
        return self.horizon_days == horizon_days and set(self.features) <= set(features)

    def as_known_on(self, day: date) -> "ChurnModel | None":
        """The model that has learnt from no outcome which was not known on that day; None where
        both have.
        """
        known = self.trained_through_on + timedelta(days=self.horizon_days)
        if known <= day:
            return self
        return self.evaluated.as_known_on(day) if self.evaluated else None

    def calibration_on(self, day: date | None = None) -> Calibration:
        """The curve from scores to probabilities of leaving from a day on. Without one it is the
        first on which all outcomes were known that were learnt from.
        """
        level = self.levels.forecast(day or self.levels.known_from)
        return self.calibration.raise_by(level.shift)

    def probability(self, values: Floats, day: date | None = None) -> Floats:
        """Probability of leaving from a day on, for each row of its feature matrix; without a day
        as `calibration_on` says.
        """
        return self.calibration_on(day).probability(self.predictor.score(values))

    def to_artifacts(self) -> dict[str, bytes]:
        """The predictor's files, one JSON file with all else, and a folder with the same of the one
        that was evaluated.
        """
        values = {
            "calibration": self.calibration.to_json(),
            "levels": self.levels.to_json(),
            "medians": dict(self.medians),
            "trained_through_on": str(self.trained_through_on),
            "evaluated_on": str(self.evaluated_on),
            "alarms": list(self.alarms),
            "card": dict(self.card),
            "reasons": self.reasons.to_json() if self.reasons else None,
        }
        before = self.evaluated.to_artifacts() if self.evaluated else {}
        return {
            **self.predictor.to_artifacts(),
            **{_EVALUATED + name: content for name, content in before.items()},
            "churn.json": pack_values(values),
        }

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        values = unpack_values(artifacts["churn.json"])
        before = {
            name.removeprefix(_EVALUATED): content
            for name, content in artifacts.items()
            if name.startswith(_EVALUATED)
        }
        return cls(
            read_predictor(artifacts),
            Calibration.from_json(values["calibration"]),
            KnownLevels.from_json(values["levels"]),
            values["medians"],
            date.fromisoformat(values["trained_through_on"]),
            date.fromisoformat(values["evaluated_on"]),
            tuple(values["alarms"]),
            values["card"],
            ReasonModel.from_json(values["reasons"]) if values["reasons"] else None,
            cls.from_artifacts(before) if before else None,
        )
