"""What a batch of pairs says at given multipliers: choices, sums, and who would choose otherwise
if multipliers moved a little.

Scores are made by elementwise steps in a fixed order, never by a matrix product, whose rounding
depends on the size of a batch.
"""

from typing import Final

import numpy as np

from holdfast.models.allocation.pairs import Pairs, draw_uniform
from holdfast.models.arrays import Floats, Ints

NONE: Final = -1  # in place of a pair: no play
_MIXED: Final = 2  # salt of the draw that mixes rules


def score_pairs(pairs: Pairs, multipliers: Floats) -> Floats:
    """Value of each pair less what it uses at the multipliers' prices."""
    score = pairs.value.copy()
    for price, use in zip(multipliers, pairs.uses, strict=True):
        if price != 0.0:
            score -= price * use
    return score


def choose(pairs: Pairs, multipliers: Floats) -> Ints:
    """The pair of each customer with the highest score, of equal ones the first play; NONE where no
    score is positive.
    """
    chosen = np.full(len(pairs), NONE)
    has_any = np.flatnonzero(np.diff(pairs.start))
    if not len(has_any):
        return chosen
    score = score_pairs(pairs, multipliers)
    best = np.maximum.reduceat(score, pairs.start[has_any])
    count = np.diff(pairs.start)[has_any]
    at_best = np.flatnonzero((score == np.repeat(best, count)) & (score > 0.0))
    owner = np.searchsorted(pairs.start, at_best, side="right") - 1
    is_first = np.diff(owner, prepend=-1) != 0
    chosen[owner[is_first]] = at_best[is_first]
    return chosen


def add_up(pairs: Pairs, chosen: Ints) -> Floats:
    """Value, then use of each limit, of the chosen pairs."""
    rows = chosen[chosen != NONE]
    return np.array([pairs.value[rows].sum(), *pairs.uses[:, rows].sum(axis=1)])


def evaluate(pairs: Pairs, multipliers: Floats) -> Floats:
    """Sums of what is chosen at each row of `multipliers` (rules, limits): (rules, 1 + limits)."""
    return np.array([add_up(pairs, choose(pairs, each)) for each in multipliers])


def mix(pairs: Pairs, multipliers: Floats, shares: Floats) -> Ints:
    """Each customer's choice by one of the rules, drawn with `shares` by the customer's id; NONE
    for the rest.
    """
    ends = np.cumsum(shares)
    rule = np.searchsorted(ends, draw_uniform(pairs.customer, _MIXED), side="right")
    chosen = np.full(len(pairs), NONE)
    for number, each in enumerate(multipliers):
        if (rule == number).any():
            chosen = np.where(rule == number, choose(pairs, each), chosen)
    return chosen


def measure_distance(pairs: Pairs, chosen: Ints, multipliers: Floats) -> Floats:
    """By limit and customer, the least relative change of the multipliers at which another choice
    that uses the limit differently is as good as the chosen one; infinite without such a choice.
    """
    distance = np.full((len(multipliers), len(pairs)), np.inf)
    if not len(pairs.play):
        return distance
    score, owner, has_play = score_pairs(pairs, multipliers), pairs.owner, chosen != NONE
    own = np.where(has_play, score[chosen], 0.0)
    held = np.where(has_play, pairs.uses[:, chosen], 0.0)
    has_any = np.flatnonzero(np.diff(pairs.start))
    change = np.abs(pairs.uses - held[:, owner])
    apart = _relate(np.abs(score - own[owner]), change, multipliers)
    to_none = _relate(np.abs(own), np.abs(held), multipliers)
    for number in range(len(multipliers)):
        other = np.where(change[number] > 0.0, apart, np.inf)
        distance[number, has_any] = np.minimum.reduceat(other, pairs.start[has_any])
        is_used = held[number] != 0.0
        distance[number, is_used] = np.minimum(distance[number], to_none)[is_used]
    return distance


def _relate(gap: Floats, change: Floats, multipliers: Floats) -> Floats:
    """Gap of scores in parts of what the change of uses costs."""
    cost = np.zeros_like(gap)
    for price, each in zip(multipliers, change, strict=True):
        cost += price * each
    return gap / np.maximum(cost, 1e-12 * (gap + 1.0))
