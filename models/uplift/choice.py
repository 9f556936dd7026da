"""Whether it pays to choose customers by a learner of effects, and by which: by what each policy
earns on customers that it has not seen.

A policy is the probability with which it treats each customer. What it earns is estimated doubly
robustly (AIPW; Dudík et al. 2014): the mean over customers of that probability times the score of
the customer's effect in money less the cost. Policies are compared pair by pair on the same
customers, so that what they have in common does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtri

from holdfast.models.arrays import Floats, Ints

LEVEL: Final = 0.95
NONE: Final = "none"
ALL: Final = "all"


@dataclass(frozen=True)
class PolicyValue:
    """What a policy earns per customer, with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Choice:
    """The rule that is used, why, and what each one earns."""

    name: str
    why: str
    values: Mapping[str, PolicyValue]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Customers on whom policies are compared: `gains` is what treating each would earn, the AIPW
    score of its effect times its worth if it stays, less the cost. A customer of several rows
    counts with all of them together.
    """

    gains: Floats
    customer: Ints

    def value(
        self, policy: Floats, rival: Floats | None = None, level: float = LEVEL
    ) -> PolicyValue:
        """What `policy` earns more than `rival`, than leaving all alone where there is none."""
        earned = (policy if rival is None else policy - rival) * self.gains
        mean = float(earned.mean())
        _, own = np.unique(self.customer, return_inverse=True)
        residuals = np.bincount(own, earned - mean)
        error = float(np.sqrt((residuals**2).sum())) / len(earned)
        reach = float(ndtri((1.0 + level) / 2.0)) * error
        return PolicyValue(mean, mean - reach, mean + reach)


def treat_highest(score: Floats, share: float) -> Floats:
    """The policy that treats those of the highest score, at most this share of all. Of equal scores
    at the end each has the same chance, so that the order of the rows does not matter.
    """
    budget = share * len(score)
    _, place, count = np.unique(-score, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    return np.asarray(np.clip((budget - before) / count, 0.0, 1.0)[place])


def treat_gainful(gain: Floats, share: float) -> Floats:
    """The same, of those alone who earn more than nothing."""
    return np.where(gain > 0.0, treat_highest(gain, share), 0.0)


def choose(
    gains: Mapping[str, Floats],
    scores: Mapping[str, Floats],
    held_out: HeldOut,
    share: float,
    level: float = LEVEL,
) -> Choice:
    """The learner to use, if beyond chance it earns more than leaving all alone, than treating
    anybody and than the best reference; else the best reference that beyond chance earns more than
    leaving all alone; else to leave all alone.

    `gains` is what each learner expects of treating each customer, in money and less the cost, the
    one to prefer first: another takes its place if it earns more beyond chance. `scores` is what
    each reference ranks by, besides treating anybody (within `share`) and nobody. Intervals of
    contrasts are as wide as the number of those tried asks (Bonferroni).
    """
    size = len(held_out.gains)
    references = {NONE: np.zeros(size), ALL: np.full(size, min(share, 1.0))}
    references |= {name: treat_highest(score, share) for name, score in scores.items()}
    learners = {name: treat_gainful(gain, share) for name, gain in gains.items()}
    policies = references | learners
    values = {name: held_out.value(policy, level=level) for name, policy in policies.items()}
    reference = _take_better(references, held_out, level)
    if not learners:
        return Choice(reference, f"{reference}: there is no learner", values)
    learner = _take_better(learners, held_out, level)
    sure = 1.0 - (1.0 - level) / len(learners)
    highest = max(references, key=lambda name: values[name].mean)
    contrasts = {
        name: held_out.value(learners[learner], references[name], sure)
        for name in dict.fromkeys([NONE, ALL, reference, highest])
    }
    rival = min(contrasts, key=lambda name: contrasts[name].low)
    found = _describe(contrasts[rival])
    if contrasts[rival].low > 0.0:
        return Choice(learner, f"{learner} earns {found} more per customer than {rival}", values)
    why = f"{reference}: {learner} is not better than {rival} beyond chance, {found} per customer"
    return Choice(reference, why, values)


def _take_better(policies: Mapping[str, Floats], held_out: HeldOut, level: float) -> str:
    """The first policy, or of those that earn more beyond chance the one that earns most."""
    first, *others = policies
    sure = 1.0 - (1.0 - level) / max(len(others), 1)
    contrasts = {name: held_out.value(policies[name], policies[first], sure) for name in others}
    better = [name for name in others if contrasts[name].low > 0.0]
    return max(better, key=lambda name: contrasts[name].mean, default=first)


def _describe(value: PolicyValue) -> str:
    return f"{value.mean:+.3f} [{value.low:+.3f}, {value.high:+.3f}]"
