"""Groups: one wrong pair does not chain two people together, caps hold, and no order counts."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.models.identity.clusters import average_linkage, membership

Pair = tuple[int, int, float]


def grouped(size: int, pairs: list[Pair], threshold: float = 0.7, cap: int = 80) -> list[int]:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return average_linkage(
        size, left, right, np.array([pair[2] for pair in pairs]), threshold, cap
    ).tolist()


def clique(members: range, chance: float = 0.99) -> list[Pair]:
    return [(a, b, chance) for a in members for b in members if a < b]


def walk(pairs: list[Pair]) -> dict[int, set[int]]:
    """What each of twelve records reaches."""
    reach = {record: {record} for record in range(12)}
    for _ in range(12):
        for a, b, _ in pairs:
            reach[a] |= reach[b]
            reach[b] |= reach[a]
    return reach


edges = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0.01, 0.999)), max_size=40
).map(
    lambda found: list(
        {(min(a, b), max(a, b)): (min(a, b), max(a, b), p) for a, b, p in found if a != b}.values()
    )
)


def test_two_people_joined_by_one_sure_but_wrong_pair_stay_two() -> None:
    pairs = [
        *clique(range(4)),
        *clique(range(4, 8)),
        *((a, b, 0.001) for a in range(4) for b in range(4, 8) if b > 4),
    ]
    assert grouped(8, [*pairs, (3, 4, 0.95)]) == [0] * 4 + [4] * 4
    never_compared = [*clique(range(4)), *clique(range(4, 8)), (3, 4, 0.95)]
    assert grouped(8, never_compared) == [0] * 4 + [4] * 4


def test_a_chain_of_sure_pairs_is_one_person() -> None:
    assert grouped(4, [(0, 1, 0.999), (1, 2, 0.999), (2, 3, 0.999)]) == [0] * 4


def test_pairs_below_the_threshold_join_nobody() -> None:
    assert grouped(3, [(0, 1, 0.69), (1, 2, 0.7)]) == [0, 1, 1]


def test_no_group_grows_beyond_the_cap() -> None:
    found = grouped(30, clique(range(30), 0.9999), cap=8)
    assert max(np.bincount(found)) <= 8


@given(edges, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_pairs_does_not_count_and_groups_are_named_by_their_smallest(
    pairs: list[Pair], random: Random
) -> None:
    found = grouped(12, pairs)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert grouped(12, shuffled) == found
    assert all(name == min(i for i, other in enumerate(found) if other == name) for name in found)


@given(edges)
@settings(max_examples=60, deadline=None)
def test_a_group_lies_within_one_component_of_pairs_above_the_threshold(pairs: list[Pair]) -> None:
    reach = walk([pair for pair in pairs if pair[2] >= 0.7])
    for record, group in enumerate(grouped(12, pairs)):
        assert group in reach[record]


def test_a_record_is_as_sure_as_its_strongest_pair_within_the_group() -> None:
    left, right, chance = (
        np.array([0, 0, 1, 2]),
        np.array([1, 2, 2, 3]),
        np.array([0.9, 0.8, 0.95, 0.99]),
    )
    assert membership(np.array([0, 0, 0, 3, 4]), left, right, chance) == pytest.approx(
        [0.9, 0.95, 0.95, 1, 1]
    )
