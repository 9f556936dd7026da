"""A packed model answers by itself, and one of another version says what to do."""

import sys
from datetime import date
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.model import ChurnModel
from tests.models.trees.ensembles import ensemble

MODEL = ChurnModel(
    ensemble(1, trees=3, depth=2),
    Calibration("platt", np.array([-40.0, 40.0]), np.array([-30.0, 28.0])),
    90,
    {},
    date(2025, 7, 1),
    date(2025, 10, 1),
)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The folder that MLflow loads a churn model from."""
    files = tmp_path / Tracking(tmp_path).log("churn", MODEL.to_artifacts(), {}, {}, {}).uri
    return files.parents[1]


def test_a_packed_model_gives_the_probabilities_of_the_model(packed: Path) -> None:
    values = np.random.default_rng(2).normal(size=(20, len(MODEL.nodes.features)))
    served = mlflow.pyfunc.load_model(str(packed))
    found = served.predict(pd.DataFrame(values, columns=list(MODEL.nodes.features)))
    np.testing.assert_allclose(found["churn_probability"], MODEL.probability(values))


def test_a_model_whose_modules_are_gone_says_to_train_it_again(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holdfast.models.churn.dataset", None)
    with pytest.raises(mlflow.MlflowException, match="holdfast run train_churn train_value"):
        mlflow.pyfunc.load_model(str(packed))


def test_a_model_packed_by_the_first_versions_says_to_train_it_again(packed: Path) -> None:
    code = packed / "pyfunc.py"
    code.write_text("from holdfast.models.churn.parts import values\n", encoding="utf-8")
    with pytest.raises(mlflow.MlflowException, match=r"train it again .*`holdfast run`"):
        mlflow.pyfunc.load_model(str(packed))
