"""The main group of a customer's events at each cut-off: of orders, the currency in which money is
counted.

One rule for snapshots, purchase histories and all that is read from them: the group with events on
most days, of equals the one whose newest event is newer, then the one that comes last by name.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pyspark.sql import Column
from pyspark.sql import functions as F

from holdfast.transformations.features.aggregates import (
    EventSlice,
    Floats,
    Ints,
    aggregate,
    measure_nothing,
)
from holdfast.transformations.features.feature import Measure

RANK: Final = ("purchase_days", "last_on", "currency")  # the rule, greatest first, as columns
_DAYS: Final = Measure("days", "", "distinct")
_SINCE: Final = Measure("since", "", "days_since")


def currency_rank() -> Column:
    """What is greatest of a customer's main currency, over columns named as in RANK."""
    return F.struct(*RANK)


@dataclass(frozen=True, eq=False)
class MainGroups:
    """`pairs` are the customers with each of their groups, ascending, as customer x `size` + group;
    `chosen` is by cut-off and customer the place of the main one, -1 where there is none.
    """

    pairs: Ints
    size: int
    chosen: Ints

    @property
    def groups(self) -> Ints:
        """The main group by cut-off and customer, -1 where there is none."""
        return np.where(self.chosen < 0, -1, np.append(self.pairs, 0)[self.chosen] % self.size)

    def aggregate(self, rows: EventSlice | None, measure: Measure, cutoffs: Ints) -> Floats:
        """`aggregate` over those rows alone that are of their customer's main group."""
        if rows is None or not len(self.pairs):
            return np.full(self.chosen.shape, measure_nothing(measure))
        pair = _pair(rows, self.size)
        place = np.minimum(np.searchsorted(self.pairs, pair), len(self.pairs) - 1)
        known = self.pairs[place] == pair
        by_pair = aggregate(rows.recode(known, place[known]), measure, cutoffs, len(self.pairs))
        own = np.take_along_axis(by_pair, np.maximum(self.chosen, 0), axis=1)
        return np.where(self.chosen < 0, measure_nothing(measure), own)


def find_main_groups(
    rows: EventSlice | None, cutoffs: Ints, customers: int, size: int
) -> MainGroups:
    """The main groups of the customers whose events are given; groups are codes below `size`."""
    chosen = np.full((len(cutoffs), customers), -1)
    pair = np.empty(0, dtype=np.int64) if rows is None else _pair(rows, size)
    known = pair >= 0
    if rows is None or not known.any():
        return MainGroups(np.empty(0, dtype=np.int64), 1, chosen)
    pairs, place = np.unique(pair[known], return_inverse=True)
    by_pair = rows.recode(known, place.astype(np.int64), item=rows.day[known])
    days = aggregate(by_pair, _DAYS, cutoffs, len(pairs))
    since = np.nan_to_num(aggregate(by_pair, _SINCE, cutoffs, len(pairs)))
    owner = pairs // size
    for at in range(len(cutoffs)):
        order = np.lexsort((pairs, -since[at], days[at], owner))
        is_last = np.append(owner[order][1:] != owner[order][:-1], True)
        best = order[is_last & (days[at][order] > 0)]
        chosen[at, owner[best]] = best
    return MainGroups(pairs, size, chosen)


def _pair(rows: EventSlice, size: int) -> Ints:
    """Each row's customer and group as one number, -1 without a group."""
    group = rows.things["group"]
    return np.where(group < 0, -1, rows.code * size + group)
