"""A model version is logged once, and an abandoned run's decision is not heard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.champions import champion_row
from holdfast.jobs.runtime.tracking import Tracking
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.table import Table


def test_a_resumed_run_gets_back_the_version_it_had_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    tracking, tags = Tracking(tmp_path), {"run_number": "1"}
    first = tracking.log("churn", {"model.json": b"1"}, {}, {"auc": 0.8}, tags)
    assert tracking.log("churn", {"model.json": b"1"}, {}, {"auc": 0.8}, tags) == first
    assert tracking.log("churn", {"model.json": b"2"}, {}, {"auc": 0.8}, tags).version == 2
    assert tracking.log("churn", {"model.json": b"1"}, {}, {"auc": 0.8}, {"run_number": "2"}).version == 3


def test_the_champion_of_an_abandoned_run_is_not_heard(rows: Callable[[Table, list[dict[str, object]]], DataFrame]) -> None:
    events = rows(MODEL_EVENTS, [{"run_number": n, "model_name": "churn", "model_version": n, "is_champion": n != 2}
                                 for n in (1, 2, 3)])
    newest = champion_row(events, "churn", {1, 2})
    assert newest is not None and newest.model_version == 1
    assert champion_row(events, "churn", {2}) is None
    assert champion_row(events, "value", {1, 2, 3}) is None
