"""Who is in the base: each customer's group, stage and profiles, and what they come to."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import segments as stage
from holdfast.jobs.stages.orders import DATED_ORDERS
from holdfast.jobs.stages.segment_models import fit_models
from holdfast.models.segments.labels import label
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.segments.customer_segments import shape_segments
from holdfast.transformations.segments.purchases import typical_orders
from holdfast.transformations.tables import gold
from holdfast.transformations.tables.silver import CONSENT_STATE, PRODUCTS

SCORES = (gold.CUSTOMER_VALUES, gold.CHURN_SCORES, gold.CHURN_REASONS)


@job(
    reads=[*DATED_ORDERS, PRODUCTS, CONSENT_STATE, SNAPSHOTS, *SCORES],
    writes=[gold.CUSTOMER_SEGMENTS, gold.SEGMENT_PROFILES, gold.SEGMENT_MIGRATIONS],
    previous=[gold.CUSTOMER_SEGMENTS, gold.SEGMENT_PROFILES],
)
def segment_customers(ctx: Context) -> None:
    """Label the run's day and the cut-offs that were never published."""
    days, orders = stage.plan_days(ctx), stage.read_orders(ctx)
    typical = ctx.checkpoint(typical_orders(orders, ctx.as_of))
    lines = ctx.checkpoint(stage.read_lines(ctx, orders))
    habits = ctx.checkpoint(stage.read_habits(ctx, orders, typical, lines, days))
    models = fit_models(ctx, habits, lines, days.new)
    labels = label(habits, models)
    members = ctx.checkpoint(stage.describe_members(ctx, habits, labels, days, models.segments))
    segments = shape_segments(members)
    ctx.write_each(
        {
            gold.CUSTOMER_SEGMENTS: segments,
            gold.SEGMENT_PROFILES: stage.profile(ctx, members, models.segments, typical),
            gold.SEGMENT_MIGRATIONS: stage.count_migrations(ctx, segments, days),
        },
        *days.new,
    )
