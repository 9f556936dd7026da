"""The kernel against the definition, spelled out row by row in plain Python."""

from dataclasses import replace
from random import Random
from time import process_time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.transformations.features.feature import Measure
from holdfast.transformations.features.kernel import (
    Counting,
    compute_batches,
    compute_measures,
)
from holdfast.transformations.features.measures import MEASURES
from tests.transformations.features.kernel_oracle import (
    AGGREGATES,
    CUTOFFS,
    STREAM,
    Row,
    by_hand,
    by_kernel,
    row,
    same,
    stream,
)

stream_rows = st.builds(
    lambda customer, events, day, delay, lasts, amount, item, group: row(
        *events,
        customer_id=customer,
        day=day,
        known=day + delay,
        ends=None if lasts is None else day + lasts,
        amount=amount,
        item=item,
        group=group,
    ),
    st.integers(1, 3),
    st.sampled_from([("order",), ("other",), ("order", "other")]),
    st.integers(0, 65),
    st.sampled_from([0, 0, 0, 1, 5, 14, 40]),
    st.none() | st.integers(-3, 40),
    st.integers(-500, 10**12),
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from([-7, 0, 10**15]),
)


@given(
    st.lists(stream_rows, min_size=1, max_size=40), st.sampled_from([0, 1, 6, 7, 13, 14, 30, 365])
)
@settings(max_examples=150, deadline=None)
def test_every_aggregate_is_what_its_definition_says(rows: list[Row], window: int) -> None:
    measures = [
        Measure(f"{kind}_{event}_{of}_{is_of_main}", event, kind, window, of, is_of_main)
        for kind in AGGREGATES
        for event in ("order", "other", "absent")
        for of in ("item", "group")
        for is_of_main in (False, True)
    ]
    assert same(
        by_kernel(rows, measures, CUTOFFS, "order"), by_hand(rows, measures, CUTOFFS, "order")
    )


def test_every_measure_of_the_registry_is_what_its_definition_says() -> None:
    dice = Random(7)
    names = [*sorted({measure.event for measure in MEASURES}), "order", "order", "line"]
    rows = [
        row(
            *{
                dice.choice([*names, "order", "order", "line"])
                for _ in range(dice.choice([1, 1, 3]))
            },
            customer_id=dice.randint(1, 12),
            day=dice.randint(0, 800),
            amount=dice.randint(0, 10**6),
            item=dice.randint(0, 9),
            group=dice.randint(0, 3),
        )
        for _ in range(3500)
    ]
    for each in rows:
        each["visible_on"] = each["day"] + dice.choice([0, 0, 0, 1, 45])
        each["valid_through"] = each["day"] + dice.randint(0, 200) if dice.random() < 0.2 else None
    cutoffs = [150, 181, 365, 400, 700, 731]
    assert {measure.aggregate for measure in MEASURES} <= set(AGGREGATES)
    expected = by_hand(rows, list(MEASURES), cutoffs, "order")
    assert len(expected) == 12 * len(cutoffs)
    assert same(by_kernel(rows, list(MEASURES), cutoffs, "order"), expected)


