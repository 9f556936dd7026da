"""Agreed figures of churn, retention, repeat purchase, contact and value, and cohorts."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import kpis as stage
from holdfast.jobs.stages.cohorts import make_cohorts
from holdfast.transformations.tables.gold import COHORTS, KPIS


@job(
    reads=[*stage.SOLD, *stage.COSTS, *stage.CONTACT, *stage.VALUED, *stage.ALLOWED],
    writes=[KPIS, COHORTS],
)
def build_kpis(ctx: Context) -> None:
    """Count them over what was known by the day; figures whose source is not loaded are absent."""
    trade = stage.read_trade(ctx)
    ctx.write(KPIS, stage.count_figures(ctx, trade))
    if absent := stage.describe_absent(ctx):
        ctx.echo(absent)
    ctx.write(COHORTS, make_cohorts(ctx, trade.history))
