"""The point-in-time kernel: every measure at every cut-off in one pass over a bucket of
customers.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import types as T

from holdfast.transformations.features.aggregates import (
    NOTHING,
    EventSlice,
    Ints,
    aggregate,
)
from holdfast.transformations.features.feature import Measure
from holdfast.transformations.features.main_group import find_main_groups
from holdfast.transformations.whole_customers import NEVER

MAIN_GROUP: Final = "main_group"


@dataclass(frozen=True)
class Counting:
    """What is counted: measures over the events of `names`, which are in the order of their bits;
    those of `in_parts` are as many as they have items; customers with an `anchor` event are seen.
    """

    measures: Sequence[Measure]
    names: Sequence[str]
    anchor: str
    in_parts: Collection[str] = ()


def compute_measures(table: pa.Table, counting: Counting, cutoffs: Sequence[int]) -> pa.Table:
    """customer_id, as_of (date), main_group and every measure, for customers with an anchor event
    visible at the cut-off.

    The main group is that of the customer's anchor events, null where they have none. `cutoffs` are
    ascending day numbers; rows come by cut-off, then customer.
    """
    days = np.asarray(cutoffs, dtype=np.int64)
    ids, code = _ordered_codes(table["customer_id"])
    groups, group = _ordered_codes(table["group"])
    slices = _slices(table, counting, code, group, days)
    anchor, measures = counting.anchor, counting.measures
    at, who = np.nonzero(
        aggregate(slices.get(anchor), Measure("presence", anchor, "count"), days, len(ids))
    )
    main = find_main_groups(slices.get(anchor), days, len(ids), len(groups))
    values = {
        m.name: (
            main.aggregate(slices.get(m.event), m, days)
            if m.is_of_main
            else aggregate(slices.get(m.event), m, days, len(ids))
        )[at, who]
        for m in measures
    }
    found = main.groups[at, who]
    named = pa.array(np.append(groups, 0)[found], pa.int64(), mask=found < 0)
    as_of = days[at].astype("datetime64[D]")
    columns = {"customer_id": ids[who], "as_of": as_of, MAIN_GROUP: named, **values}
    return pa.table(columns).cast(_arrow(measures))


def _slices(
    table: pa.Table, counting: Counting, code: Ints, group: Ints, cutoffs: Ints
) -> dict[str, EventSlice]:
    """The rows of each event there is: those of each combination of events are brought together
    first, so that an event's are a few runs.
    """
    kinds = table["events"].combine_chunks().dictionary_encode()
    kind, size = kinds.indices.to_numpy(), len(kinds.dictionary)
    order = np.argsort(kind.astype(np.uint8) if size <= 256 else kind, kind="stable")
    bounds = np.searchsorted(kind[order], np.arange(size + 1))
    columns = {
        "code": code,
        "valid_through": table["valid_through"].cast(pa.int64()).fill_null(NEVER).to_numpy(),
        "item": table["item"].fill_null(NOTHING).to_numpy(),
        "group": group,
        "amount": table["amount"].fill_null(0).to_numpy(),
        **{name: table[name].to_numpy().astype(np.int64) for name in ("day", "visible_on")},
    }
    rows = EventSlice.of({name: values[order] for name, values in columns.items()}, cutoffs)
    events = kinds.dictionary.to_numpy()
    found = {}
    for bit, name in enumerate(counting.names):
        runs = np.flatnonzero(events >> bit & 1)
        if len(runs):
            own = rows.pick(_take_runs([slice(bounds[at], bounds[at + 1]) for at in runs]))
            found[name] = own.join_parts() if name in counting.in_parts else own
    return found


def _take_runs(runs: Sequence[slice]) -> Callable[[Ints], Ints]:
    """What takes some runs of a column; of one run it copies nothing."""
    if len(runs) == 1:
        return lambda values: values[runs[0]]
    return lambda values: np.concatenate([values[run] for run in runs])


def _ordered_codes(things: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """The values there are in ascending order, and each row's place among them, NOTHING
    for null.
    """
    encoded = things.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_numpy().astype(np.int64)
    order = np.argsort(values)
    place = np.empty(len(values) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(values)), NOTHING
    return values[order], place[encoded.indices.fill_null(len(values)).to_numpy()]


def schema(measures: Sequence[Measure]) -> T.StructType:
    """The Spark schema of `compute_measures`."""
    return T.StructType(
        [
            T.StructField("customer_id", T.LongType()),
            T.StructField("as_of", T.DateType()),
            T.StructField(MAIN_GROUP, T.LongType()),
            *(T.StructField(m.name, T.DoubleType()) for m in measures),
        ]
    )


def _arrow(measures: Sequence[Measure]) -> pa.Schema:
    return pa.schema(
        [
            ("customer_id", pa.int64()),
            ("as_of", pa.date32()),
            (MAIN_GROUP, pa.int64()),
            *((m.name, pa.float64()) for m in measures),
        ]
    )


def compute_batches(
    batches: Iterator[pa.RecordBatch], counting: Counting, cutoffs: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    """`compute_measures` over all batches of a partition, which holds whole customers."""
    held = list(batches)
    if held:
        yield from compute_measures(pa.Table.from_batches(held), counting, cutoffs).to_batches()
