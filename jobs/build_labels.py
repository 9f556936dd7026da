"""What happened after each cut-off."""

from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.features import plan_cutoffs
from holdfast.jobs.stages.sales import SALES, read_refunds, read_sales
from holdfast.transformations.features.cutoffs import select_ended
from holdfast.transformations.features.labels import churn_and_value
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    FACT_STATES,
    IDENTITY_MAP,
    ORDERS,
    REFUND_LINES,
)

PAYMENTS = (*SALES, REFUND_LINES, FACT_STATES)


@job(reads=[*PAYMENTS, IDENTITY_MAP, CONSENT_STATE, SNAPSHOTS], writes=[LABELS])
def build_labels(ctx: Context) -> None:
    """Churn and value of every snapshot whose outcome window has ended, and who of the younger ones
    has ordered since; nothing before the first window has ended.
    """
    sales, states, identity_map = read_sales(ctx), ctx.read(FACT_STATES), ctx.read(IDENTITY_MAP)
    conf, horizon_days = ctx.settings.features, ctx.settings.outcome.horizon_days
    cutoffs = plan_cutoffs(ctx.read(ORDERS), ctx.as_of, horizon_days, conf.cutoffs)
    if not select_ended(cutoffs, horizon_days, ctx.as_of):
        ctx.echo("no outcome window has ended yet: no labels")
        return
    days = [day for day in cutoffs if day < ctx.as_of]
    snapshots = ctx.read(SNAPSHOTS).filter(F.col("as_of").isin(days))
    keys = snapshots.select("as_of", "customer_id", "currency")
    payments, days_before = (sales, read_refunds(ctx, sales), states), conf.eligible_days
    labels = churn_and_value(*payments, identity_map, keys, horizon_days, days_before, ctx.as_of)
    ctx.write(LABELS, labels, slices=days)