def test_a_customer_with_a_tenth_of_all_events_is_neither_wrong_nor_slow() -> None:
    dice = np.random.default_rng(5)
    size, names = 200_000, ["order", "line"]
    own = {
        "events": dice.integers(1, 4, size),
        "day": dice.integers(0, 730, size),
        "amount": dice.integers(0, 99, size),
        "item": dice.integers(0, 300, size),
        "group": dice.integers(0, 20, size),
    }
    rows = pa.table({**own, "visible_on": own["day"], "valid_through": pa.nulls(size)})
    crowd = dice.integers(1, 20_000, size)
    hot = np.where(dice.random(size) < 0.1, 0, crowd)
    measures = [Measure(kind, name, kind, 365) for name in names for kind in ("sum", "distinct")]
    named = [replace(m, name=f"{m.event}_{m.name}") for m in measures]
    counting = Counting(named, names, "order")
    spent, found = [], []
    for who in (crowd, hot, crowd, hot):
        table = rows.append_column("customer_id", pa.array(who)).select(STREAM.names).cast(STREAM)
        began = process_time()
        found.append(compute_measures(table, counting, [400, 730]))
        spent.append(process_time() - began)
    assert min(spent[1::2]) < 2 * min(spent[::2])
    seen = (hot == 0) & (own["events"] & 2 > 0) & (own["day"] >= 35) & (own["day"] < 400)
    first = found[1].slice(0, 1).to_pylist()[0]
    assert first["customer_id"] == 0
    assert first["line_sum"] == own["amount"][seen].sum()
    assert first["line_distinct"] == len(set(own["item"][seen].tolist()))


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
    rows = [row(day=0), row("visit", **given)]
    assert by_kernel(rows, [Measure("visits", "visit", "count", 7)], [at], "order") == {
        (1, at): [counted]
    }


def test_sums_of_money_are_exact_at_any_size() -> None:
    rows = [row(amount=cents) for cents in (2**52, 1, 2**51, 3)]
    assert by_kernel(rows, [Measure("spend", "order", "sum")], [20], "order") == {
        (1, 20): [2**52 + 2**51 + 4]
    }


def test_nobody_is_seen_before_the_first_order() -> None:
    rows = [row(day=25), row("visit", day=3)]
    seen = by_kernel(rows, [Measure("visits", "visit", "count")], CUTOFFS, "order")
    assert set(seen) == {(1, 27), (1, 33), (1, 34), (1, 60)}


def test_each_row_has_the_main_group_of_its_day() -> None:
    rows = [
        row(customer_id=1, day=1, group=9),
        row(customer_id=1, day=1, group=9),
        row(customer_id=1, day=22, group=5),
        row(customer_id=2, day=3),
        row(customer_id=3, day=3, group=5, valid_through=25),
        row(customer_id=3, day=4, group=9),
    ]
    table = compute_measures(stream(rows, ["order"]), Counting([], ["order"], "order"), [20, 27])
    found = zip(*(table[name].to_pylist() for name in ("customer_id", "main_group")), strict=True)
    assert list(found) == [(1, 9), (2, None), (3, 9), (1, 5), (2, None), (3, 9)]


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
    counting = Counting(measures, ["order"], "order")

    def result(size: int) -> pa.Table:
        batches = stream(rows, ["order"]).to_batches(max_chunksize=size)
        return pa.Table.from_batches(list(compute_batches(iter(batches), counting, CUTOFFS)))

    whole = result(1000)
    dice.shuffle(rows)
    assert result(17).equals(whole)


def test_a_partition_without_rows_gives_none() -> None:
    measures = [Measure(kind, "order", kind, 7) for kind in AGGREGATES]
    counting = Counting(measures, ["order"], "order")
    assert list(compute_batches(iter([]), counting, CUTOFFS)) == []
    assert compute_measures(stream([], []), counting, CUTOFFS).num_rows == 0


def test_parts_of_one_item_are_one_event_as_long_as_from_the_first_to_the_last() -> None:
    measures = [
        Measure("visits", "visit", "count", 7),
        Measure("seconds", "visit", "mean", 7),
        Measure("pages", "page", "count", 7),
    ]
    rows = [
        row(day=0),
        *(row("visit", "page", day=15, amount=second, item=1) for second in (90, 30, 50)),
        row("visit", day=18, amount=7, item=2),
        row("page", day=18),
        *(row("visit", day=18, visible_on=22, amount=at, item=3) for at in (1, 500)),
    ]
    names = ["page", "visit", "order"]
    counting = Counting(measures, names, "order", in_parts=["visit"])
    table = compute_measures(stream(rows, names), counting, [20, 24])
    found = [table[measure.name].to_pylist() for measure in measures]
    assert found == [[2, 2], [30, 249.5], [4, 1]]
