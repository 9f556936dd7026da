"""Which model scores: rows of ops.model_events, never a registry's alias."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame, Row

from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.tracking import ModelError, Tracking
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
    newest = champion_rows(ctx.read(MODEL_EVENTS), {*ctx.ledger.manifests, ctx.run_number}).get(name)
    if newest is None:
        return None
    artifacts = ctx.tracking.load(newest.artifact_uri, newest.artifact_sha256)
    return Champion(name, newest.model_version, artifacts, newest.artifact_sha256, newest.trained_through_on)


def champion_rows(events: DataFrame, runs: Collection[int]) -> dict[str, Row]:
    """Model to its newest champion's row of ops.model_events among `runs`: an abandoned run's decision stays in the log,
    unheard."""
    heard = [row for row in events.filter("is_champion").collect() if row.run_number in runs]
    return {row.model_name: row for row in sorted(heard, key=lambda row: (row.run_number, row.at))}


def mirror_champions(events: DataFrame, runs: Collection[int], tracking: Tracking, say: Callable[[str], None]) -> None:
    """Point MLflow's aliases at the models of record, wherever a hand, an abandoned run or a death left them; say where
    MLflow refuses, and go on: it is a mirror, what scores stands in the table."""
    for name, row in champion_rows(events, runs).items():
        try:
            tracking.mirror_alias(name, row.model_version)
        except ModelError as error:
            say(str(error))


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
    # read back: a resumed run logs again, and the row it had written before its death counts
    mirror_champions(ctx.read(MODEL_EVENTS), {*ctx.ledger.manifests, ctx.run_number}, ctx.tracking, ctx.echo)
    return logged.version
