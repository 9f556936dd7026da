"""What a decision goes by, the plan of its day, and that as rows."""

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast._version import __version__
from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import Folder
from holdfast.jobs.stages.plays import read_plays
from holdfast.models.allocation.customers import Customers, CustomersInMemory
from holdfast.models.allocation.frames import CustomersInFrame
from holdfast.models.allocation.plan import MOST_LIMITS, SAMPLE
from holdfast.models.decisions.eligibility import find_consent
from holdfast.models.decisions.limits import Limits, list_uses, name_limits, read_pairs
from holdfast.models.decisions.lots import Exploration
from holdfast.models.decisions.options import Terms
from holdfast.models.decisions.plan import Decision, plan_actions
from holdfast.models.decisions.tried import expect_tried
from holdfast.transformations.consent import ALL_CHANNELS
from holdfast.transformations.plays.play import Bounds, Play
from holdfast.transformations.sources.currencies import DECIMALS, USUAL
from holdfast.transformations.tables.gold import CUSTOMER_360, PLAY_EFFECTS

PLAYS: Final = Folder("decide.plays")


def read_terms(ctx: Context) -> Terms:
    """What a decision goes by. Raises InputError with all that is wrong with plays."""
    conf, currency, plays = ctx.settings.decide, find_currency(ctx), list_plays(ctx)
    caps = conf.contacts_a_week.model_dump()
    return Terms(
        plays,
        currency,
        expect_tried(plays, ctx.read(PLAY_EFFECTS).toPandas()),
        caps,
        purposes=sorted(set(map(find_consent, plays))),
        channels=sorted(set(caps) - {ALL_CHANNELS}),
        vulnerable=_find_vulnerable(ctx),
        harm=conf.harm_share,
        decimals=DECIMALS.get(currency, USUAL),
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
    InputError where plays name more teams than a plan can keep to.
    """
    conf = ctx.settings.decide
    limits = name_limits(
        terms.plays, conf.budget, conf.low_value_share, conf.low_value_tiers, conf.teams
    )
    if len(limits.names) > MOST_LIMITS:
        raise InputError(
            f"Plays name {len(limits.names) - 2} teams: {', '.join(limits.names[2:])}.",
            cure=f"Let teams share the work, so that there are {MOST_LIMITS - 2} at most.",
        )
    explored = options.filter("is_explored").toArrow()
    rest = gather_customers(ctx, options.filter(~F.col("is_explored")), limits)
    return plan_actions(
        explored, rest, limits, Exploration(conf.exploration_share, conf.exploration_floor)
    )


def gather_customers(ctx: Context, options: DataFrame, limits: Limits) -> Customers:
    """The customers of a plan: in memory where they are few, else where they are."""
    if options.count() <= SAMPLE:
        return CustomersInMemory(read_pairs(options.toArrow(), limits))
    partitions = ctx.settings.spark.shuffle_partitions
    return CustomersInFrame(list_uses(options, limits), limits.names, partitions)


def list_limits(decision: Decision, terms: Terms) -> list[dict[str, Any]]:
    """Rows of gold.allocations."""
    certificate, drawn = decision.certificate, decision.drawn_value
    of_plan = {
        "plan_amount": _decimal(certificate.value + drawn, 3),
        "bound_amount": _decimal(certificate.bound + drawn, 3),
        "gap_share": _decimal(max(certificate.gap, 0.0), 6),
        "currency": terms.currency,
    }
    return [
        {
            "limit_name": limit.name,
            "limit_value": _decimal(bound, 4),
            "used_value": _decimal(limit.used + use, 4),
            "shadow_price_value": _decimal(limit.shadow_price, 4),
            "is_binding": limit.binds,
            **of_plan,
        }
        for limit, bound, use in zip(
            certificate.limits, decision.limits.bounds, decision.drawn_use, strict=True
        )
    ]


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(str(round(float(value), places)))
