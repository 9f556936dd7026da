"""What happened after each cut-off whose outcome window has ended."""

from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.features import run_cutoffs
from holdfast.transformations.features.labels import churn_and_value, finished, matured
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS, REFUND_LINES


@job(reads=[ORDERS, REFUND_LINES, IDENTITY_MAP, CONSENT_STATE, SNAPSHOTS], writes=[LABELS])
def build_labels(ctx: Context) -> None:
    """Churn and value of every snapshot that has matured."""
    orders = ctx.read(ORDERS)
    horizon_days = ctx.settings.outcome.horizon_days
    days = matured(run_cutoffs(ctx, orders), horizon_days, ctx.as_of)
    if not days:
        ctx.echo("no cut-off has matured yet: no labels")
        return
    known = (
        ctx.read(SNAPSHOTS)
        .filter(F.col("as_of").isin(days))
        .select("as_of", "customer_id", "currency")
    )
    labels = churn_and_value(
        orders,
        ctx.read(REFUND_LINES),
        ctx.read(IDENTITY_MAP),
        known,
        horizon_days,
        ctx.settings.features.eligible_days,
    )
    ctx.write(LABELS, finished(labels, ctx.run_number), slices=days)
