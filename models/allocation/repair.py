"""A feasible plan: most customers follow the mixture of rules; the few who are nearest to another
choice are decided together, by an integer program with the room that the others leave.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from holdfast.models.allocation.customers import Customers
from holdfast.models.allocation.dual import Mixture, Rules, find_prices
from holdfast.models.allocation.kernels import NONE, add_up, choose
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.allocation.rule import PlanRule, add_up_mixed, mark_nearest, name_plays
from holdfast.models.arrays import Floats, Ints

FEW: Final = 512  # customers decided together
_THINNED: Final = (0.0, 0.001, 0.01, 0.1, 1.0)  # share of customers left alone where nothing fits
_TRIES: Final = 5
_TOLERANCE: Final = 4e-6  # of the largest use: HiGHS keeps a limit to 1e-6, not to the last digit
# With presolve: without it some small programs never end, whatever the limit of nodes (SciPy 1.17).
_MIP: Final = {"mip_rel_gap": 1e-4, "node_limit": 500, "presolve": True}


@dataclass(frozen=True, eq=False)
class Repaired:
    """A feasible plan with its sums (value, uses), and a bound where all customers were decided
    together, else infinite.
    """

    rule: PlanRule
    sums: Floats
    bound: float


def repair(customers: Customers, limits: Floats, rules: Rules, mixture: Mixture) -> Repaired:
    """The plan near the mixture. Where no choice of the few fits, more and more customers are left
    alone, at last all but the few.
    """
    prices = find_prices(rules, limits, mixture)
    size = FEW if customers.sizes[0] <= FEW else FEW // len(limits)  # for each limit
    is_used = mixture.shares > 0.0
    used, full = rules.multipliers[is_used], mixture.shares[is_used]
    for thinned in _THINNED:
        shares = full * (1.0 - thinned)
        nearest = partial(mark_nearest, prices=prices, rules=used, shares=shares, size=size)
        few = customers.gather(nearest)
        all_sums = customers.total(partial(add_up_mixed, rules=used, shares=shares))
        others = all_sums - add_up_mixed(few, used, shares)
        chosen, bound = _decide(few, limits - others[1:])
        if chosen is not None:
            break
    else:
        chosen, bound = np.full(len(few), NONE), np.inf
    rule = PlanRule(prices, used, shares, few.customer, name_plays(few, chosen))
    is_whole = len(few) == customers.sizes[0]
    return Repaired(rule, others + add_up(few, chosen), bound if is_whole else np.inf)


def _decide(few: Pairs, room: Floats) -> tuple[Ints | None, float]:
    """Pairs of highest value within the room, and no choice's value is higher than the second;
    None where no choice fits.
    """
    best = choose(few, np.zeros(len(room)))
    value, *uses = add_up(few, best)
    if (uses <= room).all():
        return best, float(value)
    sizes = np.maximum(np.abs(few.uses).max(axis=1, initial=0.0), 1e-300)
    scale = max(float(np.abs(few.value).max(initial=0.0)), 1e-300)
    is_useful = (few.value > 0.0) | (few.uses < 0.0).any(axis=0)  # a worth of 0 is none's, too
    target = room.copy()
    for _ in range(_TRIES):
        found = _solve(few.value / scale, few.owner, few.uses / sizes[:, None], target / sizes)
        if found.x is None:
            break
        chosen = np.full(len(few), NONE)
        taken = np.flatnonzero((found.x > 0.5) & is_useful)
        chosen[few.owner[taken]] = taken
        over = add_up(few, chosen)[1:] - room
        if (over <= 0.0).all():
            return chosen, -float(found.mip_dual_bound) * scale
        target = target - np.where(over > 0.0, over + _TOLERANCE * sizes, 0.0)
    return None, np.inf


def _solve(value: Floats, owner: Ints, uses: Floats, room: Floats) -> Any:
    pairs = np.arange(len(value))
    one_each = sparse.csr_array((np.ones(len(pairs)), (owner, pairs)))
    limits = [LinearConstraint(one_each, ub=1.0), LinearConstraint(uses, ub=room)]
    return milp(-value, integrality=1, bounds=Bounds(0, 1), constraints=limits, options=_MIP)
