"""The models of record outside a run: scored again as of the day, and loaded from MLflow."""

import json
from io import StringIO
from pathlib import Path
from typing import Any, Final

import mlflow
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from rich.console import Console

from holdfast.jobs.cli import commands
from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from tests.slow.roots import run_here, table

pytestmark = pytest.mark.slow
TO_SCORES: Final = (
    "ingest",
    "standardise",
    "resolve_identity",
    "build_features",
    "build_labels",
    "train_churn",
    "score_churn",
)


def champion(root: Path, name: str) -> Any:
    """A model as a notebook gets it that knows of MLflow alone."""
    mlflow.set_tracking_uri(Tracking(root).uri)
    return mlflow.pyfunc.load_model(f"models:/{name}@champion")


def close(mine: pd.Series, published: pd.Series, within: float) -> bool:
    return bool(((mine - published.astype(float).reindex(mine.index)).abs() <= within).all())


@pytest.fixture(scope="module")
def ranked(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root up to its churn scores, of a seed whose small base has a model that ranks: that of
    `clean` gives everybody the same chance, as nothing did better beyond chance.
    """
    root = tmp_path_factory.mktemp("ranked")
    made = ["synthetic.customers=150", "synthetic.seed=8"]
    with open_runner("mini", str(root), made, quiet=True) as runner:
        run_standalone(runner, "generate")
    run_here(root, *TO_SCORES)
    return root


def test_the_backtest_repeats_the_published_figure_beside_that_of_the_day(ranked: Path) -> None:
    said = StringIO()
    commands.backtest("mini", str(ranked), [], as_json=True, out=Console(file=said))
    found = json.loads(said.getvalue())
    metrics = table(ranked, "ops.model_metrics")
    published = metrics[
        (metrics["model_name"] == "churn")
        & (metrics["predictor"] == "model")
        & (metrics["slice"] == "all")
        & (metrics["metric"] == "auc")
    ]
    published = published[published["cutoff_on"] == published["cutoff_on"].max()]
    assert found["auc"] == pytest.approx(published["value"].item(), abs=1e-9)
    assert found["customers"] == published["rows"].item()
    assert found["cutoff_on"] == str(published["cutoff_on"].item())
    assert found["customers_known_then"] > 0
    # others were known, or their features were others: the figure is another one
    assert 0.5 < found["auc_known_then"] < 1 and found["auc_known_then"] != found["auc"]


def test_mlflow_serves_the_probabilities_that_were_published(clean: Path) -> None:
    published = table(clean, "gold.churn_scores").set_index("customer_id")["churn_probability"]
    snapshots = table(clean, "features.customer_snapshots")
    today = (
        snapshots[snapshots["as_of"] == snapshots["as_of"].max()]
        .set_index("customer_id")
        .loc[published.index]
    )
    assert close(champion(clean, "churn").predict(today)["churn_probability"], published, 1e-6)


def test_mlflow_serves_the_values_that_were_published_for_the_inputs_that_were(
    clean: Path,
) -> None:
    values = table(clean, "gold.customer_values")
    published = values[~values["is_extrapolated"] & (values["horizon_days"] == 90)].set_index(
        "customer_id"
    )
    inputs = table(clean, "features.value_inputs").set_index("customer_id")
    assert set(inputs["as_of"]) == set(published["as_of"])
    asked, served = inputs.loc[published.index], champion(clean, "value")
    found = served.predict(asked)
    for name in ("expected_amount", "low_amount", "high_amount"):
        assert close(found[name], published[name], 0.0051), name
    with pytest.raises(ValueError, match="past_frequency"):
        served.predict(asked.assign(past_frequency=float("nan")))


@pytest.mark.parametrize("name", ["churn", "value"])
def test_mlflow_shows_what_each_model_wants_and_a_row_it_answers(clean: Path, name: str) -> None:
    served = champion(clean, name)
    example = served.input_example
    assert list(example.columns) == served.metadata.get_input_schema().input_names()
    answer = served.predict(example)
    assert list(answer.columns) == served.metadata.get_output_schema().input_names()
    assert answer.drop(columns="value_if_stays_amount", errors="ignore").notna().all(axis=None)


def test_inputs_of_the_value_model_are_rated_and_drawn(clean: Path) -> None:
    metrics = table(clean, "ops.model_metrics").query("model_name == 'value'")
    rated = metrics[metrics["metric"] == "importance"]
    served = champion(clean, "value").unwrap_python_model().model
    if served.basis != "boosted":
        assert rated.empty
        return
    names = {f"feature={name}" for name in served.features}
    assert set(rated["slice"]) == names and (rated["value"] >= 0).all()
    assert rated["value"].max() > 0
