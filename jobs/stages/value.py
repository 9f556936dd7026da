"""Rows that value models learn from and are asked about."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.value.training import Trained
from holdfast.transformations.consent import permitted
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.scoring.value import value_inputs, with_outcome
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


def newest_known(ctx: Context) -> date | None:
    """The newest cut-off whose outcome is known by the run's day; None before the first."""
    horizon = ctx.settings.outcome.horizon_days
    mature = F.col("as_of") <= F.lit(ctx.as_of - timedelta(days=horizon))
    newest = ctx.read(LABELS).filter(mature).agg(F.max("as_of").alias("day")).collect()[0]["day"]
    return newest if isinstance(newest, date) else None


def inputs_on(ctx: Context, days: Sequence[date]) -> DataFrame:
    """Purchase histories and features of every customer on the given days."""
    orders = with_customer(ctx.read(ORDERS), ctx.read(IDENTITY_MAP))
    return value_inputs(purchase_history(orders, days), ctx.read(SNAPSHOTS), NAMES)


def teaching(ctx: Context) -> DataFrame:
    """Customers and cut-offs with known outcome that may be learnt from, by the newest consent."""
    labels, conf = ctx.read(LABELS), ctx.settings
    days = [row["as_of"] for row in labels.select("as_of").distinct().collect()] or [ctx.as_of]
    rows = with_outcome(inputs_on(ctx, days), labels, conf.outcome.horizon_days)
    return permitted(
        rows,
        ctx.read(CONSENT_STATE),
        ctx.read(IDENTITY_MAP),
        "analytics",
        conf.consent.bases.analytics,
    )


def metric_rows(trained: Trained) -> list[dict[str, Any]]:
    """Every forecast's figures on the day judged; those of the one in use also as `model`."""
    if trained.judged_on is None:
        return []
    named = {**trained.judgements, "model": trained.judgements[trained.model.basis]}
    return [
        {
            "predictor": name,
            "cutoff_on": trained.judged_on,
            "metric": metric,
            "value": float(value),
            "rows": trained.customers_judged,
        }
        for name, judgement in named.items()
        for metric, value in asdict(judgement).items()
        if value == value
    ]
