"""Aggregates of one event's rows at every cut-off, in one pass.

For a cut-off D an event counts when day < D, visible_on < D and D <= valid_through; a window of w
days adds D <= day + w. So each event counts at one run of neighbouring cut-offs: it enters at the
first and leaves after the last, and a measure is the running sum of what enters and leaves. That is
linear in events, whatever the number of cut-offs; integers keep it exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.transformations.features.feature import Measure

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOTHING: Final = -(2**63)  # an item or group that is none


@dataclass(frozen=True, eq=False)
class EventSlice:
    """The rows of one event: customer code, day, amount, item and group (NOTHING for none), and the
    cut-offs that see each row, from `enters` to before `leaves`. `orders` are those that `order_by`
    has made.
    """

    code: Ints
    day: Ints
    amount: Ints
    things: Mapping[str, Ints]
    enters: Ints
    leaves: Ints
    orders: dict[str, tuple[Ints, Flags]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Mapping[str, Ints], cutoffs: Ints) -> "EventSlice":
        """The rows that have these columns of the stream."""
        seen_on = np.maximum(columns["day"], columns["visible_on"])
        return cls(
            columns["code"],
            columns["day"],
            columns["amount"],
            {"item": columns["item"], "group": columns["group"]},
            _count_until(cutoffs, seen_on),
            _count_until(cutoffs, columns["valid_through"]),
        )

    def pick(self, choose: Callable[[Ints], Ints]) -> "EventSlice":
        """The rows that `choose` takes of each column."""
        things = {name: choose(values) for name, values in self.things.items()}
        own = (choose(self.code), choose(self.day), choose(self.amount))
        return EventSlice(*own, things, choose(self.enters), choose(self.leaves))

    def join_parts(self) -> "EventSlice":
        """One row per item, whose amount is how far apart those of its rows are; in all else that
        counts its rows are alike.
        """
        order = np.argsort(self.things["item"])
        item, amount = self.things["item"][order], self.amount[order]
        first = np.flatnonzero(np.append(True, item[1:] != item[:-1]))
        apart = np.maximum.reduceat(amount, first) - np.minimum.reduceat(amount, first)
        return replace(self.pick(lambda values: values[order[first]]), amount=apart)

    def recode(self, rows: Flags, code: Ints, item: Ints | None = None) -> "EventSlice":
        """Some of the rows under other codes, and other items where they are given."""
        some = self.pick(lambda values: values[rows])
        things = some.things if item is None else {**some.things, "item": item}
        return replace(some, code=code, things=things, orders={})

    def within(self, window: int, cutoffs: Ints) -> Ints:
        """Where each row leaves a window of some days, 0 for the whole past."""
        if not window:
            return self.leaves
        return np.minimum(self.leaves, _count_until(cutoffs, self.day + window))

    def order_by(self, of: str) -> tuple[Ints, Flags]:
        """The rows that have a thing, by customer, thing and the cut-off that sees them first; and
        which of them are the first of their thing. Sorted once for all windows.
        """
        if of not in self.orders:
            rows = np.flatnonzero(self.things[of] != NOTHING)
            _, thing = np.unique(self.things[of][rows], return_inverse=True)
            pair = self.code[rows] * (thing.max(initial=0) + 1) + thing
            order = np.argsort(pair * (self.enters.max(initial=0) + 1) + self.enters[rows])
            is_first = np.append(True, np.diff(pair[order]) != 0)[: len(rows)]
            self.orders[of] = rows[order], is_first
        return self.orders[of]


def aggregate(rows: EventSlice | None, measure: Measure, cutoffs: Ints, customers: int) -> Floats:
    """The measure at each cut-off (down) of each customer (across); NaN where there is nothing to
    average or date.
    """
    shape = (len(cutoffs), customers)
    if rows is None:
        return np.full(shape, measure_nothing(measure))
    leaves = rows.within(measure.window, cutoffs)
    if measure.aggregate in ("count", "open"):
        return _running(rows.code, rows.enters, leaves, shape)
    if measure.aggregate == "sum":
        return _running(rows.code, rows.enters, leaves, shape, rows.amount)
    if measure.aggregate == "mean":
        count = _running(rows.code, rows.enters, leaves, shape)
        total = _running(rows.code, rows.enters, leaves, shape, rows.amount)
        return np.asarray(np.divide(total, count, out=np.full(shape, np.nan), where=count > 0))
    if measure.aggregate == "distinct":
        return _distinct(rows, measure.of, leaves, shape)
    if measure.aggregate == "days_since":
        return cutoffs[:, None] - _newest(rows, rows.day, leaves, shape)
    return cutoffs[:, None] + _newest(rows, -rows.day, leaves, shape)


def _count_until(cutoffs: Ints, days: Ints) -> Ints:
    """How many of the cut-offs lie on or before each day."""
    first, last = cutoffs[0] - 1, cutoffs[-1]
    counts = np.searchsorted(cutoffs, np.arange(first, last + 1), side="right")
    return np.asarray(counts[np.clip(days, first, last) - first])


def _running(
    code: Ints, enters: Ints, leaves: Ints, shape: tuple[int, int], amount: Ints | None = None
) -> Floats:
    """Sum of the rows inside at each cut-off; exact while sums stay below 2^53."""
    seen = enters < leaves
    code, enters, leaves = code[seen], enters[seen], leaves[seen]
    weights = None if amount is None else amount[seen].astype(np.float64)
    size = (shape[0] + 1) * shape[1]
    change = np.bincount(enters * shape[1] + code, weights, size).astype(np.float64) - np.bincount(
        leaves * shape[1] + code, weights, size
    )
    return np.cumsum(change.reshape(-1, shape[1])[:-1], axis=0)


def _distinct(rows: EventSlice, of: str, leaves: Ints, shape: tuple[int, int]) -> Floats:
    """Things seen at least once: a row adds only the cut-offs that no earlier row of the same thing
    had covered.
    """
    order, is_new = rows.order_by(of)
    code, enters = rows.code[order], rows.enters[order]
    leaves = np.maximum(leaves[order], enters)
    base = np.cumsum(is_new) * (
        shape[0] + 1
    )  # sets each thing above all before it: one running maximum serves all
    covered = np.zeros(len(code), dtype=np.int64)
    covered[1:] = np.maximum.accumulate(base + leaves)[:-1] - base[1:]
    return _running(code, np.where(is_new, enters, np.maximum(enters, covered)), leaves, shape)


def _newest(rows: EventSlice, value: Ints, leaves: Ints, shape: tuple[int, int]) -> Floats:
    """Greatest value of the rows inside at each cut-off, NaN without any."""
    found = np.full(shape[0] * shape[1], -np.inf)
    cell = rows.enters * shape[1] + rows.code
    staying = (leaves == shape[0]) & (rows.enters < leaves)
    np.maximum.at(found, cell[staying], value[staying])
    found = np.maximum.accumulate(found.reshape(shape), axis=0).ravel()
    passing = np.flatnonzero((leaves < shape[0]) & (rows.enters < leaves))
    length = leaves[passing] - rows.enters[passing]
    row = np.repeat(passing, length)
    step = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    np.maximum.at(found, cell[row] + step * shape[1], value[row])
    return np.where(np.isinf(found), np.nan, found).reshape(shape)


def measure_nothing(measure: Measure) -> float:
    """The measure of no rows: NaN where there is nothing to average or date."""
    return np.nan if measure.aggregate in ("mean", "days_since", "age") else 0.0
