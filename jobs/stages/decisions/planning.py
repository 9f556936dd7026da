"""The plan of a decision: lots first, then the best that the limits leave room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.decisions.customers import list_channels, list_purposes
from holdfast.models.allocation.customers import Customers, CustomersInMemory
from holdfast.models.allocation.frames import CustomersInFrame
from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import Pairs, find_grains
from holdfast.models.allocation.plan import MOST_LIMITS, SAMPLE, Certificate, Limit, allocate
from holdfast.models.arrays import Floats, Ints
from holdfast.models.decisions.effects import expect_priors
from holdfast.models.decisions.options import Catalogue
from holdfast.models.decisions.plan import (
    Exploration,
    Limits,
    Plan,
    list_uses,
    lots,
    name_limits,
    read_pairs,
)
from holdfast.transformations.plays.play import Play
from holdfast.transformations.sources.currencies import DECIMALS, USUAL


@dataclass(frozen=True, eq=False)
class Decision:
    """The plan within the limits, what was drawn before it uses of each and earns, and the
    certificate of the rest.
    """

    plan: Plan
    limits: Limits
    drawn_use: Floats
    drawn_value: float
    certificate: Certificate


def make_catalogue(ctx: Context, plays: Sequence[Play], currency: str) -> Catalogue:
    """What options follow from."""
    conf = ctx.settings.decide
    return Catalogue(
        plays,
        expect_priors(plays),
        conf.contacts_a_week.model_dump(),
        list_purposes(plays),
        list_channels(ctx),
        conf.harm_share,
        DECIMALS.get(currency, USUAL),
    )


def make_plan(ctx: Context, options: DataFrame, plays: Sequence[Play]) -> Decision:
    """Draw for the explored, then allocate what they leave of each limit to the others. Raises
    InputError where plays name more teams than a plan can keep to.
    """
    conf = ctx.settings.decide
    limits = name_limits(plays, conf.budget, conf.low_value_share, conf.low_value_tiers, conf.teams)
    if len(limits.names) > MOST_LIMITS:
        raise InputError(
            f"Plays name {len(limits.names) - 2} teams: {', '.join(limits.names[2:])}.",
            cure=f"Let teams share the work, so that there are {MOST_LIMITS - 2} at most.",
        )
    explored = options.filter("is_explored").toArrow()
    pairs = read_pairs(explored, limits)
    exploration = scale_lots(ctx, explored, pairs, limits)
    drawn, withdrawn = draw_plays(explored, pairs, limits, exploration)
    use, value = pairs.uses[:, drawn].sum(axis=1), float(pairs.value[drawn].sum())
    left = np.maximum(limits.bounds - use, 0.0)
    rest = gather_customers(ctx, options.filter(~F.col("is_explored")), limits)
    found = allocate(rest, [*map(Limit, limits.names, left.tolist())])
    plan = Plan(found.rule, find_grains(rest.sizes), exploration, withdrawn)
    return Decision(plan, limits, use, value, found.certificate)


def gather_customers(ctx: Context, options: DataFrame, limits: Limits) -> Customers:
    """The customers of a plan: in memory where they are few, else where they are."""
    if options.count() <= SAMPLE:
        return CustomersInMemory(read_pairs(options.toArrow(), limits))
    partitions = ctx.settings.spark.shuffle_partitions
    return CustomersInFrame(list_uses(options, limits), limits.names, partitions)


def scale_lots(ctx: Context, explored: pa.Table, pairs: Pairs, limits: Limits) -> Exploration:
    """The lottery, with plays drawn so much less often that the explored are expected to use their
    share of each limit at most.
    """
    conf = ctx.settings.decide
    as_is = Exploration(conf.exploration_share, conf.exploration_floor, np.ones(len(limits.teams)))
    _, chances = lots(explored, pairs, as_is)
    expected = pairs.uses @ chances[: len(pairs.play)]
    room = conf.exploration_share * limits.bounds / np.maximum(expected, 1e-12)
    of_money, of_team = min(room[0], room[1]), np.append(room, np.inf)[limits.teams]
    scales = np.minimum(1.0, np.minimum(of_money, of_team))
    return Exploration(conf.exploration_share, conf.exploration_floor, scales)


def draw_plays(
    explored: pa.Table, pairs: Pairs, limits: Limits, exploration: Exploration
) -> tuple[Ints, frozenset[int]]:
    """The pairs that the explored draw, by customer, and the customers whose play has no room left
    in the limits.
    """
    drawn, _ = lots(explored, pairs, exploration)
    rows = np.flatnonzero(drawn != NONE)
    rows = rows[np.argsort(pairs.customer[rows])]
    kept, withdrawn, left = [], set(), limits.bounds.copy()
    for row in rows:
        use = pairs.uses[:, drawn[row]]
        if np.all(use <= left):
            kept.append(drawn[row])
            left -= use
        else:
            withdrawn.add(int(pairs.customer[row]))
    return np.array(kept, dtype=np.int64), frozenset(withdrawn)


def describe_limits(decision: Decision, currency: str) -> list[dict[str, Any]]:
    """gold.allocations of the day."""
    certificate, drawn = decision.certificate, decision.drawn_value
    of_plan = {
        "plan_amount": _decimal(certificate.value + drawn, 3),
        "bound_amount": _decimal(certificate.bound + drawn, 3),
        "gap_share": _decimal(max(certificate.gap, 0.0), 6),
        "currency": currency,
    }
    return [
        {
            "limit_name": limit.name,
            "limit_value": _decimal(bound, 4),
            "used_value": _decimal(limit.used + use, 4),
            "shadow_price_amount": _decimal(limit.shadow_price, 4),
            "is_binding": limit.binds,
            **of_plan,
        }
        for limit, bound, use in zip(
            certificate.limits, decision.limits.bounds, decision.drawn_use, strict=True
        )
    ]


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(str(round(float(value), places)))
