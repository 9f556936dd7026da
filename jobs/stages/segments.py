"""Days that are labelled, the habits of customers on them, and the tables that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.features import plan_cutoffs
from holdfast.jobs.stages.orders import read_customer_orders
from holdfast.models.segments.record import Segments
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.identity.join import with_identity_run
from holdfast.transformations.segments.customer_segments import (
    TierCuts,
    join_scores,
    recent_signs,
    risk_answers,
    value_tiers,
    with_names,
)
from holdfast.transformations.segments.habits import HABITS, count_habits
from holdfast.transformations.segments.lines import select_purchased_lines
from holdfast.transformations.segments.migrations import segment_migrations
from holdfast.transformations.segments.profiles import GROUP, segment_profiles
from holdfast.transformations.segments.purchases import relative_purchases
from holdfast.transformations.segments.tastes import count_tastes, with_tastes
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables import gold
from holdfast.transformations.tables.silver import (
    FACT_STATES,
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
)
from holdfast.transformations.tables.vocabulary import LABEL_KINDS, SILENT, Purpose

_KEYS: Final = ["as_of", "customer_id"]


@dataclass(frozen=True)
class Days:
    """`new` days are labelled, ascending; `before` is the published day whose labels they go on
    from, None where there is none; `compared` leads from each new day to the cut-off before it.
    """

    new: tuple[date, ...]
    before: date | None
    compared: dict[date, date]


def plan_days(ctx: Context) -> Days:
    """The run's day, and cut-offs that were never published."""
    conf, as_of = ctx.settings, ctx.as_of
    cutoffs = plan_cutoffs(
        ctx.read(ORDERS), as_of, conf.outcome.horizon_days, conf.features.cutoffs
    )
    listed = ctx.read_published(gold.CUSTOMER_SEGMENTS).select("as_of").distinct().collect()
    return order_days(cutoffs, [row["as_of"] for row in listed], as_of)


def order_days(cutoffs: Sequence[date], published: Sequence[date], as_of: date) -> Days:
    """`plan_days` of the run's cut-offs and the days that are published."""
    new = sorted({as_of, *(day for day in cutoffs if day not in set(published))})
    earlier = [day for day in published if day < new[0]]
    compared = {
        day: max(cutoff for cutoff in cutoffs if cutoff < day)
        for day in new
        if any(cutoff < day for cutoff in cutoffs)
    }
    return Days(tuple(new), max(earlier, default=None), compared)


def read_orders(ctx: Context) -> DataFrame:
    """Orders with their customer, of customers who allow it."""
    orders = read_customer_orders(ctx, ctx.read(IDENTITY_MAP))
    return read_consent(ctx).filter_rows(orders, Purpose.ANALYTICS)


def read_lines(ctx: Context, orders: DataFrame) -> DataFrame:
    """What was in the orders of `read_orders`."""
    lines = while_standing(ctx.read(ORDER_LINES), ctx.read(FACT_STATES), ORDER_LINES)
    return select_purchased_lines(lines, orders, ctx.read(PRODUCTS))


def read_habits(
    ctx: Context, orders: DataFrame, typical: DataFrame, lines: DataFrame, days: Days
) -> DataFrame:
    """Habits and tastes of the new days, with what each customer was on the day before them:
    segment, and whether silent.
    """
    window = ctx.settings.segments.window_days
    habits = with_tastes(
        count_habits(relative_purchases(orders, typical), days.new, window),
        count_tastes(lines, days.new, window),
    )
    was_silent = F.col("lifecycle").isin(*SILENT).alias("was_silent")
    published = ctx.read_published(gold.CUSTOMER_SEGMENTS).filter(
        F.col("as_of") == F.lit(days.before)
    )
    before = published.select("customer_id", F.col("segment").alias("segment_before"), was_silent)
    return habits.join(before, ["customer_id"], how="left")


def describe_members(
    ctx: Context, habits: DataFrame, labels: DataFrame, days: Days, found: Segments | None
) -> DataFrame:
    """All that the tables say of each customer and new day: labels, habits, the day's scores."""
    conf, horizon = ctx.settings.segments, ctx.settings.outcome.horizon_days
    begins = (conf.tiers.top, conf.tiers.second, conf.tiers.third)
    cuts = TierCuts(conf.tiers.by == "quantile", begins)
    counted = labels.join(habits.select(*_KEYS, *HABITS), on=_KEYS, how="inner")
    snapshots = ctx.read(SNAPSHOTS)
    members = join_scores(
        with_names(counted, found.names if found else ()),
        value_tiers(
            ctx.read(gold.CUSTOMER_VALUES), snapshots, days.new, conf.tier_horizon_days, cuts
        ),
        recent_signs(snapshots),
        risk_answers(ctx.read(gold.CHURN_SCORES), ctx.read(gold.CHURN_REASONS), horizon),
    )
    return with_identity_run(members, ctx.read(IDENTITY_MAP))


def profile(
    ctx: Context, members: DataFrame, segments: Segments | None, typical: DataFrame
) -> DataFrame:
    """gold.segment_profiles of the members' days; empty without groups."""
    if segments is None:
        return ctx.frame_of(gold.SEGMENT_PROFILES, [])
    schema = T.StructType([gold.SEGMENT_PROFILES.schema[name] for name in GROUP])
    groups = ctx.spark.createDataFrame(segments.to_rows(), schema)
    return segment_profiles(members, groups, typical)


def count_migrations(ctx: Context, segments: DataFrame, days: Days) -> DataFrame:
    """gold.segment_migrations of the new days' customer_segments."""
    needed = sorted(set(days.compared.values()) - set(days.new))
    labels = ("as_of", "customer_id", *LABEL_KINDS)
    published = ctx.read_published(gold.CUSTOMER_SEGMENTS).select(*labels)
    known = segments.select(*labels).unionByName(published.filter(F.col("as_of").isin(needed)))
    return segment_migrations(known, days.compared)
