"""The point-in-time kernel: every measure at every cut-off in one pass over a bucket of customers.

For a cut-off D an event counts when day < D, visible_on < D and D <= valid_through; a window of w
days adds D <= day + w. So each event counts at one run of neighbouring cut-offs: it enters at the
first and leaves after the last, and a measure is the running sum of what enters and leaves. That is
linear in events, whatever the number of cut-offs; integers keep it exact.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import types as T

from holdfast.transformations.features.feature import Measure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER: Final = 2**40  # a day that does not come


class EventSlice:
    """The rows of one event: customer code, the cut-offs that see it (from `enters` to before
    `leaves`), day, amount, item and group (codes; below 0 for none).
    """

    def __init__(self, columns: dict[str, Ints], cutoffs: Ints) -> None:
        self.code, self.day, self.amount = columns["code"], columns["day"], columns["amount"]
        self.things = {"item": columns["item"], "group": columns["group"]}
        self.enters = np.searchsorted(
            cutoffs, np.maximum(self.day, columns["visible_on"]), side="right"
        )
        self.leaves = np.searchsorted(cutoffs, columns["valid_through"], side="right")

    def within(self, window: int, cutoffs: Ints) -> Ints:
        """Where each row leaves a window of some days, 0 for the whole past."""
        if not window:
            return self.leaves
        return np.minimum(self.leaves, np.searchsorted(cutoffs, self.day + window, side="right"))


def aggregate(rows: EventSlice | None, measure: Measure, cutoffs: Ints, customers: int) -> Floats:
    """The measure at each cut-off (down) of each customer (across); NaN where there is nothing to
    average or date.
    """
    shape = (len(cutoffs), customers)
    if rows is None:
        return (
            np.full(shape, np.nan)
            if measure.aggregate in ("mean", "days_since", "age")
            else np.zeros(shape)
        )
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
    thing = rows.things[of]
    seen = (rows.enters < leaves) & (thing >= 0)
    code, thing, enters, leaves = rows.code[seen], thing[seen], rows.enters[seen], leaves[seen]
    order = np.lexsort((enters, thing, code))
    code, thing, enters, leaves = code[order], thing[order], enters[order], leaves[order]
    is_new = np.ones(len(code), dtype=bool)
    is_new[1:] = (code[1:] != code[:-1]) | (thing[1:] != thing[:-1])
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


def compute_measures(
    table: pa.Table, measures: Sequence[Measure], cutoffs: Sequence[int], anchor: str
) -> pa.Table:
    """customer_id, as_of (date) and every measure, for customers with an `anchor` event visible at
    the cut-off.

    `cutoffs` are ascending day numbers; rows come by cut-off, then customer.
    """
    days = np.asarray(cutoffs, dtype=np.int64)
    ids, code = np.unique(table["customer_id"].to_numpy(), return_inverse=True)
    slices = _slices(table, code.astype(np.int64), days)
    at, who = np.nonzero(
        aggregate(slices.get(anchor), Measure("presence", anchor, "count"), days, len(ids))
    )
    values = {m.name: aggregate(slices.get(m.event), m, days, len(ids))[at, who] for m in measures}
    as_of = days[at].astype("datetime64[D]")
    return pa.table({"customer_id": ids[who], "as_of": as_of, **values}).cast(_arrow(measures))


def _slices(table: pa.Table, code: Ints, cutoffs: Ints) -> dict[str, EventSlice]:
    names = table["event"].combine_chunks().dictionary_encode()
    group = names.indices.to_numpy()
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(names.dictionary) + 1))
    columns = {
        "code": code,
        "valid_through": table["valid_through"].cast(pa.int64()).fill_null(NEVER).to_numpy(),
        "item": _codes(table["item"]),
        "group": _codes(table["group"]),
        **{
            name: table[name].to_numpy().astype(np.int64)
            for name in ("day", "visible_on", "amount")
        },
    }
    cut = {name: values[order] for name, values in columns.items()}
    return {
        label: EventSlice(
            {name: values[bounds[at] : bounds[at + 1]] for name, values in cut.items()}, cutoffs
        )
        for at, label in enumerate(names.dictionary.to_pylist())
    }


def _codes(things: pa.ChunkedArray) -> Ints:
    """A number from 0 for each value, -1 for null."""
    return np.asarray(
        things.combine_chunks().dictionary_encode().indices.fill_null(-1), dtype=np.int64
    )


def schema(measures: Sequence[Measure]) -> T.StructType:
    """The Spark schema of `compute_measures`."""
    return T.StructType(
        [
            T.StructField("customer_id", T.LongType()),
            T.StructField("as_of", T.DateType()),
            *(T.StructField(m.name, T.DoubleType()) for m in measures),
        ]
    )


def _arrow(measures: Sequence[Measure]) -> pa.Schema:
    return pa.schema(
        [
            ("customer_id", pa.int64()),
            ("as_of", pa.date32()),
            *((m.name, pa.float64()) for m in measures),
        ]
    )


def compute_batches(
    batches: Iterator[pa.RecordBatch],
    measures: Sequence[Measure],
    cutoffs: Sequence[int],
    anchor: str,
) -> Iterator[pa.RecordBatch]:
    """`compute_measures` over all batches of a partition, which holds whole customers."""
    held = list(batches)
    if held:
        yield from compute_measures(
            pa.Table.from_batches(held), measures, cutoffs, anchor
        ).to_batches()
