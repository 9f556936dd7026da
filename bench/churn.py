"""The churn model on customers whose true probability of leaving is known: log loss against Spark's
GBT as it comes.

Run with `make bench NAME=churn`. Rivals see the same rows: pyspark.ml's GBT with its defaults,
uncalibrated, and the ridge logistic regression that every training reports; the oracle knows the
true probability.
"""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
from pyspark.ml.classification import GBTClassifier
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages.parameters import churn_parameters, rule_thresholds
from holdfast.models.churn.dataset import KEYS, LABEL, prepare_rows
from holdfast.models.churn.metrics import measure
from holdfast.models.churn.split import time_split
from holdfast.models.churn.training import fit
from holdfast.models.trees.scoring import impute
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.risk_bands import with_rule_band

CUSTOMERS = 4_000
HELD_OUT = date(2025, 10, 1)
DAYS = tuple(HELD_OUT - timedelta(days=90 * back) for back in (5, 4, 3, 2, 1, 0))
SPLIT = time_split(DAYS, 90, HELD_OUT + timedelta(days=90))
GOAL = 0.98  # of the rival's log loss, at most


def customers() -> pd.DataFrame:
    """Skewed counts, shares with gaps and much noise; leaving has thresholds, slopes and one
    interaction.
    """
    random = np.random.default_rng(3)
    rows = CUSTOMERS * len(DAYS)
    table = pd.DataFrame({name: np.round(random.gamma(1.5, 4, rows), 2) for name in NAMES})
    table["recency_days"] = random.exponential(45, rows).round()
    table["discounted_share_change"] = random.normal(0, 0.3, rows)
    table["open_urgent_tickets"] = random.poisson(0.15, rows).astype(float)
    price = np.tanh(3 * table["discounted_share_change"]) * (table["orders_365d"] < 6)
    odds = (
        -2.2
        + 1.6 * (table["recency_days"] > 60)
        + 0.012 * table["recency_days"]
        + 1.8 * (table["open_urgent_tickets"] > 0)
        + 1.5 * price
        - 0.05 * table["visits_30d"]
    )
    probability = 1 / (1 + np.exp(-odds))
    churned = (random.random(rows) < probability).astype(float)
    gaps = table.mask(random.random(table.shape) < 0.1)
    return gaps.assign(
        as_of=np.repeat(np.array(DAYS, dtype=object), CUSTOMERS),
        churned=churned,
        truth=probability,
        customer_id=np.tile(np.arange(1, CUSTOMERS + 1), len(DAYS)),
    )


def as_it_comes(frame: DataFrame, held: pd.DataFrame) -> np.ndarray:
    """Probabilities of pyspark.ml's GBT with its defaults, by customer."""
    known = prepare_rows(frame, NAMES, SPLIT).select(*KEYS, LABEL, *impute(NAMES))
    prepared = known.repartition(2, "customer_id")
    gather = VectorAssembler(inputCols=list(NAMES), outputCol="features")
    rows = gather.transform(prepared.sortWithinPartitions("customer_id", "as_of")).localCheckpoint()
    model = GBTClassifier(labelCol=LABEL, seed=7).fit(rows.filter(F.col("as_of") < F.lit(HELD_OUT)))
    answered = (
        model.transform(rows.filter(F.col("as_of") == F.lit(HELD_OUT)))
        .select(
            "customer_id", vector_to_array(F.col("probability")).getItem(1).alias("probability")
        )
        .toPandas()
        .set_index("customer_id")
    )
    return answered["probability"].loc[held["customer_id"]].to_numpy()


def compare(spark: SparkSession) -> dict[str, dict[str, float]]:
    """Figures on the held-out day by predictor."""
    conf, table = settings.load("demo").values, customers()
    config = churn_parameters(conf)
    frame = spark.createDataFrame(table.drop(columns="truth")).localCheckpoint()
    banded = with_rule_band(frame, rule_thresholds(conf)).localCheckpoint()
    result = fit(banded, NAMES, config, split=SPLIT)
    assert result.model is not None, result.decision.why
    held = table[table["as_of"] == HELD_OUT]
    churned = held["churned"].to_numpy()
    whole = [row for row in result.metrics if (row["slice"], row["cutoff_on"]) == ("all", HELD_OUT)]
    figures = {
        name: {row["metric"]: row["value"] for row in whole if row["predictor"] == name}
        for name in ("model", "logistic", "recency")
    }
    return {
        **figures,
        "spark gbt": measure(as_it_comes(banded, held), churned),
        "oracle": measure(held["truth"].to_numpy(), churned),
    }


def main() -> None:
    """Print the comparison and its JSON line."""
    figures = compare(session.open_session(settings.load("local").values.spark, "bench-churn"))
    for name, own in figures.items():
        print(
            f"{name:10} "
            + "  ".join(
                f"{metric} {own[metric]:.4f}" for metric in ("auc", "log_loss", "calibration_error")
            )
        )
    ours, rival = figures["model"]["log_loss"], figures["spark gbt"]["log_loss"]
    print(
        json.dumps(
            {
                "name": "churn",
                "ours": ours,
                "rival": rival,
                "ratio": ours / rival,
                "goal": GOAL,
                "met": ours / rival <= GOAL,
            }
        )
    )


if __name__ == "__main__":
    main()
