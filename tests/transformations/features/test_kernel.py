"""The kernel against the definition, spelled out row by row in plain Python."""

import math
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.transformations.features.feature import Measure
from holdfast.transformations.features.kernel import compute_batches, compute_measures
from holdfast.transformations.features.measures import MEASURES

Row = dict[str, Any]
Found = dict[tuple[int, int], list[float]]
AGGREGATES = ("count", "sum", "mean", "distinct", "days_since", "age", "open")
CUTOFFS = [20, 27, 33, 34, 60]
STREAM = pa.schema(
    [
        ("customer_id", pa.int64()),
        ("event", pa.string()),
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
        if row["event"] == measure.event
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


def by_hand(rows: list[Row], measures: list[Measure], cutoffs: list[int], anchor: str) -> Found:
    found: Found = {}
    for customer in {row["customer_id"] for row in rows}:
        own = [row for row in rows if row["customer_id"] == customer]
        for cutoff in cutoffs:
            if defined(own, Measure("", anchor, "count"), cutoff):
                found[customer, cutoff] = [defined(own, measure, cutoff) for measure in measures]
    return found


def by_kernel(rows: list[Row], measures: list[Measure], cutoffs: list[int], anchor: str) -> Found:
    table = compute_measures(pa.Table.from_pylist(rows, STREAM), measures, cutoffs, anchor)
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


def row(**given: Any) -> Row:
    plain = {
        "customer_id": 1,
        "event": "order",
        "day": 10,
        "valid_through": None,
        "amount": 1,
        "item": None,
        "group": None,
    }
    values = {**plain, **given}
    return {"visible_on": values["day"], **values}


stream_rows = st.builds(
    lambda customer, event, day, delay, lasts, amount, item, group: row(
        customer_id=customer,
        event=event,
        day=day,
        known=day + delay,
        ends=None if lasts is None else day + lasts,
        amount=amount,
        item=item,
        group=group,
    ),
    st.integers(1, 3),
    st.sampled_from(["order", "other"]),
    st.integers(0, 65),
    st.sampled_from([0, 0, 0, 1, 5, 14, 40]),
    st.none() | st.integers(-3, 40),
    st.integers(-500, 10**12),
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 1),
)


@given(
    st.lists(stream_rows, min_size=1, max_size=40), st.sampled_from([0, 1, 6, 7, 13, 14, 30, 365])
)
@settings(max_examples=150, deadline=None)
def test_every_aggregate_is_what_its_definition_says(rows: list[Row], window: int) -> None:
    measures = [
        Measure(f"{kind}_{event}_{of}", event, kind, window, of)
        for kind in AGGREGATES
        for event in ("order", "other", "absent")
        for of in ("item", "group")
    ]
    assert same(
        by_kernel(rows, measures, CUTOFFS, "order"), by_hand(rows, measures, CUTOFFS, "order")
    )


def test_every_measure_of_the_registry_is_what_its_definition_says() -> None:
    dice = Random(7)
    names = sorted({measure.event for measure in MEASURES})
    rows = [
        row(
            customer_id=dice.randint(1, 12),
            event=dice.choice([*names, "order", "line"]),
            day=dice.randint(0, 800),
            amount=dice.randint(0, 10**6),
            item=dice.randint(0, 9),
            group=dice.randint(0, 3),
        )
        for _ in range(2500)
    ]
    for each in rows:
        each["visible_on"] = each["day"] + dice.choice([0, 0, 0, 1, 45])
        each["valid_through"] = each["day"] + dice.randint(0, 200) if dice.random() < 0.2 else None
    cutoffs = [150, 181, 365, 400, 700, 731]
    assert {measure.aggregate for measure in MEASURES} <= set(AGGREGATES)
    expected = by_hand(rows, list(MEASURES), cutoffs, "order")
    assert len(expected) == 12 * len(cutoffs)
    assert same(by_kernel(rows, list(MEASURES), cutoffs, "order"), expected)


@pytest.mark.parametrize(
    ("given", "at", "counted"),
    [
        ({"day": 19}, 20, 1),
        ({"day": 20}, 20, 0),
        ({"day": 13}, 20, 1),
        ({"day": 12}, 20, 0),  # a window of 7 days
        ({"day": 15, "visible_on": 19}, 20, 1),
        ({"day": 15, "visible_on": 20}, 20, 0),
        ({"day": 15, "valid_through": 20}, 20, 1),
        ({"day": 15, "valid_through": 19}, 20, 0),  # ended on the day itself: not yet
    ],
)
def test_the_edges_of_a_window(given: Row, at: int, counted: int) -> None:
    rows = [row(event="order", day=0), row(event="visit", **given)]
    assert by_kernel(rows, [Measure("visits", "visit", "count", 7)], [at], "order") == {
        (1, at): [counted]
    }


def test_sums_of_money_are_exact_at_any_size() -> None:
    rows = [row(amount=cents) for cents in (2**52, 1, 2**51, 3)]
    assert by_kernel(rows, [Measure("spend", "order", "sum")], [20], "order") == {
        (1, 20): [2**52 + 2**51 + 4]
    }


def test_nobody_is_seen_before_the_first_order() -> None:
    rows = [row(day=25), row(day=3, event="visit")]
    seen = by_kernel(rows, [Measure("visits", "visit", "count")], CUTOFFS, "order")
    assert set(seen) == {(1, 27), (1, 33), (1, 34), (1, 60)}


def test_the_order_of_rows_and_batches_changes_nothing() -> None:
    dice = Random(3)
    rows = [
        row(
            customer_id=dice.randint(1, 4),
            day=dice.randint(0, 59),
            amount=dice.randint(0, 99),
            item=dice.randint(0, 4),
        )
        for _ in range(200)
    ]
    measures = [Measure(kind, "order", kind, 14) for kind in AGGREGATES]

    def result(size: int) -> pa.Table:
        batches = pa.Table.from_pylist(rows, STREAM).to_batches(max_chunksize=size)
        return pa.Table.from_batches(
            list(compute_batches(iter(batches), measures, CUTOFFS, "order"))
        )

    whole = result(1000)
    dice.shuffle(rows)
    assert result(17).equals(whole)


def test_a_partition_without_rows_gives_none() -> None:
    measures = [Measure(kind, "order", kind, 7) for kind in AGGREGATES]
    assert list(compute_batches(iter([]), measures, CUTOFFS, "order")) == []
    assert (
        compute_measures(pa.Table.from_pylist([], STREAM), measures, CUTOFFS, "order").num_rows == 0
    )
