"""Customers of whom some are loyal, which BG/NBD cannot know: frames to fit value models on."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from holdfast.models.fitting import FitResult
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.model import ValueModel
from holdfast.models.value.training import fit
from tests.models.value.simulated import Customers, cells, simulate

DAYS = [date(2025, 1, 1) + timedelta(days=91 * number) for number in range(4)]
FEATURES = ["is_loyal"]
CONFIG = ValueTrainingConfig(
    horizon_days=91,
    coverage=0.9,
    bands=5,
    trees=4,
    depth=2,
    learning_rate=0.3,
    min_rows_per_leaf=20,
)


def customers(day: int, past: Customers, loyal: np.ndarray) -> pd.DataFrame:
    """Customers of whom the loyal spend three times as much in the future: what
    BG/NBD cannot know.
    """
    return pd.DataFrame(
        {
            "as_of": DAYS[day],
            "customer_id": np.arange(1, len(past.x) + 1),
            "currency": "USD",
            "past_frequency": past.x.astype(int),
            "past_recency_days": past.t_x * 7,
            "past_age_days": past.age * 7,
            "past_mean_spend": past.mean_spend,
            "past_repeat_spend": past.mean_spend * past.x,
            "is_loyal": loyal,
            "revenue_amount": past.future_spend / 100 * np.where(loyal, 2.0, 0.3),
        }
    )


def world(spark: SparkSession, days: int, size: int = 3_000) -> tuple[DataFrame, DataFrame]:
    """Customers of all days, those of the last without an outcome, and cells of all."""
    labelled, counted = [], []
    for day in range(days):
        past = simulate(day, size, (0.8, 6.0, 0.8, 2.5), (6.0, 4.0, 15000.0))
        loyal = np.random.default_rng([day, 1]).random(size) < 0.4
        counted.append(pd.DataFrame({"as_of": DAYS[day], "currency": "USD", **cells(past)}))
        labelled.append(customers(day, past, loyal))
    labelled[-1]["revenue_amount"] = np.nan
    schema = (
        "as_of date, customer_id long, currency string, past_frequency int, past_recency_days "
        "double, "
        "past_age_days double, past_mean_spend double, past_repeat_spend double, is_loyal boolean, "
        "revenue_amount double"
    )
    return spark.createDataFrame(pd.concat(labelled), schema), spark.createDataFrame(
        pd.concat(counted)
    )


def fit_on(
    spark: SparkSession, days: int, champion: ValueModel | None = None
) -> FitResult[ValueModel]:
    frame, counted = world(spark, days)
    return fit(frame, counted, FEATURES, CONFIG, champion=champion)


def figure(result: FitResult[ValueModel], predictor: str, metric: str) -> float:
    """A figure of one forecast on the newest day it was measured on."""
    own = [
        row for row in result.metrics if (row["predictor"], row["metric"]) == (predictor, metric)
    ]
    return float(max(own, key=lambda row: row["cutoff_on"])["value"])


def model_of(result: FitResult[ValueModel]) -> ValueModel:
    assert result.model is not None
    return result.model
