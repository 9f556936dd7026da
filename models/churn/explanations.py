"""Exact contributions of players, features or groups of them, to the log-odds of each row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from holdfast.models.arrays import Floats


@dataclass(frozen=True, eq=False)
class Explanation:
    """Who contributes, and how much: `contributions` makes of the feature matrix one column per
    player. With the mean log-odds of the training rows they add up to the log-odds of the row.
    """

    players: tuple[str, ...]
    contributions: Callable[[Floats], Floats]


def players_of(features: tuple[str, ...], player_of: Mapping[str, str] | None) -> dict[str, str]:
    """The player of each feature; without groups each plays for itself."""
    return dict(player_of) if player_of is not None else {name: name for name in features}
