"""What plays changed, by what was drawn by chance and is old enough: the history, and its rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any, Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.decisions.planning import PLAYS
from holdfast.jobs.stages.sales import SALES, read_refunds, read_sales
from holdfast.jobs.stages.training import CHURN_MODEL, read_champion
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.reason_scoring import score_reasons
from holdfast.models.churn.scoring import score_alone
from holdfast.transformations.decisions import history
from holdfast.transformations.features.labels import churn_and_value
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.plays.play import Play
from holdfast.transformations.states import select_known
from holdfast.transformations.tables.gold import (
    CUSTOMER_REDIRECTS,
    CUSTOMER_SEGMENTS,
    DECISION_LOG,
    PLAY_EFFECTS,
)
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    FACT_STATES,
    IDENTITY_MAP,
    REFUND_LINES,
    TREATMENTS,
)
from holdfast.transformations.tables.vocabulary import DRIVERS, NO_PLAY, Purpose

READS: Final = (
    TREATMENTS,
    *SALES,
    REFUND_LINES,
    FACT_STATES,
    IDENTITY_MAP,
    CONSENT_STATE,
    SNAPSHOTS,
    CUSTOMER_SEGMENTS,
    CUSTOMER_REDIRECTS,
    MODEL_EVENTS,
    CHURN_MODEL,
    PLAYS,
)
_KEYS: Final = ["customer_id", "as_of"]
_KEPT: Final = (*history.ROW, *history.LABELS, "leave_probability")


def read_history(ctx: Context, plays: Sequence[Play]) -> DataFrame | None:
    """What was drawn for whom, described as on its day; None, and said why, where no play was."""
    logs = _list_logs(ctx, [play.id for play in plays])
    counts, has_play = _count(ctx, logs.values())
    left_out = "; ".join(f"{count:,} {why}" for why, count in counts.items())
    if not has_play:
        ctx.echo(
            f"no play was drawn by chance on or before {_matured_on(ctx)}: effects are the "
            "catalogue's" + (f" (of the history {left_out})" if left_out else "")
        )
        return None
    drawn = {name: log.filter(F.col("left_out").isNull()) for name, log in logs.items()}
    if "treatments" in drawn:
        drawn["treatments"] = _describe(ctx, drawn["treatments"], plays)
    united = reduce(DataFrame.unionByName, [log.select(*_KEPT) for log in drawn.values()])
    known = united.filter(F.col("leave_probability").isNotNull())
    rows = ctx.checkpoint(read_consent(ctx).filter_rows(known, Purpose.ANALYTICS))
    used = f"effects by {rows.count():,} times that something was drawn for a customer"
    ctx.echo(used + (f"; of the others {left_out}" if left_out else ""))
    return rows


def read_outcomes(ctx: Context, rows: DataFrame) -> DataFrame:
    """customer_id, done_on and stayed of the rows of history: whether labels say that an order was
    placed in the horizon that begins with the day.
    """
    sales, conf = read_sales(ctx), ctx.settings
    keys = rows.select(F.col("done_on").alias("as_of"), "customer_id").distinct()
    labels = churn_and_value(
        sales,
        read_refunds(ctx, sales),
        ctx.read(FACT_STATES),
        ctx.read(IDENTITY_MAP),
        keys.withColumn("currency", F.lit(None).cast("string")),
        conf.outcome.horizon_days,
        conf.features.eligible_days,
        ctx.as_of,
    )
    stayed = (F.col("orders") > 0).alias("stayed")
    known = labels.filter(F.col("orders").isNotNull())
    return known.select("customer_id", F.col("as_of").alias("done_on"), stayed)


def fill_rows(ctx: Context, effects: Sequence[Mapping[str, Any]]) -> DataFrame:
    """gold.play_effects of rows of numbers."""
    horizon = ctx.settings.outcome.horizon_days
    return ctx.frame_of(PLAY_EFFECTS, [{**row, "horizon_days": horizon} for row in effects])


def _matured_on(ctx: Context) -> date:
    return ctx.as_of - timedelta(days=ctx.settings.outcome.horizon_days)


def _list_logs(ctx: Context, plays: Sequence[str]) -> dict[str, DataFrame]:
    """The two logs as history, of those that have anything in them old enough."""
    matured_on, logs = _matured_on(ctx), {}
    if ctx.version_of(TREATMENTS) is not None:
        known = select_known(ctx.read(TREATMENTS), ctx.settings.run.time_zone, ctx.as_of)
        logs["treatments"] = history.list_experiments(
            known, ctx.read(IDENTITY_MAP), plays, matured_on
        )
    if any(day is not None and day <= matured_on for day in ctx.published_runs.values()):
        decided = ctx.read_published(DECISION_LOG)
        redirects = ctx.read(CUSTOMER_REDIRECTS)
        logs["decisions"] = history.list_decisions(decided, redirects, plays, matured_on)
    return logs


def _count(ctx: Context, logs: Collection[DataFrame]) -> tuple[dict[str, int], bool]:
    """Rows left out, by why; and whether a play is among the others."""
    if not logs:
        return {}, False
    is_play = (F.col("play") != F.lit(NO_PLAY)).alias("is_play")
    marked = [log.select("left_out", is_play) for log in logs]
    counted = reduce(DataFrame.unionByName, marked).groupBy("left_out", "is_play").count().collect()
    left_out: dict[str, int] = {}
    for row in sorted(counted, key=lambda row: row["left_out"] or ""):
        if row["left_out"] is not None:
            left_out[row["left_out"]] = left_out.get(row["left_out"], 0) + row["count"]
    return left_out, any(row["left_out"] is None and row["is_play"] for row in counted)


def _describe(ctx: Context, rows: DataFrame, plays: Sequence[Play]) -> DataFrame:
    """Rows of experiments with what their customers were at the newest cut-off on or before the
    day: labels, driver, the probability to leave, and which plays of the experiment fitted.
    """
    placed = history.place_on_days(rows, ctx.read(CUSTOMER_SEGMENTS))
    asked = placed.select(*_KEYS, "lifecycle", "value_tier").distinct()
    seen = asked.join(ctx.read(SNAPSHOTS), on=_KEYS, how="inner")
    seen = ctx.checkpoint(seen.withColumn("fitting", history.list_fitting(plays)))
    is_asked = F.col("recency_days") <= F.lit(float(ctx.settings.features.eligible_days))
    scored = _score(ctx, seen).join(
        seen.select(*_KEYS, "fitting", is_asked.alias("is_asked")), on=_KEYS, how="inner"
    )
    leave = F.when(F.col("is_asked"), F.col("probability"))
    return placed.join(scored, on=_KEYS, how="inner").withColumns(
        {
            "options": F.array_intersect("options", "fitting"),
            "driver": F.when(F.col("is_asked"), F.col("driver")),
            "leave_probability": F.coalesce(leave, 1 - F.col("alive_probability")),
        }
    )


def _score(ctx: Context, seen: DataFrame) -> DataFrame:
    """customer_id, as_of, probability and driver by the churn model of record; null without one."""
    champion = read_champion(ctx, CHURN_MODEL, ChurnModel)
    nothing = {"probability": F.lit(None).cast("double"), "driver": F.lit(None).cast("string")}
    if champion is None:
        return seen.select(*_KEYS).withColumns(nothing)
    model, scores = champion.model, score_alone(seen, champion.model, _KEYS)
    if model.reasons is None:
        return scores.withColumn("driver", nothing["driver"])
    first = score_reasons(seen, model.reasons, _KEYS).filter(
        (F.col("reason_rank") == F.lit(1)) & F.col("reason").isin(*DRIVERS)
    )
    drivers = first.select(*_KEYS, F.col("reason").alias("driver"))
    return scores.join(drivers, on=_KEYS, how="left")
