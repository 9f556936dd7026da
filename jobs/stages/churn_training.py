"""What a churn model is trained on, and how early the scores published so far warned of leavers."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.parameters import rule_thresholds
from holdfast.models.churn.lead_time import RECENCY, describe_lead
from holdfast.models.fitting import MetricRow
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.identity.scd2 import redirects
from holdfast.transformations.scoring.churn import training_rows
from holdfast.transformations.scoring.lead_time import lead_times
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose

PUBLISHED: Final = "published"  # predictor of ops.model_metrics
READS: Final = (SNAPSHOTS, LABELS, CONSENT_STATE, IDENTITY_MAP)


def read_training_rows(ctx: Context) -> DataFrame:
    """Customers of all cut-offs who allow it, with outcomes and the written rules that fired."""
    thresholds, horizon_days = rule_thresholds(ctx.settings), ctx.settings.outcome.horizon_days
    rows = training_rows(ctx.read(SNAPSHOTS), ctx.read(LABELS), horizon_days, thresholds)
    return read_consent(ctx).filter_rows(rows, Purpose.ANALYTICS)


def rate_published_warnings(ctx: Context, customers: DataFrame, day: date) -> Sequence[MetricRow]:
    """Metric rows about the leavers of the cut-off `day` among `customers` (training rows), by the
    scores that were published before it was known that they had left.
    """
    left = customers.filter((F.col("as_of") == F.lit(day)) & (F.col("churned") == F.lit(1.0)))
    last_on = F.date_sub("as_of", F.col(RECENCY).cast("int")).alias("last_on")
    found = lead_times(
        ctx.read_published(CHURN_SCORES),
        redirects(ctx.read(IDENTITY_MAP)),
        left.select("customer_id", last_on),
        day,
        ctx.settings.outcome.horizon_days,
    )
    lead, everyone = F.col("lead_days"), F.count(F.lit(1)).alias("leavers")
    sums = found.agg(everyone, F.count(lead).alias("warned"), F.median(lead).alias("median"))
    return describe_lead(PUBLISHED, day, *sums.collect()[0])
