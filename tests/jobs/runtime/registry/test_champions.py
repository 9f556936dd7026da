"""A model version is logged once, and an abandoned run's decision is not heard."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.registry.champions import champion_rows, mirror_champions
from holdfast.jobs.runtime.registry.mlflow_store import ModelError, Tracking
from holdfast.jobs.runtime.registry.packing import Description
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.table import Table


def test_a_resumed_run_gets_back_the_version_it_had_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    first, other = ({"model.json": content} for content in (b"1", b"2"))
    run, later = (Description(tags={"run_number": number}) for number in ("1", "2"))
    tracking = Tracking(tmp_path)
    logged = tracking.log("churn", first, run)
    assert tracking.log("churn", first, run) == logged
    assert tracking.log("churn", other, run).version == 2
    assert tracking.log("churn", first, later).version == 3


def test_the_champion_of_an_abandoned_run_is_not_heard(
    rows: Callable[[Table, list[dict[str, object]]], DataFrame],
) -> None:
    events = rows(
        MODEL_EVENTS,
        [
            {"run_number": n, "model_name": "churn", "model_version": n, "is_champion": n != 2}
            for n in (1, 2, 3)
        ],
    )
    heard = champion_rows(events, {1, 2})
    assert {name: row.model_version for name, row in heard.items()} == {"churn": 1}
    assert champion_rows(events, {2}) == {}


def test_an_alias_moved_by_hand_is_put_back_and_one_in_its_place_asks_nothing_of_mlflow(
    rows: Callable[[Table, list[dict[str, object]]], DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    tracking = Tracking(tmp_path)
    for number in (1, 2):
        about = Description(tags={"run_number": str(number)})
        tracking.log("churn", {"model.json": bytes([number])}, about)
    events = rows(
        MODEL_EVENTS,
        [{"run_number": 1, "model_name": "churn", "model_version": 1, "is_champion": True}],
    )
    client = mlflow.MlflowClient(tracking.uri)
    client.set_registered_model_alias("churn", "champion", "2")
    mirror_champions(events, {1}, tracking, pytest.fail)
    assert int(client.get_model_version_by_alias("churn", "champion").version) == 1
    monkeypatch.setattr(Tracking, "_client", None)
    mirror_champions(events, {1}, tracking, pytest.fail)


def test_a_model_that_mlflow_does_not_know_is_reported_and_stops_nothing(
    rows: Callable[[Table, list[dict[str, object]]], DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(ModelError, match="alias of churn does not lead to version 7") as error:
        Tracking(tmp_path).mirror_alias("churn", 7)
    assert "MLFLOW_TRACKING_URI" in error.value.cure
    said: list[str] = []
    events = rows(
        MODEL_EVENTS,
        [{"run_number": 1, "model_name": "churn", "model_version": 7, "is_champion": True}],
    )
    mirror_champions(events, {1}, Tracking(tmp_path), said.append)
    assert said == [error.value.problem]
