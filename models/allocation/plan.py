"""At most one play per customer, of the highest summed value within all limits, with a certificate
of how far from the best it can be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from holdfast.models.allocation.customers import Customers, draw_sample
from holdfast.models.allocation.dual import Rules, mix_rules
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.allocation.repair import repair
from holdfast.models.allocation.rule import PlanRule
from holdfast.models.allocation.search import no_rules, search
from holdfast.models.arrays import Floats

MOST_LIMITS: Final = 24
SAMPLE: Final = 50_000  # customers


@dataclass(frozen=True)
class Limit:
    """The most that a plan may use of something: a budget, a team's capacity, a bound on a gap.

    Whole numbers, such as money in cents, are kept to the last one; a fraction is taken as the
    double nearest to it, and rounded up where a sum could not hold it.
    """

    name: str
    amount: float


@dataclass(frozen=True)
class LimitUse:
    """What a plan uses of a limit, and what one more unit of it would be worth, in units of
    value; a limit with a price binds.
    """

    name: str
    used: float
    amount: float
    shadow_price: float

    @property
    def binds(self) -> bool:
        """Whether a larger limit would be worth anything."""
        return self.shadow_price > 0.0


@dataclass(frozen=True)
class Certificate:
    """The value of a plan, a bound that no plan can exceed, and each limit."""

    value: float
    bound: float
    limits: tuple[LimitUse, ...]

    @property
    def gap(self) -> float:
        """What the best plan is worth more at most, as share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0.0 else 0.0


@dataclass(frozen=True, eq=False)
class Plan:
    """What each customer gets, and how good that is."""

    rule: PlanRule
    certificate: Certificate


def allocate(customers: Customers, limits: Sequence[Limit]) -> Plan:
    """The plan for these limits. Raises ValueError where they are not 1 to 24 amounts of at
    least 0, one per row of the pairs' uses.
    """
    amounts = _check(customers, limits)
    sample = draw_sample(customers, SAMPLE)
    plan, _ = _allocate(customers, sample, limits, amounts, no_rules(len(amounts)))
    return plan


def draw_frontier(
    customers: Customers, limits: Sequence[Limit], name: str, amounts: Sequence[float]
) -> Iterator[Plan]:
    """The plan for each amount of the limit of that name, the others as they are; what was tried
    for one amount helps the next.
    """
    _check(customers, limits)
    sample, rules = draw_sample(customers, SAMPLE), no_rules(len(limits))
    for amount in amounts:
        changed = [replace(one, amount=amount) if one.name == name else one for one in limits]
        plan, rules = _allocate(customers, sample, changed, _check(customers, changed), rules)
        yield plan


def _allocate(
    customers: Customers, sample: Pairs, limits: Sequence[Limit], amounts: Floats, rules: Rules
) -> tuple[Plan, Rules]:
    rules = search(customers, sample, amounts, rules)
    repaired = repair(customers, amounts, rules, mix_rules(rules, amounts))
    value, *used = repaired.sums.tolist()
    bound = max(min(float(rules.bounds(amounts).min()), repaired.bound), value)
    prices = repaired.rule.multipliers.tolist()
    uses = [
        LimitUse(limit.name, own, limit.amount, price)
        for limit, own, price in zip(limits, used, prices, strict=True)
    ]
    return Plan(repaired.rule, Certificate(value, bound, tuple(uses))), rules


def _check(customers: Customers, limits: Sequence[Limit]) -> Floats:
    amounts = np.array([limit.amount for limit in limits], np.float64)
    if not 1 <= len(limits) <= MOST_LIMITS:
        raise ValueError(f"{len(limits)} limits: give one to {MOST_LIMITS}")
    if len(limits) != len(customers.sizes) - 2:
        raise ValueError(
            f"{len(limits)} limits for pairs with {len(customers.sizes) - 2} uses: one each"
        )
    wrong = [limit.name for limit in limits if not 0.0 <= limit.amount < np.inf]
    if wrong:
        raise ValueError(f"limits are finite and at least 0: {', '.join(wrong)}")
    return amounts
