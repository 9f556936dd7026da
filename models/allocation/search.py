"""The rules of all customers, found with few passes over them.

A sample finds its own best rules; one pass evaluates them all on everybody. The sample's limits are
then shifted by what it mistook, until the rules are best for everybody: the sample says how sums
bend, the passes where they are (Shamir, Srebro and Zhang 2014, "Communication-efficient distributed
optimization using an approximate Newton-type method"). Where the sample leads nowhere, a cutting
plane of everybody that comes along with each pass does.
"""

from functools import partial
from typing import Final

import numpy as np

from holdfast.models.allocation import kernels
from holdfast.models.allocation.customers import Customers, evaluate
from holdfast.models.allocation.dual import Rules, descend, is_close, mix_rules
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.arrays import Floats

GAP: Final = 2e-4  # share of the bound at which a search ends
PASSES: Final = 8  # over all customers, at most
_SAMPLE_GAP: Final = 2e-5
_SAMPLE_STEPS: Final = 300


def no_rules(limits: int) -> Rules:
    """Nothing tried."""
    return Rules(np.empty((0, limits)), np.empty((0, limits + 1)))


def search(customers: Customers, sample: Pairs, limits: Floats, rules: Rules) -> Rules:
    """`rules`, which may be of other limits, and those that these limits need."""
    scale = float(customers.sizes[0]) / max(len(sample), 1)
    guess = partial(_evaluate_sample, sample, scale)
    shifted, middle = limits, np.empty((0, len(limits)))
    for _ in range(PASSES):
        if len(rules.sums):
            mixture, best = mix_rules(rules, limits), rules.best(limits)
            if is_close(rules, mixture, limits, GAP):
                break
            mistaken = rules.sums[:, 1:] - guess(rules.multipliers)[:, 1:]
            shifted = limits - mixture.shares @ mistaken
            middle = (rules.multipliers[[best]] + mixture.multipliers) / 2.0
        start = np.concatenate([np.zeros((1, len(limits))), rules.multipliers])
        known = Rules(start, guess(start))
        known = descend(guess, shifted, known, _SAMPLE_GAP, _SAMPLE_STEPS)
        proposed = np.concatenate([_select(known, shifted), middle])
        rules = rules.add(proposed, evaluate(customers, proposed))
    return rules


def _evaluate_sample(sample: Pairs, scale: float, multipliers: Floats) -> Floats:
    return kernels.evaluate(sample, multipliers) * scale


def _select(known: Rules, limits: Floats) -> Floats:
    """Multipliers of the best rule, of the best mixture and of the rules in it."""
    mixture = mix_rules(known, limits)
    is_used = mixture.shares > 0.0
    is_used[known.best(limits)] = True
    found = np.concatenate([known.multipliers[is_used], mixture.multipliers[None]])
    return np.unique(found, axis=0)
