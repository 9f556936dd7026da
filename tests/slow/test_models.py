"""The models of record outside a run: scored again as of the day, and loaded from MLflow."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from rich.console import Console

import holdfast
from holdfast.jobs.cli import commands
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.sales import with_sales
from holdfast.transformations.scoring.value import value_inputs
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables.silver import ORDERS
from tests.slow.roots import table

pytestmark = pytest.mark.slow


def champion(root: Path, name: str) -> Any:
    """A model as a notebook gets it that knows of MLflow alone."""
    mlflow.set_tracking_uri(Tracking(root).uri)
    return mlflow.pyfunc.load_model(f"models:/{name}@champion")


def close(mine: pd.Series, published: pd.Series, within: float) -> bool:
    return bool(((mine - published.astype(float).reindex(mine.index)).abs() <= within).all())


def test_the_backtest_repeats_the_published_figure_beside_that_of_the_day(clean: Path) -> None:
    said = StringIO()
    commands.backtest("mini", str(clean), [], as_json=True, out=Console(file=said))
    found = json.loads(said.getvalue())
    metrics = table(clean, "ops.model_metrics")
    published = metrics[
        (metrics["model_name"] == "churn")
        & (metrics["predictor"] == "model")
        & (metrics["slice"] == "all")
        & (metrics["metric"] == "auc")
    ]
    assert found["auc"] == pytest.approx(published["value"].item(), abs=1e-9)
    assert found["customers"] == published["rows"].item()
    assert found["cutoff_on"] == str(published["cutoff_on"].item())
    assert found["customers_known_then"] != found["customers"]
    assert 0.5 < found["auc_known_then"] <= 1


def test_mlflow_serves_the_probabilities_that_were_published(clean: Path) -> None:
    published = table(clean, "gold.churn_scores").set_index("customer_id")["churn_probability"]
    snapshots = table(clean, "features.customer_snapshots")
    today = (
        snapshots[snapshots["as_of"] == snapshots["as_of"].max()]
        .set_index("customer_id")
        .loc[published.index]
    )
    assert close(champion(clean, "churn").predict(today)["churn_probability"], published, 1e-6)


def test_mlflow_serves_the_values_that_were_published(clean: Path, spark: SparkSession) -> None:
    values = table(clean, "gold.customer_values")
    published = values[~values["is_extrapolated"] & (values["horizon_days"] == 90)].set_index(
        "customer_id"
    )
    shop = holdfast.open_root(clean, spark)
    states = shop.table("silver.fact_states")
    sales = with_sales(shop.table("silver.orders"), shop.table("silver.order_lines"))
    dated = while_standing(sales, states, ORDERS)
    orders = with_customer(dated, shop.table("silver.identity_map"))
    history = purchase_history(orders, [published["as_of"].iloc[0]])
    inputs = (
        value_inputs(history, shop.table("features.customer_snapshots"), NAMES)
        .toPandas()
        .set_index("customer_id")
    )
    served = champion(clean, "value")
    scores = table(clean, "gold.churn_scores").set_index("customer_id")["churn_probability"]
    asked = inputs.join(scores.astype(float)).loc[published.index]
    found = served.predict(asked)
    for name in ("expected_amount", "low_amount", "high_amount"):
        assert close(found[name], published[name], 0.0051), name
    with pytest.raises(ValueError, match="past_frequency"):
        served.predict(inputs.assign(past_frequency=None))
