"""Models that labels of customers follow from, fitted on a sample of the base."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.segments import SegmentSettings
from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.segments import gaps
from holdfast.models.segments.affinity import fit_affinities
from holdfast.models.segments.behaviour import fit_order_variance, read_behaviour, read_gaps
from holdfast.models.segments.choice import Prototype, choose, place_prototypes
from holdfast.models.segments.gaps import GapModel
from holdfast.models.segments.labels import LabelModels
from holdfast.models.segments.names import name_groups
from holdfast.models.segments.record import Segments, read_segments
from holdfast.models.segments.shares import SharePrior, fit_share
from holdfast.models.segments.stages import StageRules
from holdfast.transformations.segments.habits import HABITS
from holdfast.transformations.segments.lines import count_kinds
from holdfast.transformations.segments.purchases import PLACES
from holdfast.transformations.segments.tastes import TASTES
from holdfast.transformations.tables.gold import SEGMENT_PROFILES


def fit_models(
    ctx: Context, habits: DataFrame, lines: DataFrame, days: Sequence[date]
) -> LabelModels:
    """Fit what labels of the days need, on at most as many customers per day as settings allow."""
    conf = ctx.settings.segments
    sample = fetch_sample(habits, ctx.as_of, conf.max_fit_customers)
    today = sample[sample["as_of"] == ctx.as_of]
    return LabelModels(
        fit_gaps(sample, days),
        fit_segments(ctx, today),
        fit_priors(today),
        fit_affinities(today, fetch_shares(ctx, lines)),
        StageRules(
            conf.new_days, conf.dormant, conf.awake, conf.lapsed_days, conf.suppression_days
        ),
        conf.margin,
    )


def fetch_sample(habits: DataFrame, as_of: date, most: int) -> pd.DataFrame:
    """Habits of about `most` customers at most on all days, chosen by hash, in order of customers;
    every second of them, by hash, is_held_out.
    """
    customers = habits.filter(F.col("as_of") == F.lit(as_of)).count()
    parts = max(-(-customers // most), 1)
    names = ["customer_id", "as_of", "last_on", *HABITS, *TASTES]
    chosen = F.pmod(F.xxhash64("customer_id"), F.lit(parts)) == 0
    half = F.pmod(F.xxhash64("customer_id", F.lit("held out")), F.lit(2)) == 0
    found = habits.filter(chosen).select(*names, half.alias("is_held_out")).toPandas()
    return pd.DataFrame(found).sort_values(["customer_id", "as_of"], ignore_index=True)


def fetch_shares(ctx: Context, lines: DataFrame) -> dict[str, dict[str, float]]:
    """The base's share of each category and brand, among lines of which it is known."""
    counts = count_kinds(lines, ctx.as_of, ctx.settings.segments.window_days)
    rows = sorted((row["kind"], row["name"] or "", row["lines"]) for row in counts.collect())
    shares: dict[str, dict[str, float]] = {"category": {}, "brand": {}}
    for kind, own in shares.items():
        total = sum(lines for of, _, lines in rows if of == kind)
        own.update((name, lines / total) for of, name, lines in rows if of == kind and name)
    return shares


def fit_gaps(sample: pd.DataFrame, days: Sequence[date]) -> dict[date, GapModel | None]:
    """A model for each day, by what was known before it; each fit begins at the last one's end."""
    models: dict[date, GapModel | None] = {}
    model: GapModel | None = None
    for day in days:
        own = sample[sample["as_of"] == day]
        model = gaps.fit(read_gaps(own, np.datetime64(day)), model) if len(own) else None
        models[day] = model
    return models


def fit_priors(today: pd.DataFrame) -> dict[str, SharePrior | None]:
    """Priors of the shares of orders at each place and at a discount."""
    return {
        name: fit_share(today[f"{name}_orders"].to_numpy(), today["orders"].to_numpy())
        for name in (*PLACES, "discounted")
    }


def fit_segments(ctx: Context, today: pd.DataFrame) -> Segments | None:
    """The segments last published while they are young, else fitted anew from where they were; None
    where there are too few customers for groups.
    """
    conf, last = ctx.settings.segments, read_last(ctx)
    if last and ctx.as_of < last.fitted_on + timedelta(days=conf.refit_days):
        return last
    most = min(conf.max_groups, len(today) // conf.min_customers)
    if most < 2:
        ctx.echo(f"{len(today):,} customers are too few for segments: none are named")
        return None
    variance = fit_order_variance(today)
    behaviour = read_behaviour(today, np.datetime64(ctx.as_of, "D"), variance)
    prototypes = list_prototypes(conf)
    start = last.mixture if last else place_prototypes(prototypes, behaviour)
    sizes = range(min(conf.min_groups, most), most + 1)
    is_held_out = today["is_held_out"].to_numpy()
    expected = start if len(start) <= most else None
    choice = choose(behaviour, is_held_out, sizes, expected, conf.expected_strength)
    names = (
        last.names
        if last and len(last.names) == len(choice.mixture)
        else name_groups(choice.mixture, prototypes, conf.farthest)
    )
    found = Segments(choice.mixture, names, ctx.as_of, variance).round()
    ctx.echo(f"{len(names)} segments of {len(today):,} customers: {', '.join(names)}")
    return found


def read_last(ctx: Context) -> Segments | None:
    """The segments last published."""
    profiles = ctx.read_published(SEGMENT_PROFILES)
    newest = profiles.agg(F.max(F.struct("fitted_on", "as_of")).alias("of"))
    on = newest.select("of.*")
    rows = profiles.join(F.broadcast(on), ["fitted_on", "as_of"], how="inner").collect()
    return read_segments([row.asDict() for row in rows]) if rows else None


def list_prototypes(conf: SegmentSettings) -> list[Prototype]:
    """The groups that are expected."""
    return [Prototype(**one.model_dump()) for one in conf.prototypes]
