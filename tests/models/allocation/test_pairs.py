"""Sums that no order changes, and chance that is the same everywhere."""

import math

import numpy as np

from holdfast.models.allocation.pairs import (
    Pairs,
    draw_uniform,
    find_grains,
    join_pairs,
    measure_sizes,
    round_pairs,
    sort_pairs,
)


def draw_pairs(size: int) -> Pairs:
    rng = np.random.default_rng(3)
    value, use = rng.lognormal(0.0, 4.0, size), rng.normal(0.0, 1e-7, size)
    return sort_pairs(np.arange(size), np.zeros(size, np.int64), value, use[None])


def test_chance_is_that_of_split_mix() -> None:
    """Published outputs of SplitMix64 for the seed 1234567."""
    for salt, output in enumerate((6457827717110365317, 3203168211198807973), 1):
        assert draw_uniform(np.array([1234567]), salt)[0] == (output >> 11) / 2**53


def test_sums_of_rounded_pairs_are_the_same_in_any_order() -> None:
    pairs = draw_pairs(10_000)
    rounded = round_pairs(pairs, find_grains(measure_sizes(pairs)))
    for values in (rounded.value, rounded.uses[0]):
        exact = math.fsum(values)
        assert values.cumsum()[-1] == values[::-1].cumsum()[-1] == exact
    assert np.isclose(pairs.value.sum(), rounded.value.sum(), rtol=1e-10)


def test_uses_are_rounded_up_by_next_to_nothing() -> None:
    pairs = draw_pairs(10_000)
    rounded = round_pairs(pairs, find_grains(measure_sizes(pairs)))
    added = rounded.uses - pairs.uses
    assert (added >= 0.0).all()
    assert added.max() < 1e-11 * np.abs(pairs.uses).max()


def test_whole_numbers_stay_as_they_are() -> None:
    size = 1000
    uses = np.arange(size, dtype=float)[None] * 1e6
    pairs = sort_pairs(np.arange(size), np.zeros(size, np.int64), np.arange(size) * 3.0, uses)
    rounded = round_pairs(pairs, find_grains(measure_sizes(pairs)))
    assert (rounded.uses == pairs.uses).all()
    assert (rounded.value == pairs.value).all()


def test_parts_join_to_the_whole() -> None:
    customer = np.array([4, 4, 1, 9, 9, 9])
    play = np.array([2, 1, 5, 3, 1, 2])
    value = np.arange(6.0)
    whole = sort_pairs(customer, play, value, np.stack([value, -value]))
    parts = [whole.take(np.array([at])) for at in (2, 0, 1)]
    joined = join_pairs(parts)
    for name in ("customer", "start", "play", "value", "uses"):
        assert (getattr(joined, name) == getattr(whole, name)).all(), name
    assert whole.play.tolist() == [5, 1, 2, 1, 2, 3]
    assert whole.value.tolist() == [2.0, 1.0, 0.0, 4.0, 5.0, 3.0]
