"""When a model is trained again, what is recorded of a fit, and which models are refused."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from holdfast.jobs.runtime.config.settings import load
from holdfast.jobs.runtime.registry.mlflow_store import Logged, ModelError
from holdfast.jobs.stages.parameters import churn_parameters, identity_parameters, value_parameters
from holdfast.jobs.stages.training import (
    CHURN_MODEL,
    Champion,
    event_row,
    is_due,
    metrics_to_log,
    read_champion,
)
from holdfast.models.churn.boosted import BoostedPredictor
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.model import ChurnModel
from holdfast.models.fitting import Decision
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.tables.ops import MODEL_EVENTS
from tests.models.trees.ensembles import ensemble

DAY = date(2025, 10, 1)
VALIDATION = date(2025, 7, 1)


def champion(evaluated_on: date | None) -> Champion[Any]:
    """A champion whose labels end long before the day it was evaluated on."""
    model = SimpleNamespace(trained_through_on=VALIDATION, evaluated_on=evaluated_on)
    return Champion("churn", 3, model, evaluated_on)


@pytest.mark.parametrize(
    ("force", "newest", "evaluated_on", "due"),
    [
        (False, DAY, None, True),  # never evaluated
        (False, None, None, True),
        (False, DAY, DAY, False),
        (False, None, DAY, False),
        (False, date(2025, 11, 1), DAY, True),  # a cut-off has matured
        (True, DAY, DAY, True),
    ],
)
def test_a_model_is_trained_again_when_there_is_something_new(
    force: bool, newest: date | None, evaluated_on: date | None, due: bool
) -> None:
    assert is_due(force, newest, champion(evaluated_on)) is due


@pytest.mark.parametrize("newest", [DAY, None])
def test_without_a_champion_a_model_is_due(newest: date | None) -> None:
    assert is_due(False, newest, None)


@pytest.mark.parametrize("is_promoted", [True, False])
def test_an_event_keeps_the_newest_labels_apart_from_the_held_out_day(is_promoted: bool) -> None:
    model: Any = SimpleNamespace(trained_through_on=VALIDATION, evaluated_on=DAY)
    row = event_row(model, Decision(is_promoted, "because"), Logged(2, "file:///m", "abc"))
    assert (row["trained_through_on"], row["evaluated_on"]) == (VALIDATION, DAY)
    assert row["is_champion"] is is_promoted
    assert row["event"] == ("promoted" if is_promoted else "trained")
    assert set(row) <= set(MODEL_EVENTS.names)


def test_mlflow_gets_figures_over_all_rows_and_those_of_rivals_under_their_names() -> None:
    row = {"predictor": "model", "cutoff_on": DAY, "slice": "all", "metric": "auc", "value": 0.8}
    others: list[dict[str, Any]] = [{"predictor": "recency", "value": 0.7}, {"slice": "bin=01"}]
    found = metrics_to_log([row, *({**row, **other} for other in others)])
    assert found == {"auc_2025-10-01": 0.8, "recency.auc_2025-10-01": 0.7}


def test_defaults_of_the_models_are_the_values_of_the_packaged_settings() -> None:
    settings = load("local").values
    assert churn_parameters(settings) == ChurnTrainingConfig()
    assert value_parameters(settings) == ValueTrainingConfig()
    assert identity_parameters(settings) == IdentityConfig()


def test_the_small_environment_grows_fewer_trees_and_asks_the_same_question() -> None:
    base, mini = (churn_parameters(load(env).values) for env in ("local", "mini"))
    assert (base.horizon_days, base.eligible_days) == (mini.horizon_days, mini.eligible_days)
    assert (base.trees, mini.trees) == (200, 40)


class Events:
    """ops.model_events with one promotion of each of some runs."""

    def __init__(self, *runs: int) -> None:
        self.rows = [
            SimpleNamespace(
                run_number=run,
                at=run,
                model_name="churn",
                model_version=run,
                artifact_uri="file:///m",
                artifact_sha256="abc",
                evaluated_on=DAY,
            )
            for run in runs
        ]

    def filter(self, condition: str) -> "Events":
        assert condition == "is_champion"
        return self

    def collect(self) -> list[SimpleNamespace]:
        return self.rows


def reading(*promoted: int, artifacts: dict[str, bytes], horizon_days: int = 90) -> Any:
    """A context of run 5, runs 1 to 3 published."""
    return SimpleNamespace(
        read=lambda table: Events(*promoted),
        published_runs=frozenset({1, 2, 3}),
        run_number=5,
        tracking=SimpleNamespace(load=lambda uri, sha256: artifacts),
        settings=SimpleNamespace(outcome=SimpleNamespace(horizon_days=horizon_days)),
    )


def churn_files() -> dict[str, bytes]:
    nodes = replace(ensemble(1, trees=1, depth=1), features=NAMES[:6])
    level = Calibration("platt", np.array([-40.0, 40.0]), np.array([0.0, 0.0]))
    levels = KnownLevels(90, {DAY: 0.0}, {DAY: 1.0}, {DAY: DAY + timedelta(days=90)})
    model = ChurnModel(BoostedPredictor(nodes), level, levels, {}, VALIDATION, DAY)
    return model.to_artifacts()


def test_the_champion_is_the_newest_of_the_runs_that_count() -> None:
    found = read_champion(reading(1, 3, 4, artifacts=churn_files()), CHURN_MODEL, ChurnModel)
    assert found is not None
    assert (found.name, found.version, found.evaluated_on) == ("churn", 3, DAY)
    assert found.model.trained_through_on == VALIDATION
    assert read_champion(reading(4, artifacts=churn_files()), CHURN_MODEL, ChurnModel) is None


def test_a_champion_of_another_horizon_has_no_say() -> None:
    other = reading(1, artifacts=churn_files(), horizon_days=60)
    assert read_champion(other, CHURN_MODEL, ChurnModel) is None


def test_a_model_that_another_version_packed_is_refused_with_the_cure() -> None:
    old = churn_files() | {"churn.json": b'{"evaluated_on": "2025-10-01"}'}
    with pytest.raises(ModelError, match="churn model of this root cannot be used") as error:
        read_champion(reading(1, artifacts=old), CHURN_MODEL, ChurnModel)
    assert "new root" in error.value.cure
