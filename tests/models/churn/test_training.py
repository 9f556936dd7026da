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

from holdfast.models.churn.dataset import find_shortage
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Fold, Split, time_split
from holdfast.models.churn.training import fit
from holdfast.models.fitting import FitResult
from holdfast.models.tuning import InMemoryTrials
from tests.models.churn.retailers import (
    CONFIG,
    FEATURES,
    HELD_OUT,
    HORIZON,
    SPLIT,
    TOO_YOUNG,
    TRAIN,
    VALIDATION,
    everyone,
    labelled,
)

SINGLE = Split((VALIDATION,), (Fold((VALIDATION,), VALIDATION, by_customer=True),), HELD_OUT)


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
    """On the held-out day."""
    return {
        row["metric"]: row["value"]
        for row in found.metrics
        if (row["predictor"], row["slice"], row["cutoff_on"]) == (predictor, part, HELD_OUT)
    }


def test_the_candidate_that_takes_the_place_of_every_simpler_one_is_used(
    first: FitResult[ChurnModel],
) -> None:
    """Leaving bends with recency and tickets: a line sees most of it, four trees hardly more."""
    assert first.model.predictor.kind == "logistic"
    assert first.decision.is_promoted and first.decision.why == first.model.card["why"]
    assert first.decision.why.startswith(
        "logistic does better than constant and rules and recency on"
    )
    losses = {name: figures(first, name)["log_loss"] for name in ("model", "recency", "constant")}
    assert losses["model"] < losses["recency"] - 0.02 and losses["recency"] < losses["constant"]
    assert abs(figures(first, "model")["auc"] - figures(first, "trees")["auc"]) < 0.05


def test_every_candidate_has_figures_on_each_day_it_was_compared_on(
    first: FitResult[ChurnModel],
) -> None:
    compared = {
        (row["predictor"], row["cutoff_on"]) for row in first.metrics if row["metric"] == "log_loss"
    }
    names = ("model", "constant", "rules", "recency", "logistic", "trees", "blend")
    assert compared == {(name, day) for name in names for day in (VALIDATION, HELD_OUT)}


def test_a_killed_search_on_another_layout_ends_with_the_same_model_and_no_later_outcome_counts(
    first: FitResult[ChurnModel], again: FitResult[ChurnModel]
) -> None:
    """But for the one that is fitted once more when the held-out outcomes were known."""
    one, other = first.model.evaluated, again.model.evaluated
    assert one is not None and other is not None
    assert again.params == first.params
    assert other.predictor.to_artifacts() == one.predictor.to_artifacts()
    assert other.calibration.to_json() == one.calibration.to_json()
    assert other.medians == one.medians
    assert other.levels.forecast(HELD_OUT) == one.levels.forecast(HELD_OUT)
    assert figures(again, "model")["auc"] == pytest.approx(1 - figures(first, "model")["auc"])


def test_the_level_of_today_knows_the_outcomes_of_the_held_out_day(
    first: FitResult[ChurnModel], again: FitResult[ChurnModel]
) -> None:
    shifts = [found.model.levels.shifts[HELD_OUT] for found in (first, again)]
    assert shifts[0] != pytest.approx(shifts[1], abs=0.05)
    known = first.model.levels.known_from
    assert known == HELD_OUT + HORIZON
    assert first.model.levels.forecast(known) != again.model.levels.forecast(known)


def test_it_is_evaluated_as_it_is_on_all_of_the_held_out_rows(first: FitResult[ChurnModel]) -> None:
    table = everyone()
    held = table[table["as_of"] == HELD_OUT]
    inputs = held[list(FEATURES)].fillna(-1e9).to_numpy()
    assert first.model.evaluated is not None
    probability = first.model.evaluated.probability(inputs, HELD_OUT)
    assert figures(first, "model")["auc"] == pytest.approx(
        roc_auc_score(held["churned"], probability)
    )
    assert figures(first, "model")["expected_leavers"] == pytest.approx(probability.sum())


def test_medians_are_those_of_the_rows_it_was_fitted_on(first: FitResult[ChurnModel]) -> None:
    table = everyone()
    known = [*TRAIN, VALIDATION]
    for model, days in ((first.model.evaluated, known), (first.model, [*known, HELD_OUT])):
        fitted_on = table[table["as_of"].isin(days)]
        assert model is not None and model.medians == {
            name: pytest.approx(fitted_on[name].median()) for name in FEATURES
        }


