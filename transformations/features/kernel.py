"""The point-in-time kernel: every measure at every cut-off in one pass over a bucket of
customers.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import types as T

from holdfast.transformations.features.aggregates import EventSlice, Ints, aggregate
from holdfast.transformations.features.feature import Measure
from holdfast.transformations.features.main_group import find_main_groups
from holdfast.transformations.whole_customers import NEVER

MAIN_GROUP: Final = "main_group"


def compute_measures(
    table: pa.Table, measures: Sequence[Measure], cutoffs: Sequence[int], anchor: str
) -> pa.Table:
    """customer_id, as_of (date), main_group and every measure, for customers with an `anchor` event
    visible at the cut-off.

    The main group is that of the customer's anchor events, null where they have none. `cutoffs` are
    ascending day numbers; rows come by cut-off, then customer.
    """
    days = np.asarray(cutoffs, dtype=np.int64)
    ids, code = _ordered_codes(table["customer_id"])
    groups, group = _ordered_codes(table["group"])
    slices = _slices(table, code, group, days)
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


def _slices(table: pa.Table, code: Ints, group: Ints, cutoffs: Ints) -> dict[str, EventSlice]:
    names = table["event"].combine_chunks().dictionary_encode()
    event = names.indices.to_numpy()
    order = np.argsort(event, kind="stable")
    bounds = np.searchsorted(event[order], np.arange(len(names.dictionary) + 1))
    columns = {
        "code": code,
        "valid_through": table["valid_through"].cast(pa.int64()).fill_null(NEVER).to_numpy(),
        "item": _codes(table["item"]),
        "group": group,
        **{
            name: table[name].to_numpy().astype(np.int64)
            for name in ("day", "visible_on", "amount")
        },
    }
    cut = {name: values[order] for name, values in columns.items()}
    return {
        label: EventSlice.of(
            {name: values[bounds[at] : bounds[at + 1]] for name, values in cut.items()}, cutoffs
        )
        for at, label in enumerate(names.dictionary.to_pylist())
    }


def _codes(things: pa.ChunkedArray) -> Ints:
    """A number from 0 for each value, -1 for null."""
    return np.asarray(
        things.combine_chunks().dictionary_encode().indices.fill_null(-1), dtype=np.int64
    )


def _ordered_codes(things: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """The values there are in ascending order, and each row's place among them, -1 for null."""
    encoded = things.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_numpy().astype(np.int64)
    order = np.argsort(values)
    place = np.empty(len(values) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(values)), -1
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
