"""Exact contributions of players, features or groups of them, to the log-odds of each row."""

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.models.arrays import Floats


@dataclass(frozen=True, eq=False)
class Explanation:
    """Who contributes, and how much: `contributions` makes of the feature matrix one column per
    player. With the mean log-odds of the training rows they add up to the log-odds of the row.
    """

    players: tuple[str, ...]
    contributions: Callable[[Floats], Floats]
