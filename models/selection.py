"""Which of several candidates is used, by what they cost on several days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from holdfast.models.arrays import Floats

RESAMPLES: Final = 400
CERTAINTY: Final = 0.95  # share of resamples in which the less simple candidate must do better
_SEED: Final = 7


@dataclass(frozen=True, eq=False)
class Losses:
    """What each customer of one day costs each candidate that could answer for it: the lower the
    better, 0 at the least.
    """

    customer: NDArray[Any]
    by_candidate: Mapping[str, Floats]


def choose(losses: Mapping[date, Losses], simplest_first: Sequence[str]) -> tuple[str, str]:
    """The candidate to use and why: from the simplest on, each takes the place of the one in use if
    it does better beyond chance, over days and customers.

    It is compared with the one in use alone: two rivals that are as good as each other would else
    keep both from the place of one that is worse.
    """
    first, *others = (
        name for name in simplest_first if any(name in losses[day].by_candidate for day in losses)
    )
    beaten: list[str] = []
    in_use, why = first, f"{first}: the simplest"
    for name in others:
        if win_share(losses, name, in_use) >= CERTAINTY:
            beaten, in_use = [*beaten, in_use], name
            why = f"{name} does better than {' and '.join(beaten)} on {_span(losses, name)}"
        elif not beaten:
            why = f"{name} is not better than {in_use} beyond chance on {_span(losses, name)}"
    return in_use, why


def win_share(losses: Mapping[date, Losses], name: str, rival: str) -> float:
    """Share of resamples of days and of customers (paired, a customer on all of its days together)
    in which the mean loss of `name` lies below the rival's. Each day counts alike: by the
    difference relative to the rival's mean.
    """
    days = [one for one in losses.values() if {name, rival} <= set(one.by_candidate)]
    if not days:
        return 0.0
    customers, index = np.unique(
        np.concatenate([one.customer for one in days]), return_inverse=True
    )
    places = np.split(index, np.cumsum([len(one.customer) for one in days])[:-1])
    random = np.random.default_rng(_SEED)
    gained = np.zeros(RESAMPLES)
    for number in range(RESAMPLES):
        weights = random.poisson(1.0, len(customers))
        drawn = random.integers(0, len(days), len(days))
        gained[number] = sum(
            _relative_gain(days[day], weights[places[day]], name, rival) for day in drawn
        )
    return float((gained > 0).mean())


def _relative_gain(day: Losses, weights: NDArray[np.int64], name: str, rival: str) -> float:
    ours, theirs = (weights @ day.by_candidate[one] for one in (name, rival))
    return float((theirs - ours) / theirs) if theirs > 0 else 0.0


def _span(losses: Mapping[date, Losses], name: str) -> str:
    days = sorted(day for day, one in losses.items() if name in one.by_candidate)
    return str(days[0]) if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
