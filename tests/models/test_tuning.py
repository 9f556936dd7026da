import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from holdfast.models.tuning import Between, Params, Trial, Whole, best, search

SPACE = {"depth": Whole(2, 6), "step": Between(0.05, 0.5, is_log=True), "share": Between(0.5, 1.0)}


class InMemory:
    """Keeps trials as JSON text, as a file would."""

    def __init__(self) -> None:
        self.text = "[]"

    def load(self) -> list[dict[str, Any]]:
        return list(json.loads(self.text))

    def save(self, trials: Sequence[Mapping[str, Any]]) -> None:
        self.text = json.dumps(list(trials))


class Killed(Exception):
    """Stands for the death of the process."""


def bowl(params: Params) -> float:
    return (params["depth"] - 4) ** 2 + (params["step"] - 0.2) ** 2 + (params["share"] - 0.8) ** 2


def test_a_killed_and_resumed_search_gives_the_same_trials() -> None:
    whole = search(bowl, SPACE, trials=30, seed=1, store=InMemory())
    store, calls = InMemory(), 0

    def dies_twice(params: Params) -> float:
        nonlocal calls
        calls += 1
        if calls in (8, 25):
            raise Killed
        return bowl(params)

    for _ in range(2):
        with pytest.raises(Killed):
            search(dies_twice, SPACE, trials=30, seed=1, store=store)
    assert search(dies_twice, SPACE, trials=30, seed=1, store=store) == whole
    assert calls == 32


def test_it_learns_from_its_trials() -> None:
    trials = search(
        lambda p: (p["x"] - 3) ** 2, {"x": Between(-5, 5)}, trials=60, seed=2, store=InMemory()
    )
    blind, guided = trials[:20], trials[20:]
    assert sum(t.loss for t in guided) / len(guided) < 0.6 * sum(t.loss for t in blind) / len(blind)


def test_the_first_point_is_the_callers() -> None:
    start: Params = {"depth": 5, "step": 0.1, "share": 0.7}
    assert search(bowl, SPACE, trials=1, seed=3, store=InMemory(), first=start) == [
        Trial(0, start, bowl(start))
    ]


def test_points_are_plain_numbers_within_the_space() -> None:
    for trial in search(bowl, SPACE, trials=25, seed=4, store=InMemory()):
        assert type(trial.params["depth"]) is int and 2 <= trial.params["depth"] <= 6
        assert type(trial.params["step"]) is float and 0.05 <= trial.params["step"] <= 0.5
        assert type(trial.params["share"]) is float and 0.5 <= trial.params["share"] <= 1.0


def test_another_seed_tries_other_points() -> None:
    one, other = (search(bowl, SPACE, trials=3, seed=seed, store=InMemory()) for seed in (5, 6))
    assert one != other


def test_the_best_is_the_earliest_of_the_lowest() -> None:
    assert best([Trial(0, {}, 2.0), Trial(1, {}, 1.0), Trial(2, {}, 1.0)]).number == 1


def test_trials_of_another_search_are_refused() -> None:
    store = InMemory()
    store.save([{"number": 0, "params": {"depth": 3}, "loss": 1.0}])
    with pytest.raises(ValueError, match="not of this search"):
        search(bowl, SPACE, trials=2, seed=1, store=store)
