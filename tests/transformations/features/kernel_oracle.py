"""Measures of a stream of events by their definition, and as the kernel computes them."""

import math
from typing import Any

import pyarrow as pa

from holdfast.transformations.features.feature import Measure
from holdfast.transformations.features.kernel import Counting, compute_measures

Row = dict[str, Any]
Found = dict[tuple[int, int], list[float]]
AGGREGATES = ("count", "sum", "mean", "distinct", "days_since", "age", "open")
CUTOFFS = [20, 27, 33, 34, 60]
STREAM = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("events", pa.int64()),
        ("day", pa.int32()),
        ("visible_on", pa.int32()),
        ("valid_through", pa.int32()),
        ("amount", pa.int64()),
        ("item", pa.int64()),
        ("group", pa.int64()),
    ]
)


def defined(rows: list[Row], measure: Measure, cutoff: int) -> float:
    """A measure of one customer by its definition."""
    seen = [
        row
        for row in rows
        if measure.event in row["events"]
        and row["day"] < cutoff
        and row["visible_on"] < cutoff
        and (row["valid_through"] is None or row["valid_through"] >= cutoff)
        and (measure.window == 0 or row["day"] >= cutoff - measure.window)
    ]
    if measure.aggregate in ("count", "open"):
        return len(seen)
    if measure.aggregate == "distinct":
        return len({row[measure.of] for row in seen} - {None})
    if measure.aggregate == "sum":
        return sum(row["amount"] for row in seen)
    if not seen:
        return math.nan
    if measure.aggregate == "mean":
        return sum(row["amount"] for row in seen) / len(seen)
    days = [row["day"] for row in seen]
    return cutoff - (max(days) if measure.aggregate == "days_since" else min(days))


def main_group(rows: list[Row], anchor: str, cutoff: int) -> int | None:
    """The group of one customer's anchors on most days, then of the newest, then the greatest."""
    ranks = {}
    for group in {row["group"] for row in rows if anchor in row["events"]} - {None}:
        own = [row for row in rows if row["group"] == group]
        is_seen = Measure("", anchor, "count")
        seen = [row["day"] for row in own if defined([row], is_seen, cutoff)]
        if seen:
            ranks[group] = (len(set(seen)), max(seen), group)
    return max(ranks, key=ranks.__getitem__) if ranks else None


def by_hand(rows: list[Row], measures: list[Measure], cutoffs: list[int], anchor: str) -> Found:
    found: Found = {}
    for customer in {row["customer_id"] for row in rows}:
        own = [row for row in rows if row["customer_id"] == customer]
        for cutoff in cutoffs:
            if defined(own, Measure("", anchor, "count"), cutoff):
                main = main_group(own, anchor, cutoff)
                ours = [row for row in own if main is not None and row["group"] == main]
                found[customer, cutoff] = [
                    defined(ours if measure.is_of_main else own, measure, cutoff)
                    for measure in measures
                ]
    return found


def stream(rows: list[Row], names: list[str]) -> pa.Table:
    """Rows as the kernel gets them."""
    bits = [sum(1 << names.index(name) for name in row["events"]) for row in rows]
    given = [{**row, "events": events} for row, events in zip(rows, bits, strict=True)]
    return pa.Table.from_pylist(given, STREAM)


def by_kernel(rows: list[Row], measures: list[Measure], cutoffs: list[int], anchor: str) -> Found:
    names = sorted({name for row in rows for name in row["events"]})
    counting = Counting(measures, names, anchor)
    table = compute_measures(stream(rows, names), counting, cutoffs)
    days = table["as_of"].cast(pa.int32()).to_pylist()
    values = zip(*(table[measure.name].to_pylist() for measure in measures), strict=True)
    return {
        (customer, day): list(found)
        for customer, day, found in zip(table["customer_id"].to_pylist(), days, values, strict=True)
    }


def same(one: Found, other: Found) -> bool:
    return one.keys() == other.keys() and all(
        a == b or (math.isnan(a) and math.isnan(b))
        for key in one
        for a, b in zip(one[key], other[key], strict=True)
    )


def row(*events: str, **given: Any) -> Row:
    """One row of the stream, of an order where no event is named."""
    plain = {
        "customer_id": 1,
        "events": events or ("order",),
        "day": 10,
        "valid_through": None,
        "amount": 1,
        "item": None,
        "group": None,
    }
    values = {**plain, **given}
    return {"visible_on": values["day"], **values}
