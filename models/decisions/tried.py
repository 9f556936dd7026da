"""What plays keep where they were tried: sums over a history by cell, pooled with the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats, Ints
from holdfast.models.decisions.effects import (
    CELL,
    CELL_WORDS,
    COVERAGE,
    SHAPE,
    KeepShares,
    expect_priors,
    place_in_cells,
)
from holdfast.models.uplift.cells import AS_STATED, Cells, estimate_effects
from holdfast.models.uplift.history import Arm
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.vocabulary import CELL_BASES, UNKNOWN

ARMS: Final = ("treated", "untreated")
SUMS: Final = ("count", "weight", "weight_squared", "stayed", "stayed_squared")
LEAVE: Final = "leave"
DOUBTS: Final = (1.0, 0.3, 0.1, 0.03, 0.01)  # of what the catalogue states, one for all plays
_LEAST_RISK: Final = 0.01  # of leaving, and of staying


def estimate_tried(sums: pd.DataFrame, plays: Sequence[Play], harm: float) -> list[dict[str, Any]]:
    """gold.play_effects as rows of numbers: every cell of the plays and drivers of which some were
    treated and others not.

    `sums` has a row per cell that has history: play, driver, lifecycle, value_tier, leave (the sum
    of weights times the probability to leave, of both arms) and `<arm>_<sum>` for every sum of
    `history.Arm`. `harm` is the share of those who would stay that a contact drives away: an effect
    is what is kept of those who leave less that.
    """
    at = _find_places(sums, plays)

    def add(name: str) -> Floats:
        whole = np.zeros((len(plays), *SHAPE))
        np.add.at(whole, at, sums[name].to_numpy(np.float64))
        return whole

    arms = {arm: Arm(*(add(f"{arm}_{of}") for of in SUMS)) for arm in ARMS}
    has_both = (arms["treated"].count > 0) & (arms["untreated"].count > 0)
    is_tried = np.broadcast_to(has_both.any(axis=(2, 3), keepdims=True), has_both.shape)
    if not is_tried.any():
        return []
    places = np.nonzero(is_tried)
    arms = {name: Arm(*(part[places] for part in vars(arm).values())) for name, arm in arms.items()}
    risk = _find_risk(add(LEAVE), add("treated_weight") + add("untreated_weight"))[places]
    keep, low, high = _pool(arms, risk, places, plays, harm)
    columns = {
        **_name_places(places, plays),
        **{name: arm.count for name, arm in arms.items()},
        **{f"{name}_effective": arm.customers for name, arm in arms.items()},
        "leave_probability": risk,
        "keep_share": keep,
        "keep_low_share": low,
        "keep_high_share": high,
        "effect": risk * keep - (1.0 - risk) * harm,
        "basis": np.where(has_both[places], *CELL_BASES),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _pool(
    arms: Mapping[str, Arm],
    risk: Floats,
    places: tuple[Ints, ...],
    plays: Sequence[Play],
    harm: float,
) -> tuple[Floats, Floats, Floats]:
    """Keep shares and the ends of their intervals, by cell of `places`. Intervals go by the doubt
    that the catalogue states, means by how right its plays were together: they are wide rather than
    narrow.
    """
    harmed = (1.0 - risk) * harm
    prior = expect_priors(plays).mean[places] - harmed / risk
    pseudo = np.array([float(play.effect.pseudo_customers) for play in plays])[places[0]]
    play, driver = (place.astype(str) for place in places[:2])
    cells = Cells(play, driver, risk, prior, pseudo, **arms)
    stated, found = (estimate_effects(cells, COVERAGE, doubts) for doubts in (AS_STATED, DOUBTS))
    ends = np.minimum(stated.low, found.mean), np.maximum(stated.high, found.mean)
    mean, low, high = (np.clip((part + harmed) / risk, -1.0, 1.0) for part in (found.mean, *ends))
    return mean, low, high


def _name_places(places: tuple[Ints, ...], plays: Sequence[Play]) -> dict[str, Any]:
    """Play and words of each place in arrays plays x drivers x stages x tiers."""
    words = zip(CELL, CELL_WORDS, places[1:], strict=True)
    ids = np.array([play.id for play in plays])[places[0]]
    return {"play": ids, **{name: np.array([*known, UNKNOWN])[at] for name, known, at in words}}


def expect_tried(plays: Sequence[Play], effects: pd.DataFrame) -> KeepShares:
    """Keep shares by gold.play_effects, of cells that it does not have as the catalogue expects."""
    shares = expect_priors(plays)
    known = effects[effects["play"].isin([play.id for play in plays])]
    at = _find_places(known, plays)
    shares.is_tried[at] = True
    for own, name in ((shares.mean, ""), (shares.low, "low_"), (shares.high, "high_")):
        own[at] = known[f"keep_{name}share"].to_numpy(np.float64)
    return shares


def _find_risk(leave: Floats, weight: Floats) -> Floats:
    """The mean probability to leave of each cell; of those without history, of the play and driver
    over all cells.
    """
    of_driver = leave.sum(axis=(2, 3), keepdims=True), weight.sum(axis=(2, 3), keepdims=True)
    is_known = weight > 0
    total, share = np.where(is_known, leave, of_driver[0]), np.where(is_known, weight, of_driver[1])
    risk = np.divide(total, share, out=np.full_like(total, 0.5), where=share > 0)
    return np.clip(risk, _LEAST_RISK, 1.0 - _LEAST_RISK)


def _find_places(rows: pd.DataFrame, plays: Sequence[Play]) -> tuple[Ints, ...]:
    """Places in arrays plays x drivers x stages x tiers of rows by play and cell."""
    number = {play.id: at for at, play in enumerate(plays)}
    play = np.array([number[name] for name in rows["play"]], dtype=np.int64)
    return play, *place_in_cells([rows[name] for name in CELL])
