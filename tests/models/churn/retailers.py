"""Customers whose leaving depends on how long ago they bought and on their open tickets, as the
training sees them.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.stages.parameters import rule_thresholds
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.split import Fold, Split
from holdfast.transformations.scoring.risk_bands import with_rule_band

HORIZON: Final = timedelta(days=90)
HELD_OUT: Final = date(2025, 10, 1)
VALIDATION: Final = HELD_OUT - HORIZON
TRAIN: Final = (VALIDATION - HORIZON - timedelta(days=30), VALIDATION - HORIZON)
TOO_YOUNG: Final = (
    VALIDATION + timedelta(days=30),
    HELD_OUT + timedelta(days=30),
)  # known, but not when they would train
SPLIT: Final = Split((*TRAIN, VALIDATION), (Fold(TRAIN, VALIDATION),), HELD_OUT)
FEATURES: Final = ("recency_days", "orders_365d", "open_urgent_tickets", "visits_change", "noise")
RULES: Final = rule_thresholds(settings.load().values)
CONFIG: Final = ChurnTrainingConfig(
    horizon_days=90,
    trials=2,
    trees=4,
    max_depth=5,
    early_stopping=False,
    max_training_rows=100_000,
    max_evaluation_rows=100_000,
    min_rows_per_leaf=10,
    min_outcomes_per_class=20,
    seed=7,
)
_UNSEEN: Final = (
    "frequency_drop_share",
    "email_rate_change",
    "order_value_change",
    "unsubscribed_90d",
    "returns_90d",
    "competitor_90d",
    "discounted_share_change",
    "gap_ratio",
    "views_without_order_30d",
    "categories_change",
)


def customers(day: date, size: int = 400) -> pd.DataFrame:
    """Snapshots of one day with what happened next; a tenth have no recency, half no visits."""
    random = np.random.default_rng(day.toordinal())
    recency, tickets = (
        random.uniform(0, 180, size).round(),
        (random.random(size) < 0.3).astype(float),
    )
    leaves = 1 / (1 + np.exp(2 - 4 * tickets - (recency - 90) / 25))
    return pd.DataFrame(
        {
            "as_of": day,
            "customer_id": np.arange(1, size + 1),
            "churned": (random.random(size) < leaves).astype(float),
            "recency_days": np.where(random.random(size) < 0.1, np.nan, recency),
            "idle_days": recency,  # orders are all that is heard of them, one in 20 days
            "idle_ratio": recency / 20,
            "orders_365d": random.integers(1, 20, size).astype(float),
            "open_urgent_tickets": tickets,
            "visits_change": np.where(random.random(size) < 0.5, np.nan, random.normal(size=size)),
            "noise": random.normal(size=size),
        }
    )


def everyone() -> pd.DataFrame:
    """All days one after another."""
    return pd.concat(
        [customers(day) for day in (*TRAIN, VALIDATION, HELD_OUT, *TOO_YOUNG)], ignore_index=True
    )


def labelled(spark: SparkSession, table: pd.DataFrame, partitions: int = 1) -> DataFrame:
    """A frame of the shape that training reads, with the written rules that fired; signals of
    theirs that are not there are null.
    """
    whole = table.assign(**dict.fromkeys(_UNSEEN, np.nan))
    doubles = ", ".join(f"{name} double" for name in whole.columns[2:])
    rows = whole.astype(object).where(whole.notna(), None).to_numpy().tolist()
    frame = spark.createDataFrame(rows, f"as_of date, customer_id long, {doubles}")
    return with_rule_band(frame.repartition(partitions), RULES)
