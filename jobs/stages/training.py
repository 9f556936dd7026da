"""Models of record: which one scores, when it is trained again, and the decision as
it is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.registry.champions import champion_rows, mirror_champions
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import TrainedModel
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split, time_split
from holdfast.models.value.model import ValueModel
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS

CHURN_MODEL: Final = TrainedModel("churn")
VALUE_MODEL: Final = TrainedModel("value")


@dataclass(frozen=True)
class Champion:
    """A model version of record with its verified artifacts."""

    name: str
    version: int
    artifacts: Mapping[str, bytes]
    sha256: str
    judged_on: date | None


def churn_champion(ctx: Context) -> tuple[ChurnModel, Champion] | None:
    """The churn model of record; None also where it answers another horizon or goes by features no
    longer made.
    """
    held = champion(ctx, "churn")
    model = ChurnModel.from_artifacts(held.artifacts) if held else None
    horizon = ctx.settings.outcome.horizon_days
    return (model, held) if held and model and model.answers(horizon, NAMES) else None


def value_champion(ctx: Context) -> tuple[ValueModel, Champion] | None:
    """The same of the value model."""
    held = champion(ctx, "value")
    model = ValueModel.from_artifacts(held.artifacts) if held else None
    return (
        (model, held)
        if held and model and model.answers(ctx.settings.outcome.horizon_days, NAMES)
        else None
    )


def split_of(ctx: Context, labels: DataFrame, horizon_days: int) -> Split | None:
    """Cut-offs with known outcome by use; None while there are too few."""
    days = [row["as_of"] for row in labels.select("as_of").distinct().collect()]
    return time_split(days, horizon_days, ctx.as_of)


def is_due(ctx: Context, newest: date | None, known: date | None) -> bool:
    """Whether to train: the user asked for it, there is no champion, or a cut-off matured since it
    was trained.

    `newest` is the newest cut-off with known outcome, `known` that of the champion (None: no
    champion, or none judged).
    """
    return ctx.force or known is None or (newest is not None and newest > known)


def champion(ctx: Context, name: str) -> Champion | None:
    """The newest champion of a name, None before the first was promoted."""
    newest = champion_rows(ctx.read(MODEL_EVENTS), {*ctx.published_runs, ctx.run_number}).get(name)
    if newest is None:
        return None
    artifacts = ctx.tracking.load(newest.artifact_uri, newest.artifact_sha256)
    return Champion(
        name, newest.model_version, artifacts, newest.artifact_sha256, newest.trained_through_on
    )


def record(
    ctx: Context,
    name: str,
    artifacts: Mapping[str, bytes],
    params: Mapping[str, Any],
    metrics: Sequence[Mapping[str, Any]],
    *,
    promote: bool,
    why: str,
    trained_through_on: date | None,
) -> int:
    """Log a trained model, write its metrics and the decision about it; its version.

    `metrics` are rows of ops.model_metrics without run, name, version and time; those of the
    predictor `model` on all rows also go to MLflow.
    """
    now = datetime.now(UTC)
    own = {
        f"{m['metric']}_{m['cutoff_on']}": float(m["value"])
        for m in metrics
        if m["predictor"] == "model" and m.get("slice", "all") == "all"
    }
    tags = {
        "run_number": str(ctx.run_number),
        **{f"version.{k}": str(v) for k, v in ctx.read_versions.items()},
    }
    logged = ctx.tracking.log(name, artifacts, params, own, tags)
    ctx.write(
        MODEL_METRICS,
        ctx.frame_of(
            MODEL_METRICS,
            [
                {
                    "slice": "all",
                    **metric,
                    "run_number": ctx.run_number,
                    "model_name": name,
                    "model_version": logged.version,
                    "at": now,
                }
                for metric in metrics
            ],
        ),
    )
    ctx.write(
        MODEL_EVENTS,
        ctx.frame_of(
            MODEL_EVENTS,
            [
                {
                    "run_number": ctx.run_number,
                    "model_name": name,
                    "model_version": logged.version,
                    "event": "promoted" if promote else "trained",
                    "is_champion": promote,
                    "artifact_uri": logged.uri,
                    "artifact_sha256": logged.sha256,
                    "trained_through_on": trained_through_on,
                    "why": why,
                    "at": now,
                }
            ],
        ),
    )
    # read back: a resumed run logs again, and the row it had written before its death counts
    mirror_champions(
        ctx.read(MODEL_EVENTS), {*ctx.published_runs, ctx.run_number}, ctx.tracking, ctx.echo
    )
    return logged.version
