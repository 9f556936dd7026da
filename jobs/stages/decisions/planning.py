"""What a decision goes by, the plan of its day, and that as rows."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast._version import __version__
from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import Folder
from holdfast.jobs.stages.plays import read_plays
from holdfast.models.allocation.customers import Customers
from holdfast.models.allocation.frames import CustomersInFrame
from holdfast.models.allocation.plan import MOST_LIMITS, SAMPLE
from holdfast.models.decisions.limits import Limits, list_uses, name_limits
from holdfast.models.decisions.lots import Exploration
from holdfast.models.decisions.options import Terms
from holdfast.models.decisions.parity import NO_PARITY, Parity, count_groups
from holdfast.models.decisions.plan import Decision, hold_rest, plan_actions
from holdfast.models.decisions.tried import expect_tried
from holdfast.transformations.plays.play import Bounds, Play
from holdfast.transformations.tables.gold import CUSTOMER_360, PLAY_EFFECTS

PLAYS: Final = Folder("decide.plays")


def read_terms(ctx: Context) -> Terms:
    """What a decision goes by. Raises InputError with all that is wrong with plays."""
    conf, plays = ctx.settings.decide, list_plays(ctx)
    return Terms(
        plays,
        find_currency(ctx),
        expect_tried(plays, ctx.read(PLAY_EFFECTS).toPandas()),
        conf.contacts_a_week.model_dump(),
        _find_vulnerable(ctx),
        conf.harm_share,
        conf.parity.label,
    )


def list_plays(ctx: Context) -> Sequence[Play]:
    """The plays of the settings. Raises InputError with all that is wrong with them."""
    conf = ctx.settings.decide
    return read_plays(conf.plays, _find_vulnerable(ctx), conf.protected).plays


def _find_vulnerable(ctx: Context) -> dict[str, Bounds]:
    states = ctx.settings.decide.vulnerable
    return {name: Bounds.model_validate(bounds) for name, bounds in states.items()}


def find_currency(ctx: Context) -> str:
    """The money of the decision: that of settings, else that of most customers."""
    if ctx.settings.decide.currency:
        return ctx.settings.decide.currency
    counted = ctx.read(CUSTOMER_360).filter(F.col("currency").isNotNull()).groupBy("currency")
    most = counted.count().orderBy(F.desc("count"), "currency").limit(1).collect()
    return most[0]["currency"] if most else ctx.settings.run.currency


def name_policy(terms: Terms) -> str:
    """What a decision goes by: a digest of the plays, what effects follow from, and the version of
    the rest.
    """
    text = json.dumps([play.model_dump(mode="json") for play in terms.plays], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    effects = "cells" if terms.shares.is_tried.any() else "prior"
    return f"plays {digest}, effects {effects}, holdfast {__version__}"


def make_plan(ctx: Context, options: DataFrame, terms: Terms) -> Decision:
    """Draw for the explored, then allocate what they leave of each limit to the others. Raises
    InputError where there are more limits than a plan can keep to.
    """
    conf = ctx.settings.decide
    limits = name_limits(
        terms.plays, conf.budget, conf.low_value_share, conf.low_value_tiers, conf.teams
    )
    limits = replace(limits, parity=_read_parity(ctx, options))
    if len(limits.names_of_plan) > MOST_LIMITS:
        raise InputError(
            f"A plan keeps to {MOST_LIMITS} limits at most, and here are "
            f"{len(limits.names_of_plan)}: {', '.join(limits.names_of_plan)}.",
            cure="Let teams share the work, or bound a label with fewer groups (decide.parity).",
        )
    lots = Exploration(conf.exploration_share, conf.exploration_floor)
    return plan_actions(*_split_explored(ctx, options, limits), limits, lots)


def _read_parity(ctx: Context, options: DataFrame) -> Parity:
    """The bound on treated shares of the settings, over those who are not explored."""
    conf = ctx.settings.decide.parity
    if not conf.label:
        return NO_PARITY
    return Parity(count_groups(options.filter(~F.col("is_explored"))), conf.most_points)


def _split_explored(ctx: Context, options: DataFrame, limits: Limits) -> tuple[pa.Table, Customers]:
    """The explored, and the others: in memory where they are few, else where they are."""
    is_explored = F.col("is_explored")
    if options.count() <= SAMPLE:
        table = options.toArrow()
        return table.filter(table["is_explored"]), hold_rest(table, limits)
    uses = list_uses(options.filter(~is_explored), limits)
    partitions = ctx.settings.spark.shuffle_partitions
    others = CustomersInFrame(uses, limits.names_of_plan, partitions)
    return options.filter(is_explored).toArrow(), others


def list_limits(decision: Decision, terms: Terms) -> list[dict[str, Any]]:
    """Rows of gold.allocations."""
    certificate, drawn = decision.certificate, decision.drawn_value
    of_plan = {
        "plan_amount": certificate.value + drawn,
        "bound_amount": certificate.bound + drawn,
        "gap_share": max(certificate.gap, 0.0),
        "currency": terms.currency,
    }
    return [
        {
            "limit_name": limit.name,
            "limit_value": float(bound),
            "used_value": float(limit.used + use),
            "shadow_price_value": limit.shadow_price,
            "is_binding": limit.binds,
            **of_plan,
        }
        for limit, bound, use in zip(
            certificate.limits, decision.limits.bounds_of_plan, decision.drawn_use, strict=True
        )
    ]
