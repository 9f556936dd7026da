"""The plan of a decision: lots first, then the best that the limits leave room for."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.models.allocation.customers import Customers, CustomersInMemory
from holdfast.models.allocation.pairs import find_grains
from holdfast.models.allocation.plan import Certificate, Limit, allocate
from holdfast.models.arrays import Floats
from holdfast.models.decisions.choices import Plan
from holdfast.models.decisions.limits import Limits, read_pairs, read_planned
from holdfast.models.decisions.lots import Exploration, draw_lots, plan_lottery, take_drawn


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


def hold_rest(options: pa.Table, limits: Limits) -> CustomersInMemory:
    """Who is not explored and has an option, as `list_uses` has them."""
    has_any = pc.greater(pc.list_value_length(options["play"]), 0)
    rest = options.filter(pc.and_(pc.invert(options["is_explored"]), has_any))
    return CustomersInMemory(read_planned(rest, limits))


def plan_actions(
    explored: pa.Table, rest: Customers, limits: Limits, exploration: Exploration
) -> Decision:
    """Draw for the `explored` of `find_options`, then allocate what they leave of each limit to the
    rest.
    """
    pairs = read_pairs(explored, limits)
    lottery = plan_lottery(explored, pairs, limits, exploration)
    lots = draw_lots(explored, pairs, lottery)
    drawn, withdrawn = take_drawn(pairs, lots.pairs, limits)
    use, value = np.zeros(len(limits.names_of_plan)), float(pairs.value[drawn].sum())
    use[: len(limits.names)] = pairs.uses[:, drawn].sum(axis=1)  # lots do not count for parity
    left = np.maximum(limits.bounds_of_plan - use, 0.0)
    found = allocate(rest, [*map(Limit, limits.names_of_plan, left.tolist())])
    plan = Plan(found.rule, find_grains(rest.sizes), lottery, withdrawn)
    return Decision(plan, limits, use, value, found.certificate)
