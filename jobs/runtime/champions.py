"""Which model scores: rows of ops.model_events, never a registry's alias."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.context import Context
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS


@dataclass(frozen=True)
class Champion:
    """A model version of record with its verified artifacts."""

    name: str
    version: int
    artifacts: Mapping[str, bytes]
    sha256: str
    judged_on: date | None


def champion(ctx: Context, name: str) -> Champion | None:
    """The newest champion of a name, None before the first was promoted."""
    newest = champion_row(ctx.read(MODEL_EVENTS), name, {*ctx.ledger.manifests, ctx.run_number})
    if newest is None:
        return None
    artifacts = ctx.tracking.load(newest.artifact_uri, newest.artifact_sha256)
    return Champion(name, newest.model_version, artifacts, newest.artifact_sha256, newest.trained_through_on)


def champion_row(events: DataFrame, name: str, runs: Collection[int]) -> Row | None:
    """The newest champion's row of ops.model_events among `runs`: an abandoned run's decision stays in the log, unheard."""
    mine = events.filter((F.col("model_name") == F.lit(name)) & F.col("is_champion")).collect()
    return max((row for row in mine if row.run_number in runs), key=lambda row: (row.run_number, row.at), default=None)


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

    `metrics` are rows of ops.model_metrics without run, name, version and time; those of the predictor `model` on
    all rows also go to MLflow.
    """
    now = datetime.now(UTC)
    own = {f"{m['metric']}_{m['cutoff_on']}": float(m["value"]) for m in metrics
           if m["predictor"] == "model" and m.get("slice", "all") == "all"}
    tags = {"run_number": str(ctx.run_number), **{f"version.{k}": str(v) for k, v in ctx.read_versions.items()}}
    logged = ctx.tracking.log(name, artifacts, params, own, tags)
    ctx.write(MODEL_METRICS, ctx.rows(MODEL_METRICS, [
        {"slice": "all", **metric, "run_number": ctx.run_number, "model_name": name,
         "model_version": logged.version, "at": now} for metric in metrics]))
    ctx.write(MODEL_EVENTS, ctx.rows(MODEL_EVENTS, [
        {"run_number": ctx.run_number, "model_name": name, "model_version": logged.version, "event":
         "promoted" if promote else "trained", "is_champion": promote, "artifact_uri": logged.uri,
         "artifact_sha256": logged.sha256, "trained_through_on": trained_through_on, "why": why, "at": now}]))
    held = champion_row(ctx.read(MODEL_EVENTS), name, {*ctx.ledger.manifests, ctx.run_number})
    if held is not None:  # read back: a resumed run logs again, and the row it had written before its death counts
        ctx.tracking.mirror_alias(name, held.model_version)
    return logged.version
