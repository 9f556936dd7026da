"""What each running subscription is expected to bring, for every horizon of the settings."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import subscriptions as stage
from holdfast.models.value.subscriptions import fit_intervals
from holdfast.transformations.tables.gold import SUBSCRIPTION_VALUES
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, SUBSCRIPTIONS


@job(reads=[SUBSCRIPTIONS, CONSENT_STATE, IDENTITY_MAP], writes=[SUBSCRIPTION_VALUES])
def score_subscriptions(ctx: Context) -> None:
    """Fit on the renewals known today, say how the same did a horizon ago, and score."""
    renewals = ctx.checkpoint(stage.read_renewals(ctx))
    cells = stage.fetch_cells(renewals)
    today = stage.select_day(cells, ctx.as_of)
    if unknown := stage.count_without_interval(today):
        ctx.echo(f"{unknown:,} subscriptions have no interval between deliveries: not valued")
    fits = fit_intervals(today)
    if not fits:
        ctx.echo("no subscription was due for renewal yet: none is valued")
        ctx.write(SUBSCRIPTION_VALUES, ctx.frame_of(SUBSCRIPTION_VALUES, []))
        return
    ctx.echo(stage.describe_backtest(ctx, renewals, cells))
    ctx.write(SUBSCRIPTION_VALUES, stage.value_subscriptions(ctx, renewals, fits))
