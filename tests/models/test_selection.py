"""The simplest candidate that none beats beyond chance."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from holdfast.models.arrays import Floats
from holdfast.models.selection import Losses, choose, win_share

MONTHS = [date(2024, month, 1) for month in range(1, 13)]


def losses(day: date, **by_candidate: Sequence[float] | Floats) -> dict[date, Losses]:
    arrays = {name: np.array(values) for name, values in by_candidate.items()}
    return {day: Losses(np.arange(len(next(iter(arrays.values())))), arrays)}


ORDER = ("past_rate", "bg_nbd", "boosted")


def test_a_forecast_is_used_that_beats_every_simpler_one() -> None:
    rng = np.random.default_rng(0)
    noise = rng.gamma(1.0, 1.0, 500)
    found = {}
    for day in MONTHS[:3]:
        found |= losses(day, past_rate=noise + 0.5, bg_nbd=noise + 0.3, boosted=noise)
    basis, why = choose(found, ORDER)
    assert basis == "boosted"
    assert why == (
        "boosted does better than past_rate and bg_nbd on 3 days from 2024-01-01 to 2024-03-01"
    )


def test_a_rival_of_which_nothing_is_sure_keeps_no_better_one_from_its_place() -> None:
    """The second is now better, now worse than the others; the third is surely better than the
    first.
    """
    random = np.random.default_rng(1)
    plain, found = random.gamma(2.0, 1.0, 200), {}
    for day, swing in zip(MONTHS[:4], (1.0, -1.0, 1.0, -1.0), strict=True):
        found |= losses(day, past_rate=plain, bg_nbd=plain + swing, boosted=plain - 0.1)
    assert win_share(found, "boosted", "bg_nbd") < 0.95
    assert choose(found, ORDER)[0] == "boosted"


def test_what_is_no_better_beyond_chance_gives_way_to_the_simpler() -> None:
    rng = np.random.default_rng(0)
    plain = rng.gamma(1.0, 1.0, 200)
    by_chance = plain + rng.normal(0.0, 0.5, 200)
    found = losses(MONTHS[0], past_rate=plain + 1.0, bg_nbd=plain, boosted=by_chance)
    basis, why = choose(found, ORDER)
    assert basis == "bg_nbd"
    assert why == "bg_nbd does better than past_rate on 2024-01-01"


def test_one_good_day_of_four_decides_nothing() -> None:
    found = losses(MONTHS[0], past_rate=np.full(50, 2.0), bg_nbd=np.full(50, 1.0))
    for day in MONTHS[1:4]:
        found |= losses(day, past_rate=np.full(50, 2.0), bg_nbd=np.full(50, 2.2))
    assert win_share(found, "bg_nbd", "past_rate") < 0.95
    assert choose(found, ORDER)[0] == "past_rate"


def test_a_customer_is_drawn_on_all_days_together() -> None:
    """One customer brings all of the gain on each of three days: drawn day by day, that one would
    be missing from all of them in a twentieth of the resamples, drawn together in 37 of 100.
    """
    found: dict[date, Losses] = {}
    for day in MONTHS[:3]:
        theirs, ours = np.full(400, 1.0), np.full(400, 1.0001)
        theirs[0] = 60.0
        ours[0] = 1.0
        found |= losses(day, past_rate=theirs, bg_nbd=ours)
    assert win_share(found, "bg_nbd", "past_rate") == pytest.approx(1 - np.exp(-1), abs=0.07)


def test_a_forecast_that_could_be_made_on_no_day_beats_nobody() -> None:
    found = losses(MONTHS[0], past_rate=[1.0, 1.0], bg_nbd=[1.0, 1.0])
    assert win_share(found, "boosted", "bg_nbd") == 0.0
    assert choose(found, ORDER)[0] == "past_rate"
