"""A line and trees together."""

from typing import Final

import numpy as np
import pytest

from holdfast.models.churn.blend import BlendedPredictor
from holdfast.models.churn.boosted import BoostedPredictor
from holdfast.models.churn.linear import LOGISTIC, LinearPredictor
from holdfast.models.churn.predictors import read_predictor
from holdfast.models.trees.scoring import MISSING
from tests.models.trees.ensembles import plant

NAMES: Final = ("days", "visits")
LINE: Final = LinearPredictor(
    LOGISTIC,
    NAMES,
    intercept=-1.0,
    weight=np.array([0.02, 0.0]),
    gap=np.array([50.0, 0.0]),
    low=np.array([0.0, 0.0]),
    high=np.array([99.0, 9.0]),
    centre=np.array([40.0, 0.0]),
)
TREES: Final = BoostedPredictor(plant(NAMES, [(1, 2.0, (1.0, 30), (-1.0, 10))], base=-0.5))
BLEND: Final = BlendedPredictor(LINE, TREES)
ROWS: Final = np.array([[90.0, 1.0], [40.0, 5.0], [MISSING, 2.0]])


def test_log_odds_are_the_mean_of_both() -> None:
    # the line: -1 + .02 x 50, -1, -1 + .02 x 10; the trees: -.5 + 1, -.5 - 1, -.5 + 1
    assert BLEND.score(ROWS) == pytest.approx([0.25, -1.25, -0.15])


@pytest.mark.parametrize("player_of", [None, {"days": "recency", "visits": "engagement"}])
def test_contributions_add_up_to_the_distance_from_what_is_usual(
    player_of: dict[str, str] | None,
) -> None:
    found = BLEND.explain(player_of)
    usual = (-1.0 + (-0.5 + 0.75 * 1.0 - 0.25 * 1.0)) / 2
    assert found.players == (tuple(player_of.values()) if player_of else NAMES)
    assert found.contributions(ROWS)[0] == pytest.approx([0.5, 0.25])
    assert found.contributions(ROWS).sum(axis=1) + usual == pytest.approx(BLEND.score(ROWS))


def test_a_feature_moves_it_as_far_as_the_mean_of_both() -> None:
    assert BLEND.rate_features(ROWS) == {
        "days": pytest.approx((1.0 + 0.0 + 0.2) / 3 / 2),
        "visits": pytest.approx((0.5 + 1.5 + 0.5) / 3 / 2),
    }


@pytest.mark.parametrize("one", [LINE, TREES, BLEND], ids=["line", "trees", "blend"])
def test_files_give_back_what_was_stored(one: LinearPredictor | BoostedPredictor) -> None:
    again = read_predictor(one.to_artifacts())
    assert again.kind == one.kind
    assert again.score(ROWS) == pytest.approx(one.score(ROWS))
