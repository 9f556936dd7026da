"""Eligible pairs of customer and play as arrays, and sums over them in any order of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.hashing import hash_customers

_EXACT: Final = 52  # bits of a sum: every partial sum of multiples of its grain is exact


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of some customers, each customer's together, ascending by play, none twice.

    `customer` are distinct ids, `start` the first pair of each and one past the last pair of all;
    `play` (pairs) are codes, `value` (pairs) what a pair is worth, `uses` (limits, pairs) what it
    takes of each limit; negative uses give.
    """

    customer: Ints
    start: Ints
    play: Ints
    value: Floats
    uses: Floats

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def owner(self) -> Ints:
        """Place of the customer of each pair."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def take(self, places: Ints) -> "Pairs":
        """The customers at `places`, in that order."""
        count = np.diff(self.start)[places]
        start = np.concatenate([[0], np.cumsum(count)])
        within = np.arange(start[-1]) - np.repeat(start[:-1], count)
        rows = np.repeat(self.start[places], count) + within
        return Pairs(
            self.customer[places], start, self.play[rows], self.value[rows], self.uses[:, rows]
        )


def sort_pairs(customer: Ints, play: Ints, value: Floats, uses: Floats) -> Pairs:
    """Pairs from one entry per pair in any order; `uses` is (limits, pairs)."""
    order = np.lexsort((play, customer))
    ids, first = np.unique(customer[order], return_index=True)
    start = np.append(first, len(order))
    return Pairs(ids, start, play[order], value[order], np.ascontiguousarray(uses[:, order]))


def no_pairs(limits: int) -> Pairs:
    """Nobody."""
    nobody = np.zeros(0, np.int64)
    return Pairs(nobody, np.zeros(1, np.int64), nobody, np.zeros(0), np.zeros((limits, 0)))


def join_pairs(parts: Sequence[Pairs]) -> Pairs:
    """The customers of all parts, ascending by id."""
    count = np.concatenate([np.diff(part.start) for part in parts])
    start = np.concatenate([[0], np.cumsum(count)])
    whole = Pairs(
        np.concatenate([part.customer for part in parts]),
        start,
        np.concatenate([part.play for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.uses for part in parts], axis=1),
    )
    return whole.take(np.argsort(whole.customer))


def measure_sizes(pairs: Pairs) -> Floats:
    """Number of customers, and the largest value and use of each limit by size. Raises ValueError
    where a number is not finite or a customer has a play twice.
    """
    is_next = np.diff(pairs.owner) == 0
    if (np.diff(pairs.play)[is_next] <= 0).any():
        raise ValueError("a customer has a play twice: give one row per customer and play")
    largest = np.abs(pairs.uses).max(axis=1, initial=0.0)
    sizes = np.array([len(pairs), np.abs(pairs.value).max(initial=0.0), *largest])
    if not np.isfinite(sizes).all():
        raise ValueError("values and uses must be finite numbers")
    return sizes


def find_grains(sizes: Floats) -> Floats:
    """The steps in which values and each use are counted, powers of two: as fine as lets any sum of
    one pair per customer be exact. Whole numbers stay as they are.

    `sizes` are those of `measure_sizes` for all customers. Demmel and Nguyen (2015), "Parallel
    reproducible summation".
    """
    reach = np.maximum(sizes[1:] * max(sizes[0], 1.0), 2.0**-900)
    return np.asarray(np.exp2(np.ceil(np.log2(reach)) - _EXACT))


def round_pairs(pairs: Pairs, grains: Floats) -> Pairs:
    """Values to the nearest step, uses up: no limit is overdrawn by rounding."""
    value = np.rint(pairs.value / grains[0]) * grains[0]
    steps = grains[1:, None]
    uses = np.ceil(pairs.uses / steps) * steps
    return Pairs(pairs.customer, pairs.start, pairs.play, value, uses)


def draw_uniform(customer: Ints, salt: int) -> Floats:
    """A number in [0, 1) per customer id."""
    return np.asarray((hash_customers(customer, salt) >> np.uint64(11)) / 2.0**53)


def mark_lowest(keys: Floats, customer: Ints, size: int) -> Flags:
    """Marks the `size` customers with the lowest keys, ties by id."""
    marks = np.zeros(len(keys), np.bool_)
    marks[np.lexsort((customer, keys))[:size]] = True
    return marks
