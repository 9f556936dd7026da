"""The plan of a decision: lots first, then the best that the limits leave room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.decisions.customers import list_channels, list_purposes
from holdfast.models.arrays import Floats
from holdfast.models.decisions.effects import expect_priors
from holdfast.models.decisions.eligibility import Caps
from holdfast.models.decisions.options import Catalogue
from holdfast.models.decisions.plan import (
    NOTHING,
    Exploration,
    Limits,
    Pairs,
    Plan,
    lots,
    name_limits,
    read_pairs,
)
from holdfast.models.decisions.temporary import solve
from holdfast.transformations.plays.play import Play
from holdfast.transformations.sources.currencies import DECIMALS, USUAL


@dataclass(frozen=True, eq=False)
class Decision:
    plan: Plan
    limits: Limits
    value: float
    bound: float
    used: Floats
    customers: int


def make_catalogue(ctx: Context, plays: Sequence[Play], currency: str) -> Catalogue:
    """What options follow from."""
    conf = ctx.settings.decide
    caps = Caps(conf.contacts_a_week.model_dump(), list_purposes(plays), list_channels(ctx))
    decimals = DECIMALS.get(currency, USUAL)
    return Catalogue(plays, expect_priors(plays), caps, conf.harm_share, decimals)


def make_plan(ctx: Context, options: DataFrame, plays: Sequence[Play]) -> Decision:
    conf = ctx.settings.decide
    limits = name_limits(plays, conf.budget, conf.low_value_share, conf.low_value_tiers, conf.teams)
    table = options.toArrow()
    size, pairs = table.num_rows, read_pairs(table, limits)
    explored = table["is_explored"].to_numpy(zero_copy_only=False)
    scales = np.ones(len(plays))
    exploration = Exploration(conf.exploration_share, conf.exploration_floor, scales)
    for _ in range(1):
        _, chances = lots(table, pairs, exploration)
        expected = (chances[: len(pairs.play), None] * pairs.use)[explored[pairs.customer]].sum(
            axis=0
        )
        room = np.minimum(1.0, conf.exploration_share * limits.bounds / np.maximum(expected, 1e-12))
        scales = np.array([min(room[0], room[1], room[t] if t >= 0 else 1.0) for t in limits.teams])
        exploration = Exploration(conf.exploration_share, conf.exploration_floor, scales)
    drawn, _ = lots(table, pairs, exploration)
    drawn = np.where(explored, drawn, NOTHING)
    got = drawn[drawn != NOTHING]
    used = pairs.use[got].sum(axis=0)
    keep = ~explored[pairs.customer]
    rest = Pairs(pairs.customer[keep], pairs.play[keep], pairs.value[keep], pairs.use[keep])
    prices, greedy, chosen, value, bound, use = solve(
        rest, np.maximum(limits.bounds - used, 0.0), size
    )
    ids = table["customer_id"].to_numpy()
    rows = np.flatnonzero(greedy != chosen)
    repairs = {
        int(ids[r]): int(rest.play[chosen[r]]) if chosen[r] != NOTHING else NOTHING for r in rows
    }
    plan = Plan(prices, exploration, repairs)
    return Decision(
        plan, limits, value, bound, use + used, int((chosen != NOTHING).sum() + len(got))
    )


def describe_limits(decision: Decision, currency: str) -> list[dict[str, Any]]:
    """gold.allocations."""
    gap = 0.0 if decision.bound <= 0 else (decision.bound - decision.value) / decision.bound
    return [
        {
            "limit_name": name,
            "limit_value": Decimal(str(round(float(bound), 4))),
            "used_value": Decimal(str(round(float(used), 4))),
            "shadow_price_amount": Decimal(str(round(float(price), 4))),
            "is_binding": bool(price > 1e-9),
            "customers": decision.customers,
            "plan_amount": Decimal(str(round(decision.value, 3))),
            "bound_amount": Decimal(str(round(decision.bound, 3))),
            "gap_share": Decimal(str(round(max(gap, 0.0), 6))),
            "currency": currency,
        }
        for name, bound, used, price in zip(
            decision.limits.names,
            decision.limits.bounds,
            decision.used,
            decision.plan.prices,
            strict=True,
        )
    ]
