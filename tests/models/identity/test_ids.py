"""Ids stay: nobody untouched changes, every change is an event, nothing depends on an order.

That the ledger of Spark gives the ids and events of the plain one is shown last.
"""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from holdfast.models.identity import ids
from holdfast.transformations.identity.ledger import ABSORB, CREATE, MERGE, RETIRE, SPLIT
from tests.models.identity.plain_ids import IdentityEvent, assign

RECORDS = [f"shop:{i:02}" for i in range(12)]
partitions = st.dictionaries(
    st.sampled_from(RECORDS), st.integers(0, 5).map(lambda group: f"g{group}"), min_size=1
)
Map = dict[str, int]


def first(groups: dict[str, str]) -> Map:
    return assign(groups, {}, 0)[0]


def together(members: Map) -> set[frozenset[str]]:
    return {
        frozenset(record for record in members if members[record] == customer)
        for customer in members.values()
    }


@given(partitions)
@settings(max_examples=50, deadline=None)
def test_new_groups_are_numbered_by_their_smallest_record(groups: dict[str, str]) -> None:
    customers, events = assign(groups, {}, 100)
    smallest = {
        customer: min(r for r in customers if customers[r] == customer)
        for customer in customers.values()
    }
    assert sorted(smallest) == list(range(101, 101 + len(smallest)))
    assert [smallest[customer] for customer in sorted(smallest)] == sorted(smallest.values())
    assert events == [
        IdentityEvent(CREATE, c, c, n) for c, n in sorted(Counter(customers.values()).items())
    ]


@given(partitions, partitions, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_neither_the_order_of_records_nor_the_names_of_groups_count(
    old: dict[str, str], new: dict[str, str], random: Random
) -> None:
    before = first(old)
    shuffled = list(new.items())
    random.shuffle(shuffled)
    renamed = {record: f"{ord(group[1]) * 7919 % 13}" for record, group in shuffled}
    assert assign(renamed, dict(reversed(before.items())), 50) == assign(new, before, 50)


@given(partitions, partitions)
@settings(max_examples=80, deadline=None)
def test_groups_are_kept_whole_and_apart(old: dict[str, str], new: dict[str, str]) -> None:
    customers, _ = assign(new, first(old), 50)
    assert together(customers) == together({record: int(group[1]) for record, group in new.items()})


@given(partitions, partitions)
@settings(max_examples=80, deadline=None)
def test_a_group_whose_records_did_not_move_keeps_its_id(
    old: dict[str, str], new: dict[str, str]
) -> None:
    before = first(old)
    customers, events = assign(new, before, 50)
    for members in together(customers) & together(before):
        record = min(members)
        assert customers[record] == before[record]
        assert not [event for event in events if before[record] in (event.customer, event.other)]


@given(partitions, partitions)
@settings(max_examples=80, deadline=None)
def test_the_events_tell_the_whole_story(old: dict[str, str], new: dict[str, str]) -> None:
    before = first(old)
    customers, events = assign(new, before, 50)
    alive, had = set(customers.values()), set(before.values())
    assert {e.customer for e in events if e.kind in (CREATE, SPLIT)} - alive <= had
    merged = {e.other for e in events if e.kind == MERGE}
    retired = {e.customer for e in events if e.kind == RETIRE}
    assert merged | retired == had - alive and not merged & retired
    born = {e.customer for e in events if e.kind == CREATE} | {
        e.other for e in events if e.kind == SPLIT
    }
    assert alive - had <= born
    taken_in = sum(e.parties for e in events if e.kind in (CREATE, ABSORB))
    assert taken_in == len(set(new) - set(before))
    assert max(customers.values()) <= 50 + len(alive - had)
    assert not retired or all(r not in new for r in before if before[r] in retired)


@given(partitions)
@settings(max_examples=50, deadline=None)
def test_the_same_records_again_are_no_news(groups: dict[str, str]) -> None:
    before = first(groups)
    assert assign(groups, before, 50) == (before, [])


def test_each_kind_of_event_by_example() -> None:
    before = {"a": 1, "b": 1, "c": 2, "d": 3, "e": 3, "f": 3, "z": 4}
    groups = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "w", "g": "y", "h": "v"}
    customers, events = assign(groups, before, 9)
    assert customers == {"a": 1, "b": 1, "c": 1, "d": 3, "e": 3, "g": 3, "f": 10, "h": 11}
    assert events == sorted(
        [
            IdentityEvent(MERGE, 1, 2, 1),
            IdentityEvent(ABSORB, 3, 3, 1),
            IdentityEvent(SPLIT, 3, 10, 1),
            IdentityEvent(CREATE, 11, 11, 1),
            IdentityEvent(RETIRE, 4, 4, 1),
        ]
    )


def test_a_group_keeps_the_id_of_most_of_its_records_and_ties_go_to_the_older() -> None:
    assert assign({"a": "x", "b": "x", "c": "x"}, {"a": 1, "b": 2, "c": 2}, 2)[0] == {
        "a": 2,
        "b": 2,
        "c": 2,
    }
    assert assign({"a": "x", "b": "x"}, {"a": 2, "b": 1}, 2)[0] == {"a": 1, "b": 1}


def test_an_id_is_never_given_twice() -> None:
    customers, _ = assign({"new": "x"}, {"gone": 7}, 7)
    assert customers == {"new": 8}


def draw_case(seed: int) -> tuple[dict[str, str], Map]:
    """Groups of 400 records, and the ids they had: kept, joined, parted, lost, new and gone."""
    random = Random(seed)
    records = [f"shop:{number:04}" for number in range(400)]
    groups = {record: f"g{random.randrange(150):03}" for record in records}
    before: Map = {}
    for record, group in groups.items():
        held = int(group[1:])
        moved = random.choice((held, held, held, held // 3, held + random.randrange(3)))
        if random.random() < 0.8 and held % 10:
            before[record] = moved + 1
    gone = {f"gone:{number}": random.choice((2, 5, 700, 701)) for number in range(9)}
    return groups, before | gone


@pytest.mark.parametrize("ranges", [False, True])
def test_spark_gives_the_ids_and_events_of_the_plain_ledger(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch, ranges: bool
) -> None:
    groups, before = draw_case(seed=7 + ranges)
    if ranges:
        monkeypatch.setattr(ids, "_MOST_AT_ONCE", 20)
        monkeypatch.setattr(ids, "_SAMPLED", 5)
    found = ids.assign(
        spark.createDataFrame(list(groups.items()), "party_id string, group string").repartition(3),
        spark.createDataFrame(list(before.items()), "party_id string, customer_id long"),
        900,
    )
    customers, events = assign(groups, before, 900)
    assert {event.kind for event in events} == {CREATE, ABSORB, MERGE, SPLIT, RETIRE}
    assert {row.group: row.customer_id for row in found.customers.collect()} == {
        groups[record]: customer for record, customer in customers.items()
    }
    listed = [
        IdentityEvent(row.event_type, row.customer_id, row.other_customer_id, row.parties)
        for row in found.events.collect()
    ]
    assert sorted(listed) == events
