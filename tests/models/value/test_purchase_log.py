"""A whole log, simulated purchase by purchase, through the two lines that a notebook needs."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.purchase_log import LogError, LogForecast, forecast_log

START = date(2024, 1, 1)
DAYS = 540
CONFIG = ValueTrainingConfig(horizon_days=60, trees=2, evaluation_days=4)


def simulated(customers: int) -> pd.DataFrame:
    """Customers who join over ten months, buy at their own rate and size, and leave by chance."""
    random, rows = np.random.default_rng(5), []
    for number in range(customers):
        at, rate = random.uniform(0, 300), random.gamma(2.0, 1 / 60)
        size = random.gamma(4.0, 10.0)
        while at < DAYS:
            rows.append((f"C{number}", START + timedelta(days=int(at)), random.gamma(4, size / 4)))
            if random.random() < 0.06:
                break
            at += random.exponential(1 / rate)
    return pd.DataFrame(rows, columns=["who", "on", "paid"]).assign(
        paid=lambda rows: rows["paid"].round(2)
    )


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    return simulated(500)


@pytest.fixture(scope="module")
def forecast(spark: SparkSession, log: pd.DataFrame) -> LogForecast:
    as_of = START + timedelta(days=DAYS - 60)
    table = spark.createDataFrame(log)
    return forecast_log(
        table, customer="who", at="on", amount="paid", as_of=as_of, parameters=CONFIG
    )


def test_every_customer_known_on_the_day_has_a_score(
    forecast: LogForecast, log: pd.DataFrame
) -> None:
    scores = forecast.scores.toPandas()
    known = log[log["on"] < forecast.as_of]["who"].unique()
    assert sorted(scores["customer_id"]) == sorted(known)
    assert list(scores) == [
        "customer_id",
        "expected_value",
        "low",
        "high",
        "expected_purchases",
        "p_alive",
    ]
    assert (scores["low"] <= scores["expected_value"]).all()
    assert (scores["expected_value"] <= scores["high"]).all()
    assert not scores.isna().any().any()


def test_the_total_and_most_customers_lie_within_what_was_said(
    forecast: LogForecast, log: pd.DataFrame
) -> None:
    scores = forecast.scores.toPandas().set_index("customer_id").astype(float)
    ahead = log[log["on"] >= forecast.as_of].groupby("who")["paid"].sum()
    actual = ahead.reindex(scores.index).fillna(0.0)
    low, high = forecast.model.card["total_interval"]
    total = scores["expected_value"].sum()
    assert total * low < actual.sum() < total * high
    inside = (scores["low"] <= actual) & (actual <= scores["high"])
    assert 0.83 <= inside.mean() <= 0.97


def test_the_backtest_has_every_forecast_on_every_day(forecast: LogForecast) -> None:
    seen = forecast.backtest
    assert seen["cutoff_on"].nunique() == 4
    assert seen["cutoff_on"].max() + timedelta(days=60) <= forecast.as_of
    assert {"past_rate", "bg_nbd", "model"} <= set(seen["predictor"])


def test_a_log_of_one_day_is_scored_and_says_what_it_cannot_support(spark: SparkSession) -> None:
    rows = pd.DataFrame({"who": ["a", "b", "c"], "on": START, "paid": [1.0, 2.0, 300.0]})
    found = forecast_log(
        spark.createDataFrame(rows), customer="who", at="on", amount="paid", parameters=CONFIG
    )
    scores = found.scores.toPandas()
    assert len(scores) == 3
    assert np.isfinite(scores["expected_value"].astype(float)).all()
    said = " ".join(found.warnings)
    for part in ("no outcome of 60 days", "the log spans 1 days", "100% of customers", "300"):
        assert part in said


def test_refunds_above_purchases_are_said(spark: SparkSession) -> None:
    rows = pd.DataFrame({"who": ["a", "a", "b"], "on": START, "paid": [10.0, -30.0, 5.0]})
    found = forecast_log(
        spark.createDataFrame(rows), customer="who", at="on", amount="paid", parameters=CONFIG
    )
    assert "more was given back than bought" in found.warnings[0]
    assert (found.scores.toPandas()["expected_value"] >= 0).all()


def test_a_log_without_one_whole_row_is_an_error_that_counts_them(spark: SparkSession) -> None:
    rows = pd.DataFrame({"who": ["a", "b"], "on": ["soon", "later"], "paid": [1.0, 2.0]})
    with pytest.raises(LogError, match=r"of 2 rows none has .* 2 without a time"):
        forecast_log(
            spark.createDataFrame(rows), customer="who", at="on", amount="paid", parameters=CONFIG
        )
