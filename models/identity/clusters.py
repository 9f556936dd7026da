"""From pairs to people: average linkage, so that one wrong pair does not chain two people together.

Pairs are taken from the surest on; two groups become one where the mean log odds over all pairs
between them speak for it, pairs nobody compared counting slightly against. Connected components
would merge a household through one bad pair.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats, Ints

BITS_NOT_COMPARED: Final = -2.0  # log2 odds of a pair that no blocking rule brought together
MAX_BITS: Final = 12.0  # bits beyond which one pair must not outvote all others


def posterior_bits(probability: Floats) -> Floats:
    """log2 odds of a match, held within +-MAX_BITS."""
    safe = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.clip(np.log2(safe / (1 - safe)), -MAX_BITS, MAX_BITS))


def average_linkage(
    size: int, left: Ints, right: Ints, probability: Floats, threshold: float, cap: int
) -> Ints:
    """Group of each of `size` records, named by its smallest member.

    `left` and `right` number the records of each compared pair. Only pairs with `probability` >=
    `threshold` start a merge; a group never exceeds `cap` records.
    """
    bits = posterior_bits(probability)
    known: list[dict[int, float]] = [{} for _ in range(size)]
    for a, b, weight in zip(left.tolist(), right.tolist(), bits.tolist(), strict=True):
        known[a][b] = known[b][a] = weight
    group = list(range(size))
    members: dict[int, list[int]] = {}
    sure = np.flatnonzero(probability >= threshold)
    order = sure[np.lexsort((right[sure], left[sure], -bits[sure]))]
    for a, b in zip(left[order].tolist(), right[order].tolist(), strict=True):
        one, other = sorted((group[a], group[b]))
        mine, theirs = members.get(one, [one]), members.get(other, [other])
        if one == other or len(mine) + len(theirs) > cap or _between(known, mine, theirs) < 0:
            continue
        members[one] = sorted(mine + theirs)
        members.pop(other, None)
        for record in theirs:
            group[record] = one
    return np.array(group, dtype=np.int64)


def _between(
    known: Sequence[dict[int, float]], mine: Sequence[int], theirs: Sequence[int]
) -> float:
    few, many = sorted((mine, theirs), key=len)
    return sum(known[record].get(other, BITS_NOT_COMPARED) for record in few for other in many)


def membership(group: Ints, left: Ints, right: Ints, probability: Floats) -> Floats:
    """How sure each record's place in its group is: the strongest pair with another member; 1 for a
    record alone.
    """
    within = group[left] == group[right]
    strongest = np.zeros(len(group))
    for side in (left, right):
        np.maximum.at(strongest, side[within], probability[within])
    alone = np.bincount(group, minlength=len(group))[group] == 1
    return np.where(alone, 1.0, strongest)
