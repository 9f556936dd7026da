import math
from collections import Counter

import pytest

from holdfast.models.tuning import (
    Between,
    InMemoryTrials,
    Params,
    Trial,
    Whole,
    best,
    search,
    search_with_cuts,
)

SPACE = {"depth": Whole(2, 6), "step": Between(0.05, 0.5, is_log=True), "share": Between(0.5, 1.0)}


class Killed(Exception):
    """Stands for the death of the process."""


def bowl(params: Params) -> float:
    return (params["depth"] - 4) ** 2 + (params["step"] - 0.2) ** 2 + (params["share"] - 0.8) ** 2


def test_a_killed_and_resumed_search_gives_the_same_trials() -> None:
    whole = search(bowl, SPACE, trials=30, seed=1, store=InMemoryTrials())
    store, calls = InMemoryTrials(), 0

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
        lambda p: (p["x"] - 3) ** 2,
        {"x": Between(-5, 5)},
        trials=60,
        seed=2,
        store=InMemoryTrials(),
    )
    blind, guided = trials[:20], trials[20:]
    assert sum(t.loss for t in guided) / len(guided) < 0.6 * sum(t.loss for t in blind) / len(blind)


def test_the_first_point_is_the_callers() -> None:
    start: Params = {"depth": 5, "step": 0.1, "share": 0.7}
    assert search(bowl, SPACE, trials=1, seed=3, store=InMemoryTrials(), first=start) == [
        Trial(0, start, bowl(start))
    ]


def test_points_are_plain_numbers_within_the_space() -> None:
    for trial in search(bowl, SPACE, trials=25, seed=4, store=InMemoryTrials()):
        assert type(trial.params["depth"]) is int and 2 <= trial.params["depth"] <= 6
        assert type(trial.params["step"]) is float and 0.05 <= trial.params["step"] <= 0.5
        assert type(trial.params["share"]) is float and 0.5 <= trial.params["share"] <= 1.0


def test_whole_numbers_are_as_likely_at_the_ends_of_a_range_as_within() -> None:
    points = [
        trial.params["depth"]
        for seed in range(40)
        for trial in search(bowl, SPACE | {"depth": Whole(2, 5)}, 20, seed, InMemoryTrials())
    ]
    drawn = Counter(points)  # 20 points a search are drawn before any is learnt from
    spread = 4 * math.sqrt(800 * 0.25 * 0.75)
    assert set(drawn) == {2, 3, 4, 5}
    assert all(abs(count - 200) < spread for count in drawn.values()), drawn


def test_another_seed_tries_other_points() -> None:
    one, other = (
        search(bowl, SPACE, trials=3, seed=seed, store=InMemoryTrials()) for seed in (5, 6)
    )
    assert one != other


def test_the_best_is_the_earliest_of_the_lowest() -> None:
    assert best([Trial(0, {}, 2.0), Trial(1, {}, 1.0), Trial(2, {}, 1.0)]).number == 1


def test_trials_of_another_search_are_refused() -> None:
    store = InMemoryTrials()
    store.save([{"number": 0, "params": {"depth": 3}, "loss": 1.0}])
    with pytest.raises(ValueError, match="not of this search"):
        search(bowl, SPACE, trials=2, seed=1, store=store)


def test_each_round_keeps_the_best_points_of_the_one_before() -> None:
    asked: list[tuple[int, float]] = []

    def closer(params: Params, number: int) -> float:
        loss = bowl(params) / (number + 1)
        asked.append((number, bowl(params)))
        return loss

    last = search_with_cuts(closer, SPACE, (9, 4, 2), seed=3, store=InMemoryTrials())
    by_round = [sorted(loss for n, loss in asked if n == number) for number in range(3)]
    assert [len(losses) for losses in by_round] == [9, 4, 2]
    assert by_round[1] == by_round[0][:4] and by_round[2] == by_round[0][:2]
    assert [trial.loss for trial in last] == [loss / 3 for loss in by_round[2]]


def test_one_round_is_a_plain_search() -> None:
    plain = search(bowl, SPACE, trials=6, seed=5, store=InMemoryTrials())
    assert search_with_cuts(lambda p, _: bowl(p), SPACE, (6,), 5, InMemoryTrials()) == plain


@pytest.mark.parametrize("death", [3, 9, 11, 13])
def test_a_search_killed_in_any_round_ends_as_one_that_was_not(death: int) -> None:
    def run(store: InMemoryTrials, dies_at: int) -> tuple[list[Trial], int]:
        calls = 0

        def objective(params: Params, number: int) -> float:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise Killed
            return bowl(params) + number

        return search_with_cuts(objective, SPACE, (8, 3, 2), 4, store), calls

    whole, calls = run(InMemoryTrials(), 0)
    store = InMemoryTrials()
    with pytest.raises(Killed):
        run(store, death)
    resumed, more = run(store, 0)
    assert resumed == whole and death - 1 + more == calls
