"""What every fit gives back, what every model of record can do, what a package of models offers.

`models.churn` and `models.value` are each a `ModelPackage`: `fit` learns from a frame and gives a
`FitResult`, `score` gives the answers of a model for a frame. Neither reads, writes or tracks.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, Self, TypeVar

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.artifacts import Artifacts

MetricRow = dict[str, Any]  # predictor, cutoff_on, slice, metric, value, rows


class FittedModel(Protocol):
    """A model as data: it can be stored, asked what it was fitted on, and asked nothing it does not
    answer.
    """

    @property
    def trained_through_on(self) -> date | None:
        """Newest cut-off whose labels were used to fit what scores; None where none were."""

    @property
    def evaluated_on(self) -> date | None:
        """The held-out cut-off it was measured on; None where there was none."""

    @property
    def card(self) -> Mapping[str, Any]:
        """What people want to know of it: plain values."""

    @property
    def example(self) -> Mapping[str, float]:
        """A row to score that is nobody's: each input column with a value, NaN in those that a
        frame may lack.
        """

    def answers(self, horizon_days: int, features: Collection[str]) -> bool:
        """Whether it was fitted for this horizon, on features that are still made."""

    def to_artifacts(self) -> dict[str, bytes]:
        """The files it is stored as."""

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`. Raises IncompatibleModelError for another format."""


M = TypeVar("M", bound=FittedModel)


@dataclass(frozen=True)
class Decision:
    """Whether a fitted model takes the champion's place, and why."""

    is_promoted: bool
    why: str


@dataclass(frozen=True, eq=False)
class FitResult(Generic[M]):
    """What a fit gives back.

    `model` is None where too little is known to fit one; `decision.why` then says what is missing.
    `params` are the hyperparameters it was fitted with, `metrics` its figures and those of its
    rivals on the held-out cut-off.
    """

    model: M | None
    decision: Decision
    params: Mapping[str, float] = field(default_factory=dict)
    metrics: Sequence[MetricRow] = ()


class ModelPackage(Protocol[M]):
    """What a package of models offers.

    Both take the frame first. `fit` calls `features`, `parameters` and `champion` so in every
    package; `score` takes the model second.
    """

    @property
    def fit(self) -> Callable[..., FitResult[M]]:
        """Learn from customers whose outcome is known."""

    @property
    def score(self) -> Callable[..., DataFrame]:
        """The model's answers for customers whose outcome is not known."""


def make_frame(rows: pd.DataFrame, schema: T.StructType | str, beside: DataFrame) -> DataFrame:
    """What a fit says, as a frame that can be joined with another."""
    return beside.sparkSession.createDataFrame(rows, schema)


def keep_computed(frame: DataFrame) -> DataFrame:
    """The frame computed once and kept by the cluster: what a fit does with rows it uses again."""
    return frame.localCheckpoint(eager=True)
