"""Churn fitted on a frame that no table of ours looks like: a subscription service's."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.churn import (
    ChurnModel,
    ChurnTrainingConfig,
    FitResult,
    fit,
    rank_signs,
    score,
)

# The last is minutes, under a name that the fit could want for itself.
FEATURES: Final = ("months", "has_contract", "complaints", "place")
DAYS: Final = (date(2025, 1, 1), date(2025, 5, 1), date(2025, 9, 1))
TODAY: Final = date(2026, 1, 1)
SIZE: Final = 200
PARAMETERS: Final = ChurnTrainingConfig(
    trials=1, trees=3, min_rows_per_leaf=5, min_outcomes_per_class=10
)
SCHEMA: Final = (
    "as_of date, customer_id string, months int, has_contract boolean, complaints decimal(4,1), "
    "place double, region string, has_cancelled boolean"
)


def subscribers(spark: SparkSession, days: tuple[date, ...]) -> DataFrame:
    """Who has no contract and complains leaves; a fifth of the minutes and some outcomes are
    unknown.
    """
    random = np.random.default_rng(4)
    rows: list[tuple[object, ...]] = []
    for day in days:
        for number in range(SIZE):
            has_contract, complaints = bool(random.random() < 0.5), int(random.integers(0, 4))
            odds = -2 + 2.5 * (not has_contract) + 1.0 * complaints
            leaves = bool(random.random() < 1 / (1 + np.exp(-odds)))
            minutes = None if random.random() < 0.2 else float(random.gamma(2, 50))
            known = None if number < 5 else leaves
            months = int(random.integers(1, 60))
            plain = (months, has_contract, complaints, minutes, "north", known)
            rows.append((day, f"s-{number:03}", *plain))
    frame = pd.DataFrame(rows, columns=[part.split()[0] for part in SCHEMA.split(", ")])
    casts = (part.split(" ") for part in SCHEMA.split(", "))
    loose = spark.createDataFrame(
        frame.astype(object).where(frame.notna(), None).to_numpy().tolist(),
        SCHEMA.replace("decimal(4,1)", "int"),
    )
    return loose.select(*(loose[name].cast(kind).alias(name) for name, kind in casts))


@pytest.fixture(scope="module")
def result(spark: SparkSession) -> FitResult[ChurnModel]:
    frame = subscribers(spark, DAYS).withColumn("month_of_day", F.month("as_of"))
    return fit(frame, (*FEATURES, "month_of_day"), PARAMETERS, label="has_cancelled")


@pytest.fixture(scope="module")
def model(result: FitResult[ChurnModel]) -> ChurnModel:
    assert result.model is not None, result.decision.why
    return result.model


def test_it_learns_and_is_evaluated_beside_the_candidates_that_need_no_recency(
    result: FitResult[ChurnModel], model: ChurnModel
) -> None:
    auc = {
        row["predictor"]: row["value"]
        for row in result.metrics
        if (row["metric"], row["cutoff_on"]) == ("auc", DAYS[2])
    }
    assert set(auc) == {"model", "constant", "logistic", "trees", "blend"}
    assert auc["model"] > 0.75
    assert model.trained_through_on == model.evaluated_on == DAYS[2]
    assert model.evaluated and model.evaluated.trained_through_on == DAYS[1]
    assert result.decision.is_promoted


def test_what_only_says_which_day_it_is_is_not_learnt_from(model: ChurnModel) -> None:
    assert model.features == FEATURES


def test_customers_whose_outcome_is_unknown_are_left_out(model: ChurnModel) -> None:
    assert model.card["rows"]["known"] == 2 * (SIZE - 5)


def test_today_each_customer_gets_a_probability_and_each_feature_is_a_sign(
    spark: SparkSession, model: ChurnModel
) -> None:
    today = subscribers(spark, (TODAY,)).drop("has_cancelled")
    answers = score(today, model).localCheckpoint()
    scores = pd.DataFrame(answers.toPandas()).set_index("customer_id")
    assert len(scores) == SIZE and scores["probability"].between(0, 1, inclusive="neither").all()
    assert {f"group_{name}" for name in FEATURES} <= set(scores)
    loyal = pd.DataFrame(today.toPandas()).set_index("customer_id")["has_contract"].astype(bool)
    assert scores.loc[~loyal, "probability"].mean() > scores.loc[loyal, "probability"].mean() + 0.2
    signs = pd.DataFrame(rank_signs(answers, today, model).toPandas())
    assert (signs["sign"] == signs["evidence"]).all()
    assert {"has_contract", "complaints"} <= set(signs["sign"]) <= set(FEATURES)


def test_one_cutoff_alone_is_too_little_and_is_said_to_be(spark: SparkSession) -> None:
    alone = fit(subscribers(spark, DAYS[:1]), FEATURES, PARAMETERS, label="has_cancelled")
    assert alone.model is None and "too little history" in alone.decision.why