def test_only_the_model_that_has_not_learnt_from_a_day_answers_for_it(
    first: FitResult[ChurnModel],
) -> None:
    model = first.model
    assert model.as_known_on(HELD_OUT) is model.evaluated
    assert model.as_known_on(HELD_OUT + HORIZON - timedelta(days=1)) is model.evaluated
    assert model.as_known_on(HELD_OUT + HORIZON) is model
    assert model.as_known_on(HELD_OUT - timedelta(days=1)) is None


def test_the_level_is_of_cut_offs_whose_window_of_eligibility_lies_in_the_log(
    spark: SparkSession,
) -> None:
    """The shop opened 180 days before validation: of the younger cut-offs, in which half as many
    left, none counts.
    """
    table, opened = everyone(), VALIDATION - timedelta(days=180)
    table["tenure_days"] = [float((day - opened).days) for day in table["as_of"]]
    features = (*FEATURES, "tenure_days")
    model = fit(labelled(spark, table), features, CONFIG, split=SPLIT).model
    assert model is not None
    assert set(model.levels.shifts) == {VALIDATION, HELD_OUT}


def test_days_between_are_learnt_from_in_the_end_and_a_window_that_runs_tells_who_came_back(
    spark: SparkSession,
) -> None:
    """The younger of TOO_YOUNG is not known today, the older one was not on the held-out day."""
    embargoed, running = TOO_YOUNG
    today, table = HELD_OUT + HORIZON, everyone()
    table["days_to_order"] = np.where(table["churned"] > 0, np.nan, table["customer_id"] % 90)
    table.loc[table["as_of"] == running, "churned"] = np.nan
    days = [*TRAIN, VALIDATION, embargoed, HELD_OUT, running]
    split = time_split(days, CONFIG.horizon_days, today)
    model = fit(labelled(spark, table), FEATURES, CONFIG, split=split).model
    assert model is not None and model.evaluated is not None
    assert set(model.levels.shifts) == set(days)
    assert model.levels.known_on[embargoed] == embargoed + HORIZON
    assert model.levels.known_on[running] == today
    then = model.evaluated.levels
    assert set(then.shifts) == set(days) - {HELD_OUT, running}
    assert then.known_on[embargoed] == HELD_OUT, "by who had come back until then"
    known = table[table["churned"].notna() & (table["as_of"] <= HELD_OUT)]
    assert model.medians["recency_days"] == known["recency_days"].median()


def test_artifacts_give_the_same_model_back(first: FitResult[ChurnModel]) -> None:
    back = ChurnModel.from_artifacts(first.model.to_artifacts())
    values = np.random.default_rng(1).uniform(-2, 150, (500, len(FEATURES)))
    assert back.probability(values).tolist() == first.model.probability(values).tolist()
    assert back.to_artifacts() == first.model.to_artifacts()


def test_a_single_cut_off_is_short_by_side() -> None:
    fold = Fold((VALIDATION,), VALIDATION, by_customer=True)
    counts = {(VALIDATION, 0): (9, 9), (VALIDATION, 1): (3, 9), (HELD_OUT, 0): (9, 9)}
    assert find_shortage(counts, fold, HELD_OUT, 5).startswith("3 leavers and 9 stayers in the val")


def test_without_an_earlier_cut_off_one_half_of_the_customers_measures_the_other(
    spark: SparkSession,
) -> None:
    result = fit(labelled(spark, everyone()), FEATURES, CONFIG, split=SINGLE)
    assert result.model is not None and result.model.predictor.kind in {"recency", "logistic"}
    assert result.model.card["split"]["compared_on"] == [str(VALIDATION)]


def test_the_champions_parameters_are_tried_first(
    spark: SparkSession, first: FitResult[ChurnModel]
) -> None:
    known = {
        "depth": 2.0,
        "trees": 3.0,
        "learning_rate": 0.11,
        "leaf_penalty": 9.0,
        "feature_share": 0.9,
    }
    champion = replace(first.model, card={**first.model.card, "params": known})
    tried = InMemoryTrials()
    fit_on(spark, everyone(), tried, champion)
    assert tried.load()[0]["params"] == known
