"""The Lagrangian dual: prices of the limits at which the sum of every customer's best score, plus
the limits at their prices, is least. That sum is a bound on the value of any plan.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linprog

from holdfast.models.arrays import Floats

_MISSED: Final = 10.0  # all value per largest use, for each use above a limit below 0
_ROOM: Final = 1e-3  # of a limit, or of the largest use
Evaluate = Callable[[Floats], Floats]  # multipliers (rules, limits) to sums (rules, 1 + limits)


@dataclass(frozen=True, eq=False)
class Rules:
    """Rules that were tried: multipliers of each, and sums of what it chooses (value, uses)."""

    multipliers: Floats
    sums: Floats

    def add(self, multipliers: Floats, sums: Floats) -> "Rules":
        """These rules and more."""
        return Rules(
            np.concatenate([self.multipliers, multipliers]), np.concatenate([self.sums, sums])
        )

    def bounds(self, limits: Floats) -> Floats:
        """The bound by each rule's multipliers."""
        slack = limits - self.sums[:, 1:]
        return np.asarray(self.sums[:, 0] + (self.multipliers * slack).sum(axis=1))

    def best(self, limits: Floats) -> int:
        """Place of the rule with the least bound."""
        return int(self.bounds(limits).argmin())


@dataclass(frozen=True, eq=False)
class Mixture:
    """Shares of rules whose mean keeps the limits with the highest value, the prices of the limits
    there, and that value: no bound by these rules' cuts lies lower.
    """

    shares: Floats
    multipliers: Floats
    value: float


def mix_rules(rules: Rules, limits: Floats) -> Mixture:
    """The best mixture (Dantzig and Wolfe 1960); what is missing to 1 in its shares has no play. A
    limit below 0, which perhaps no mixture keeps, may be missed at a high price.
    """
    value, uses = rules.sums[:, 0], rules.sums[:, 1:]
    scale = max(float(np.abs(value).max()), 1e-300)
    sizes = np.maximum(np.maximum(np.abs(uses).max(axis=0), np.abs(limits)), 1e-300)
    missed = np.eye(len(limits) + 1)[:, :-1][:, limits < 0.0]
    shares = np.vstack([(uses / sizes).T, np.ones(len(value))])
    found = linprog(
        np.append(-value / scale, np.full(missed.shape[1], _MISSED)),
        A_ub=np.hstack([shares, -missed]),
        b_ub=np.append(limits / sizes, 1.0),
        bounds=(0.0, None),
        method="highs",
    )
    prices = np.maximum(-found.ineqlin.marginals[:-1], 0.0) * scale / sizes
    return Mixture(np.maximum(found.x[: len(value)], 0.0), prices, -float(found.fun) * scale)


def find_prices(rules: Rules, limits: Floats, mixture: Mixture) -> Floats:
    """The multipliers of the best bound, 0 where the mixture leaves room: what that changes of the
    bound is less than lies between the two.
    """
    uses = rules.sums[:, 1:]
    has_room = limits - mixture.shares @ uses > _ROOM * np.maximum(np.abs(uses).max(axis=0), limits)
    return np.where(has_room, 0.0, rules.multipliers[rules.best(limits)])


def is_close(rules: Rules, mixture: Mixture, limits: Floats, gap: float) -> bool:
    """Whether the least bound and the mixture differ by at most a share `gap` of the bound."""
    bound = float(rules.bounds(limits).min())
    return bound - mixture.value <= gap * abs(bound)


def descend(evaluate: Evaluate, limits: Floats, rules: Rules, gap: float, steps: int) -> Rules:
    """These rules and at most `steps` more, until `is_close`.

    Cutting planes, each at the middle between the best multipliers and those that the cuts so far
    take to be best (Ben-Ameur and Neto 2007, "Acceleration of cutting-plane and column generation
    algorithms").
    """
    for _ in range(steps):
        mixture, best = mix_rules(rules, limits), rules.best(limits)
        if is_close(rules, mixture, limits, gap):
            break
        middle = (rules.multipliers[[best]] + mixture.multipliers) / 2.0
        rules = rules.add(middle, evaluate(middle))
    return rules
