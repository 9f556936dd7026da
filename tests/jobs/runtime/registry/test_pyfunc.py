"""A packed model answers by itself, says what it wants, brings its own package, and one of another
version says what to do.
"""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.registry.packing import Description
from holdfast.models.churn.boosted import BoostedPredictor
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.dataset import values
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.model import ChurnModel
from holdfast.models.value.btyd import Btyd
from holdfast.models.value.model import HISTORY, ValueModel
from holdfast.models.value.predictions import BgNbd, GammaGamma
from tests.models.trees.ensembles import ensemble

MODEL = ChurnModel(
    BoostedPredictor(ensemble(1, trees=3, depth=2)),
    Calibration("platt", np.array([-40.0, 40.0]), np.array([-30.0, 28.0])),
    KnownLevels(
        90, {date(2025, 7, 1): 0.1}, {date(2025, 7, 1): 0.01}, {date(2025, 7, 1): date(2025, 9, 29)}
    ),
    {},
    date(2025, 7, 1),
    date(2025, 10, 1),
)


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The folder that MLflow loads a churn model from."""
    about = Description(example=pd.DataFrame([MODEL.example]))
    return (tmp_path / Tracking(tmp_path).log("churn", MODEL.to_artifacts(), about).uri).parents[1]


def test_a_packed_model_gives_the_probabilities_of_the_model(packed: Path) -> None:
    values = np.random.default_rng(2).normal(size=(20, len(MODEL.features)))
    served = mlflow.pyfunc.load_model(str(packed))
    found = served.predict(pd.DataFrame(values, columns=list(MODEL.features)))
    np.testing.assert_allclose(found["churn_probability"], MODEL.probability(values))


def test_a_packed_model_says_what_it_wants_and_gives(packed: Path) -> None:
    info = mlflow.models.get_model_info(str(packed))
    assert info.signature.inputs.input_names() == list(MODEL.features)
    assert info.signature.outputs.input_names() == ["churn_probability"]
    served = mlflow.pyfunc.load_model(str(packed))
    example = served.input_example
    assert served.predict(example)["churn_probability"].between(0, 1).all()
    first = MODEL.features[0]
    with pytest.raises(mlflow.MlflowException, match=first):
        served.predict(example.drop(columns=first))


def test_a_packed_model_brings_the_package_that_answers(packed: Path, tmp_path: Path) -> None:
    wheel, *others = (packed / "requirements.txt").read_text().split()
    assert not [name for name in others if "holdfast" in name]
    target = ["--target", str(tmp_path / "site"), "--no-deps", "--no-index", "-q"]
    subprocess.run([sys.executable, "-m", "pip", "install", *target, wheel], cwd=packed, check=True)
    code = "import holdfast.models.churn.model as m; print(m.__file__)"
    asked = [sys.executable, "-c", code]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    said = subprocess.run(asked, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    assert Path(said.stdout.strip()).is_relative_to(tmp_path / "site")


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


def test_a_packed_value_model_takes_whole_numbers_of_a_table_and_may_lack_who_leaves(
    tmp_path: Path,
) -> None:
    counts = BgNbd(0.8, 6.0, 0.8, 2.5, False, (), 0.0, 100.0)
    btyd = Btyd(counts, replace(counts, leaves_at_first=True), GammaGamma(6.0, 4.0, 15e3, 2e3, 9.0))
    model = ValueModel("bg_nbd", "USD", 90, 0.9, btyd, ("visits",), medians={"past_age_days": 90.0})
    about = Description(example=pd.DataFrame([model.example]))
    logged = Tracking(tmp_path).log("value", model.to_artifacts(), about)
    served = mlflow.pyfunc.load_model(str((tmp_path / logged.uri).parents[1]))
    inputs = served.metadata.signature.inputs
    assert inputs.input_names() == [*HISTORY, "visits", "churn_probability"]
    assert inputs.required_input_names() == [*HISTORY, "visits"]
    past = pd.DataFrame([[3, 200, 300, 2500.0, 7500.0, np.nan]], columns=[*HISTORY, "visits"])
    asked = past.astype(dict.fromkeys(HISTORY[:3], "int32")).assign(identity_run=7)
    expected = model.forecast(values(past, model.inputs), 90).spend[0] / 100
    assert served.predict(asked)["expected_amount"][0] == pytest.approx(expected)
    leaving = served.predict(asked.assign(churn_probability=[Decimal("0.250000")]))
    known = model.forecast(values(past, model.inputs), 90, np.array([0.25])).spend[0] / 100
    assert leaving["expected_amount"][0] == pytest.approx(known)
    assert leaving["expected_amount"][0] == pytest.approx(
        0.75 * leaving["value_if_stays_amount"][0], abs=0.0051
    )
