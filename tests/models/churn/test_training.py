"""The fitted churn model: what it learns from, what it never sees, and that the same input gives
the same model.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from sklearn.metrics import roc_auc_score

from holdfast.models.churn.dataset import describe_shortage
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split
from holdfast.models.churn.training import fit
from holdfast.models.fitting import FitResult
from holdfast.models.tuning import InMemoryTrials
from tests.models.churn.retailers import (
    CONFIG,
    FEATURES,
    HELD_OUT,
    TOO_YOUNG,
    TRAIN,
    VALIDATION,
    everyone,
    labelled,
)

SPLIT = Split(TRAIN, VALIDATION, HELD_OUT, by_customer=False)


def fit_on(
    spark: SparkSession,
    table: pd.DataFrame,
    store: InMemoryTrials,
    champion: ChurnModel | None = None,
    partitions: int = 1,
) -> FitResult[ChurnModel]:
    frame = labelled(spark, table, partitions)
    return fit(frame, FEATURES, CONFIG, split=SPLIT, champion=champion, trials=store)


@pytest.fixture(scope="module")
def store() -> InMemoryTrials:
    return InMemoryTrials()


@pytest.fixture(scope="module")
def first(spark: SparkSession, store: InMemoryTrials) -> FitResult[ChurnModel]:
    return fit_on(spark, everyone(), store)


@pytest.fixture(scope="module")
def again(
    spark: SparkSession, store: InMemoryTrials, first: FitResult[ChurnModel]
) -> FitResult[ChurnModel]:
    """After a kill behind the first trial, on rows laid out otherwise, with every outcome it must
    not learn from reversed.
    """
    table = everyone()
    unseen = table["as_of"].isin([HELD_OUT, *TOO_YOUNG])
    table.loc[unseen, "churned"] = 1 - table.loc[unseen, "churned"]
    shuffled = table.sample(frac=1, random_state=5)
    return fit_on(spark, shuffled, InMemoryTrials(store.load()[:1]), first.model, partitions=3)


def figures(found: FitResult[ChurnModel], predictor: str, part: str = "all") -> dict[str, float]:
    return {
        row["metric"]: row["value"]
        for row in found.metrics
        if (row["predictor"], row["slice"]) == (predictor, part)
    }


def test_it_beats_its_rivals_where_they_lack_a_signal(first: FitResult[ChurnModel]) -> None:
    model, recency, frequency = (figures(first, name) for name in ("model", "recency", "frequency"))
    assert model["auc"] > recency["auc"] + 0.02 and model["log_loss"] < recency["log_loss"] - 0.02
    assert abs(frequency["auc"] - 0.5) < 0.1  # knows nothing: within three standard errors
    assert figures(first, "logistic")["auc"] > recency["auc"] + 0.02


def test_the_numpy_kernel_is_sparks_own_probability(first: FitResult[ChurnModel]) -> None:
    assert figures(first, "model")["kernel_difference"] <= 1e-9
    assert first.model.nodes.depth >= 3


def test_a_killed_search_on_another_layout_ends_with_the_same_model_and_no_later_outcome_counts(
    first: FitResult[ChurnModel], again: FitResult[ChurnModel]
) -> None:
    one, other = first.model.to_artifacts(), again.model.to_artifacts()
    assert other["nodes.parquet"] == one["nodes.parquet"]
    assert again.params == first.params
    assert again.model.calibration.to_json() == first.model.calibration.to_json()
    assert again.model.medians == first.model.medians
    assert figures(again, "model")["auc"] == pytest.approx(1 - figures(first, "model")["auc"])


def test_a_challenger_that_is_not_better_is_not_promoted(
    first: FitResult[ChurnModel], again: FitResult[ChurnModel]
) -> None:
    assert first.decision.is_promoted and first.decision.why.startswith("there is no champion")
    assert not again.decision.is_promoted
    assert "not better than the champion's" in again.decision.why


def test_it_is_evaluated_as_it_is_on_all_of_the_held_out_rows(first: FitResult[ChurnModel]) -> None:
    table = everyone()
    held = table[table["as_of"] == HELD_OUT]
    probability = first.model.probability(held[list(FEATURES)].fillna(-1e9).to_numpy())
    assert figures(first, "model")["auc"] == pytest.approx(
        roc_auc_score(held["churned"], probability)
    )
    assert {row["cutoff_on"] for row in first.metrics} == {HELD_OUT}


def test_medians_and_cover_are_those_of_the_rows_it_was_fitted_on(
    first: FitResult[ChurnModel],
) -> None:
    table = everyone()
    fitted_on = table[table["as_of"].isin([*TRAIN, VALIDATION])]
    assert first.model.medians == {
        name: pytest.approx(fitted_on[name].median()) for name in FEATURES
    }
    nodes = first.model.nodes
    assert nodes.cover[nodes.roots].tolist() == [len(fitted_on)] * len(nodes.roots)


def test_the_level_is_of_cut_offs_whose_window_of_eligibility_lies_in_the_log(
    spark: SparkSession,
) -> None:
    """The shop opened 180 days before validation: of the younger cut-offs, in which half as many
    left, none counts.
    """
    table, opened = everyone(), VALIDATION - timedelta(days=180)
    table["tenure_days"] = [float((day - opened).days) for day in table["as_of"]]
    is_young = table["as_of"].isin(TRAIN)
    table.loc[is_young & (table["customer_id"] % 2 == 0), "churned"] = 0.0
    features = (*FEATURES, "tenure_days")
    model = fit(labelled(spark, table), features, CONFIG, split=SPLIT).model
    assert model is not None
    known = table[table["as_of"] == VALIDATION]
    probability = model.probability(known[list(features)].fillna(-1e9).to_numpy())
    assert probability.sum() == pytest.approx(known["churned"].sum(), abs=1e-6)


def test_artifacts_give_the_same_model_back(first: FitResult[ChurnModel]) -> None:
    back = ChurnModel.from_artifacts(first.model.to_artifacts())
    values = np.random.default_rng(1).uniform(-2, 150, (500, len(FEATURES)))
    assert back.probability(values).tolist() == first.model.probability(values).tolist()
    assert back.to_artifacts() == first.model.to_artifacts()


def test_with_too_few_leavers_it_says_so_and_fits_nothing(spark: SparkSession) -> None:
    config = replace(CONFIG, min_outcomes_per_class=150)
    split = Split((VALIDATION,), VALIDATION, HELD_OUT, by_customer=True)
    result = fit(labelled(spark, everyone()), FEATURES, config, split=split)
    assert result.model is None and not result.decision.is_promoted
    assert "in the training cut-offs, 150 of each are needed" in result.decision.why


def test_the_part_that_is_short_is_named() -> None:
    enough, none = (50, 60), (0, 60)
    assert describe_shortage({"train": enough, "validation": enough, "held_out": enough}, 50) == ""
    assert describe_shortage({"train": enough, "validation": enough, "held_out": none}, 1) == (
        "0 leavers and 60 stayers in the held-out cut-offs, 1 of each are needed"
    )
    assert describe_shortage({"train": enough, "held_out": enough}, 1).startswith(
        "0 leavers and 0 stayers in the validation"
    )
