"""Models of record: the champion that scores, when a new model is due, and what is recorded of a
fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Generic

import pandas as pd
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.registry.champions import champion_rows, mirror_champions
from holdfast.jobs.runtime.registry.mlflow_store import Logged, ModelError
from holdfast.jobs.runtime.registry.packing import Description
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import TrainedModel
from holdfast.jobs.stages.model_figures import draw_figures
from holdfast.models.artifacts import IncompatibleModelError
from holdfast.models.fitting import Decision, FitResult, FittedModel, M, MetricRow
from holdfast.models.tuning import TrialStore
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS

CHURN_MODEL: Final = TrainedModel("churn")
VALUE_MODEL: Final = TrainedModel("value")
NOTHING_NEW: Final = "nothing new to learn: the champion stays"


@dataclass(frozen=True, eq=False)
class Champion(Generic[M]):
    """A model version of record."""

    name: str
    version: int
    model: M
    evaluated_on: date | None


def read_champion(ctx: Context, trained: TrainedModel, kind: type[M]) -> Champion[M] | None:
    """The newest champion, its files verified.

    None before the first was promoted, and where it answers another horizon than the settings ask
    or goes by features no longer made. Raises ModelError for files of another format.
    """
    row = champion_rows(ctx.read(MODEL_EVENTS), {*ctx.published_runs, ctx.run_number}).get(
        trained.name
    )
    if row is None:
        return None
    try:
        model = kind.from_artifacts(ctx.tracking.load(row.artifact_uri, row.artifact_sha256))
    except IncompatibleModelError as error:
        raise ModelError(
            f"The {trained.name} model of this root cannot be used: {error}.",
            cure="Begin a new root with this version of Holdfast, or keep to the older version.",
        ) from error
    if not model.answers(ctx.settings.outcome.horizon_days, NAMES):
        return None
    return Champion(trained.name, row.model_version, model, row.evaluated_on)


def collect_cutoffs(labels: DataFrame) -> list[date]:
    """The cut-offs of features.labels."""
    return [row["as_of"] for row in labels.select("as_of").distinct().collect()]


def is_due(force: bool, newest: date | None, champion: Champion[Any] | None) -> bool:
    """Whether to train: the user asks for it, there is no champion or none that was evaluated, or
    the cut-off `newest` has matured since the champion was evaluated.
    """
    if force or champion is None or champion.evaluated_on is None:
        return True
    return newest is not None and newest > champion.evaluated_on


def record_model(
    ctx: Context, trained: TrainedModel, result: FitResult[M], trials: TrialStore | None = None
) -> None:
    """Log a fitted model with the `trials` of its search, write its metrics and the decision about
    it; where nothing was fitted, say why.

    The decision is read back before MLflow's alias follows it: a resumed run logs again, and the
    row it had written before its death counts.
    """
    if result.model is None:
        ctx.echo(f"no {trained.name} model trained: {result.decision.why}")
        return
    tags = {f"version.{name}": str(version) for name, version in ctx.read_versions.items()}
    description = Description(
        params_to_log(result.params, result.model.card),
        metrics_to_log(result.metrics),
        tags | {"run_number": str(ctx.run_number)},
        draw_figures(result.metrics),
        trials.load() if trials else (),
        pd.DataFrame([result.model.example]),
    )
    logged = ctx.tracking.log(trained.name, result.model.to_artifacts(), description)
    about = {
        "model_name": trained.name,
        "model_version": logged.version,
        "at": datetime.now(UTC),
    }
    metrics = [{**row, **about} for row in result.metrics]
    event = event_row(result.model, result.decision, logged) | about
    ctx.write(MODEL_METRICS, ctx.frame_of(MODEL_METRICS, metrics))
    ctx.write(MODEL_EVENTS, ctx.frame_of(MODEL_EVENTS, [event]))
    mirror_champions(
        ctx.read(MODEL_EVENTS), {*ctx.published_runs, ctx.run_number}, ctx.tracking, ctx.echo
    )


def params_to_log(params: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    """What MLflow keeps as parameters: those of the fit, and what the card says of the days it was
    split into, its rows and its calibration.
    """
    parts = {name: part for name, part in card.items() if isinstance(part, Mapping)}
    nested = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.items()}
    plain = {name: value for name, value in card.items() if name not in parts}
    return {**plain, **nested, **params}


def metrics_to_log(metrics: Sequence[MetricRow]) -> dict[str, float]:
    """What MLflow keeps as metrics: figures over all rows, by metric and cut-off, of the model
    itself and, under their names, of its rivals.
    """
    return {
        f"{'' if row['predictor'] == 'model' else row['predictor'] + '.'}{row['metric']}"
        f"_{row['cutoff_on']}": float(row["value"])
        for row in metrics
        if row["slice"] == "all"
    }


def event_row(model: FittedModel, decision: Decision, logged: Logged) -> dict[str, Any]:
    """The decision about a fitted model, as ops.model_events holds it."""
    return {
        "event": "promoted" if decision.is_promoted else "trained",
        "is_champion": decision.is_promoted,
        "artifact_uri": logged.uri,
        "artifact_sha256": logged.sha256,
        "trained_through_on": model.trained_through_on,
        "evaluated_on": model.evaluated_on,
        "why": decision.why,
    }
