"""What trees of a value model correct: the forecast of BTYD, or the own past rate."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from holdfast.models.fitting import FitResult
from holdfast.models.trees.scoring import MISSING
from holdfast.models.value.btyd_baseline import Days
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.forecasts import History, make_forecast
from holdfast.models.value.model import HISTORY, ValueModel
from tests.models.trees.ensembles import plant
from tests.models.value.loyal import figure, model_of


def test_no_tree_is_grown_on_less_than_a_third_of_what_is_known_today() -> None:
    """Twelve months are known when the thirteenth is scored; in April three were."""
    months = [date(2024, month, 1) for month in range(1, 13)]
    even = dict.fromkeys(months, 1000.0)
    days = Days(dict.fromkeys(months, 90), even, even, even)
    never: Any = None  # no row is looked at, no parameter of BTYD
    plain = ValueModel("bg_nbd", "USD", 30, 0.9, never)
    models = dict.fromkeys([*months, date(2025, 1, 1)], plain)
    parameters = ValueTrainingConfig(horizon_days=30)
    history = History(never, days, {}, models, parameters, None)
    for basis in ("boosted_rate", "boosted"):
        assert make_forecast(history, date(2024, 4, 1), basis) is None


def test_trees_on_the_own_past_rate_know_nothing_of_btyd(
    best: FitResult[ValueModel],
) -> None:
    """They rank the loyal higher, too; their total is BTYD's."""
    assert figure(best, "boosted_rate", "normalised_gini") > figure(
        best, "past_rate", "normalised_gini"
    )
    assert figure(best, "boosted_rate", "total_error") == pytest.approx(
        figure(best, "bg_nbd", "total_error"), abs=1e-6
    )


def test_a_tree_corrects_the_own_past_rate_by_hand(best: FitResult[ValueModel]) -> None:
    """One leaf that says twice as much: of 60.00 in 120 days 45.50 in 91, so 91.00, times a level
    of 1.1; who bought once counts as the floor.
    """
    twice = plant(HISTORY, [(2.0, 9)])
    model = replace(
        model_of(best), basis="boosted_rate", nodes=twice, features=(), level=1.1, floor=500.0
    )
    inputs: Any = np.array([[3.0, 100, 120, 2000, 6000], [0, 0, 120, MISSING, 0]])
    assert model.expected_spend(inputs) == pytest.approx([10_010.0, 1_100.0])
    again = ValueModel.from_artifacts(model.to_artifacts())
    assert again.expected_spend(inputs) == pytest.approx([10_010.0, 1_100.0])


def test_who_was_given_up_can_be_forecast_again(best: FitResult[ValueModel]) -> None:
    """Five purchases in ten days, and eight years of silence: BTYD expects next to nothing."""
    inputs: Any = np.array([[5.0, 10, 3000, 4000.0, 20000.0, 1.0]])
    model = model_of(best)
    plain = replace(model, basis="bg_nbd")
    assert plain.expected_spend(inputs)[0] < model.floor
    near, far = (model.forecast(inputs, days).spend[0] for days in (91, 365))
    assert 0 < near <= far
