"""The lot of an experiment: what is logged is what happens."""

import numpy as np
import pytest

from holdfast.models.decisions.lottery import draw, keep_within, thompson

NONE = -1
VALUES = np.array([[3.0, 2.5, -1.0], [0.2, np.nan, np.nan], [np.nan] * 3, [-5.0, -6.0, np.nan]])
SPREAD = np.array([2.0, 1.0, 4.0])


def test_probabilities_are_those_of_thompson_sampling():
    """Against a million samples of each option's gain."""
    found = thompson(VALUES, VALUES - SPREAD, VALUES + SPREAD, floor=0.0)
    samples = np.random.default_rng(1).normal(
        VALUES, SPREAD / 1.6448536269514722, size=(1_000_000, *VALUES.shape)
    )
    gains = np.concatenate([samples, np.zeros((*samples.shape[:2], 1))], axis=2)
    best = np.nan_to_num(gains, nan=-np.inf).argmax(axis=2)
    for customer in range(len(VALUES)):
        seen = np.bincount(best[:, customer], minlength=4) / len(best)
        assert found[customer] == pytest.approx(seen, abs=0.003)


def test_every_option_and_none_has_the_floor_and_what_is_not_open_is_never_drawn():
    found = thompson(VALUES, VALUES - SPREAD, VALUES + SPREAD, floor=0.02)
    is_open = np.concatenate([~np.isnan(VALUES), np.ones((4, 1), bool)], axis=1)
    assert (found[is_open] >= 0.02).all()
    assert (found[~is_open] == 0).all()
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert found[2, NONE] == 1.0


def test_a_floor_without_room_is_shared_evenly():
    found = thompson(VALUES, VALUES - SPREAD, VALUES + SPREAD, floor=0.9)
    assert found[0] == pytest.approx(0.25)


def test_a_budget_takes_from_plays_and_gives_to_none():
    found = thompson(VALUES, VALUES - SPREAD, VALUES + SPREAD, floor=0.02)
    held = keep_within(found, np.array([0.5, 1.0, 0.0]))
    assert held[:, 0] == pytest.approx(found[:, 0] / 2)
    assert held[:, 1] == pytest.approx(found[:, 1])
    assert (held[:, 2] == 0).all()
    assert held.sum(axis=1) == pytest.approx(1.0)


def test_draws_fall_on_options_as_often_as_their_probability_says():
    chances = np.array([[0.1, 0.0, 0.25, 0.65]])
    lots = (np.arange(10_000) + 0.5) / 10_000
    drawn = draw(np.repeat(chances, len(lots), axis=0), lots)
    assert np.bincount(drawn, minlength=4) / len(lots) == pytest.approx(chances[0], abs=1e-4)


def test_the_largest_number_draws_something():
    assert draw(np.array([[0.1, 0.2, 0.7 - 1e-12]]), np.array([1.0 - 2**-53])) == [2]
