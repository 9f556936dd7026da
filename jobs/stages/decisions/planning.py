"""The plan of a decision: lots first, then the best that the limits leave room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.decisions.customers import list_channels, list_purposes
from holdfast.models.allocation.customers import CustomersInMemory
from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.allocation.plan import Certificate, Limit, allocate
from holdfast.models.arrays import Floats, Ints
from holdfast.models.decisions.effects import expect_priors
from holdfast.models.decisions.options import Catalogue
from holdfast.models.decisions.plan import (
    Exploration,
    Limits,
    Plan,
    lots,
    name_limits,
    read_pairs,
)
from holdfast.transformations.plays.play import Play
from holdfast.transformations.sources.currencies import DECIMALS, USUAL


@dataclass(frozen=True, eq=False)
class Decision:
    """The plan within the limits, what was drawn before it uses of each and earns, how many get a
    play, and the certificate of the rest.
    """

    plan: Plan
    limits: Limits
    drawn_use: Floats
    drawn_value: float
    customers: int
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
    """Draw for the explored, then allocate what they leave of each limit to the others."""
    conf = ctx.settings.decide
    limits = name_limits(plays, conf.budget, conf.low_value_share, conf.low_value_tiers, conf.teams)
    table = options.toArrow()
    pairs = read_pairs(table, limits)
    is_explored = table["is_explored"].to_numpy()
    exploration = scale_lots(ctx, table, pairs, limits)
    drawn, withdrawn = draw_plays(table, pairs, limits, exploration)
    use, value = pairs.uses[:, drawn].sum(axis=1), float(pairs.value[drawn].sum())
    rest = pairs.take(np.flatnonzero(~is_explored))
    left = np.maximum(limits.bounds - use, 0.0)
    found = allocate(
        CustomersInMemory(rest),
        [Limit(name, float(one)) for name, one in zip(limits.names, left, strict=True)],
    )
    treated = int((found.rule.apply(rest)[0] != NONE).sum()) + len(drawn)
    plan = Plan(found.rule, exploration, withdrawn)
    return Decision(plan, limits, use, value, treated, found.certificate)


def scale_lots(ctx: Context, table: pa.Table, pairs: Pairs, limits: Limits) -> Exploration:
    """The lottery, with plays drawn so much less often that the explored are expected to use their
    share of each limit at most.
    """
    conf = ctx.settings.decide
    as_is = Exploration(conf.exploration_share, conf.exploration_floor, np.ones(len(limits.teams)))
    _, chances = lots(table, pairs, as_is)
    is_explored = table["is_explored"].to_numpy()[pairs.owner]
    expected = pairs.uses[:, is_explored] @ chances[: len(pairs.play)][is_explored]
    room = conf.exploration_share * limits.bounds / np.maximum(expected, 1e-12)
    of_money, of_team = min(room[0], room[1]), np.append(room, np.inf)[limits.teams]
    scales = np.minimum(1.0, np.minimum(of_money, of_team))
    return Exploration(conf.exploration_share, conf.exploration_floor, scales)


def draw_plays(
    table: pa.Table, pairs: Pairs, limits: Limits, exploration: Exploration
) -> tuple[Ints, frozenset[int]]:
    """The pairs that the explored draw, by customer, and the customers whose play has no room left
    in the limits.
    """
    drawn, _ = lots(table, pairs, exploration)
    rows = np.flatnonzero(table["is_explored"].to_numpy() & (drawn != NONE))
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
        "customers": decision.customers,
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
