"""The point-in-time kernel: every measure at every cut-off in one pass over a bucket of customers.

For a cut-off D an event counts when day < D and known < D; a window of w days adds day >= D - w. Rows are sorted by
event once; each measure then works on its own slice with numpy alone.
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
Flags = NDArray[np.bool_]
_FAR: Final = 2**40  # a day that never comes, exact as a float


class Slice:
    """The rows of one event: customer code, day, day known, day it ends, amount, item."""

    def __init__(self, code: Ints, day: Ints, known: Ints, ends: Ints, amount: Floats, item: Ints) -> None:
        self.code, self.day, self.known, self.ends, self.amount, self.item = code, day, known, ends, amount, item

    def seen(self, cutoff: int, window: int) -> Flags:
        """Rows visible at the cut-off, inside the window, and not ended before it."""
        mask: Flags = (self.day < cutoff) & (self.known < cutoff) & (self.ends >= cutoff)
        return mask & (self.day >= cutoff - window) if window else mask


def aggregate(rows: Slice | None, measure: Measure, cutoff: int, customers: int) -> Floats:
    """The measure of each customer at one cut-off (a day number); NaN where there is nothing to average or date."""
    if rows is None:
        return np.full(customers, np.nan) if measure.aggregate in ("mean", "days_since", "age") else np.zeros(customers)
    mask = rows.seen(cutoff, measure.window)
    code = rows.code[mask]
    if measure.aggregate in ("count", "open"):
        return np.bincount(code, minlength=customers).astype(np.float64)
    if measure.aggregate == "sum":
        return np.asarray(np.bincount(code, weights=rows.amount[mask], minlength=customers), dtype=np.float64)
    if measure.aggregate == "mean":
        count = np.bincount(code, minlength=customers)
        total = np.bincount(code, weights=rows.amount[mask], minlength=customers)
        return np.asarray(np.divide(total, count, out=np.full(customers, np.nan), where=count > 0))
    if measure.aggregate == "distinct":
        pairs = np.unique(np.column_stack((code, rows.item[mask])), axis=0)
        return np.bincount(pairs[:, 0], minlength=customers).astype(np.float64)
    return _dated(measure.aggregate, code, rows.day[mask], cutoff, customers)


def _dated(kind: str, code: Ints, day: Ints, cutoff: int, customers: int) -> Floats:
    found = np.full(customers, np.nan)
    reduce = np.fmax if kind == "days_since" else np.fmin
    reduce.at(found, code, day.astype(np.float64))
    return cutoff - found


def measured(table: pa.Table, measures: Sequence[Measure], cutoffs: Sequence[int], anchor: str) -> pa.Table:
    """customer_id, as_of (date) and every measure, for customers with an `anchor` event visible at the cut-off."""
    ids, code = np.unique(table["customer_id"].to_numpy(), return_inverse=True)
    slices = _slices(table, code)
    parts: list[dict[str, NDArray[np.generic]]] = []
    presence = Measure("presence", anchor, "count")
    for cutoff in cutoffs:
        here = aggregate(slices.get(anchor), presence, cutoff, len(ids)) > 0
        if here.any():
            values = {m.name: aggregate(slices.get(m.event), m, cutoff, len(ids))[here] for m in measures}
            day = np.full(int(here.sum()), cutoff, dtype="datetime64[D]")
            parts.append({"customer_id": ids[here], "as_of": day, **values})
    names = ["customer_id", "as_of", *(m.name for m in measures)]
    if not parts:
        return pa.table({name: [] for name in names}, schema=_arrow(measures))
    return pa.table({name: np.concatenate([part[name] for part in parts]) for name in names}).cast(_arrow(measures))


def _slices(table: pa.Table, code: Ints) -> dict[str, Slice]:
    names = table["event"].to_numpy(zero_copy_only=False).astype(str)
    labels, group = np.unique(names, return_inverse=True)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(labels) + 1))
    ends = table["ends"].to_numpy(zero_copy_only=False).astype(np.float64)
    closing = np.where(np.isnan(ends), _FAR, np.nan_to_num(ends)).astype(np.int64)
    columns = {"code": code.astype(np.int64), "ends": closing,
               **{name: table[name].to_numpy(zero_copy_only=False).astype(np.int64) for name in ("day", "known", "item")},
               "amount": table["amount"].to_numpy(zero_copy_only=False).astype(np.float64)}
    cut = {name: values[order] for name, values in columns.items()}
    return {str(label): Slice(**{name: values[bounds[at]:bounds[at + 1]] for name, values in cut.items()})
            for at, label in enumerate(labels)}


def schema(measures: Sequence[Measure]) -> T.StructType:
    """The Spark schema of `measured`."""
    return T.StructType([T.StructField("customer_id", T.LongType()), T.StructField("as_of", T.DateType()),
                         *(T.StructField(m.name, T.DoubleType()) for m in measures)])


def _arrow(measures: Sequence[Measure]) -> pa.Schema:
    return pa.schema([("customer_id", pa.int64()), ("as_of", pa.date32()), *((m.name, pa.float64()) for m in measures)])


def over_batches(batches: Iterator[pa.RecordBatch], measures: Sequence[Measure], cutoffs: Sequence[int],
                 anchor: str) -> Iterator[pa.RecordBatch]:
    """`measured` over all batches of a partition, which holds whole customers."""
    held = list(batches)
    if held:
        yield from measured(pa.Table.from_batches(held), measures, cutoffs, anchor).to_batches()
