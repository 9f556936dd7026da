"""Effects by cell where they were tried, and the catalogue's elsewhere."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from holdfast.models.decisions.effects import SHAPE, expect_priors
from holdfast.models.decisions.tried import estimate_tried, expect_tried
from holdfast.transformations.plays.play import Play
from tests.fixtures.plays import entry

EFFECT = {"keeps_matching": 0.1, "keeps_other": 0.02, "pseudo_customers": 100}
PLAYS = [
    Play.model_validate(entry(id=name, effect=EFFECT, **{"for": {"drivers": ["service"]}}))
    for name in ("greeting", "farewell_card")
]
PRIOR = (0, 2, 1, 0)  # greeting, service, active, top


def cell(treated: int, untreated: int, stayed: tuple[int, int], **other: Any) -> dict[str, Any]:
    """Sums of customers of even chances who were expected to leave by .5."""
    words = {"play": "greeting", "driver": "service", "lifecycle": "active", "value_tier": "top"}
    sums: dict[str, float] = {"leave": float(treated + untreated)}
    for arm, count, stays in zip(
        ("treated", "untreated"), (treated, untreated), stayed, strict=True
    ):
        values = (count, 2 * count, 4 * count, 2 * stays, 4 * stays)
        names = ("count", "weight", "weight_squared", "stayed", "stayed_squared")
        sums |= {f"{arm}_{name}": value for name, value in zip(names, values, strict=True)}
    return {**words, **sums, **other}


def test_with_one_arm_alone_nothing_is_known() -> None:
    assert estimate_tried(pd.DataFrame([cell(50, 0, (30, 0))]), PLAYS, 0.0) == []


def test_every_cell_of_a_driver_that_was_tried_has_a_row_and_no_other() -> None:
    found = pd.DataFrame(estimate_tried(pd.DataFrame([cell(50, 50, (30, 20))]), PLAYS, 0.0))
    assert set(zip(found["play"], found["driver"], strict=True)) == {("greeting", "service")}
    assert len(found) == SHAPE[1] * SHAPE[2] == len(found.drop_duplicates())
    own = found[found["basis"] == "cell"]
    assert list(zip(own["lifecycle"], own["value_tier"], strict=True)) == [("active", "top")]


def test_a_decision_takes_what_was_tried_and_elsewhere_the_catalogue() -> None:
    found = pd.DataFrame(estimate_tried(pd.DataFrame([cell(900, 900, (700, 450))]), PLAYS, 0.0))
    gone = found.assign(play="play_of_another_day")
    shares, prior = expect_tried(PLAYS, pd.concat([found, gone])), expect_priors(PLAYS)
    assert shares.mean[PRIOR] > 0.3 > prior.mean[PRIOR]
    assert shares.low[PRIOR] < shares.mean[PRIOR] < shares.high[PRIOR]
    elsewhere = np.ones_like(shares.is_tried)
    elsewhere[0, 2] = False
    assert (shares.is_tried == ~elsewhere).all()
    assert (shares.mean == prior.mean)[elsewhere].all()


def test_a_catalogue_that_was_right_so_far_is_left_less_readily() -> None:
    """One cell that differs, alone, and among many that are as the catalogue says."""
    odd = cell(100, 100, (70, 50))
    right = [
        cell(400, 400, (220 if driver == "service" else 204, 200), driver=driver, play=play)
        for driver in ("price", "feature", "quality", "service")
        for play in ("greeting", "farewell_card")
        if (driver, play) != ("service", "greeting")
    ]
    alone, among = (
        next(
            row
            for row in estimate_tried(pd.DataFrame(sums), PLAYS, 0.0)
            if (row["play"], row["driver"], row["basis"]) == ("greeting", "service", "cell")
        )
        for sums in ([odd], [odd, *right])
    )
    assert 0.1 < among["keep_share"] < alone["keep_share"] - 0.05
    assert among["keep_low_share"] == pytest.approx(alone["keep_low_share"], abs=0.02)


def test_harm_to_those_who_stay_is_no_part_of_what_is_kept() -> None:
    """Where a history shows what the catalogue expects less the harm, it confirms the catalogue."""
    size, kept, harm = 100_000, 0.1, 0.02
    stayed = round(size * (0.5 + 0.5 * kept - 0.5 * harm))
    sums = pd.DataFrame([cell(size, size, (stayed, size // 2))])
    found = {row["basis"]: row for row in estimate_tried(sums, PLAYS, harm)}
    assert found["cell"]["keep_share"] == pytest.approx(kept, abs=1e-3)
    assert found["cell"]["effect"] == pytest.approx(0.5 * kept - 0.5 * harm, abs=1e-3)
