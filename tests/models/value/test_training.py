from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.models.fitting import FitResult
from holdfast.models.trees.scoring import MISSING
from holdfast.models.value.metrics import interval_coverage
from holdfast.models.value.model import DERIVED, HISTORY, ValueModel, histories
from holdfast.models.value.scoring import score
from tests.models.value.loyal import DAYS, FEATURES, customers, figure, fit_on, model_of, world
from tests.models.value.simulated import simulate


def test_trees_win_where_a_feature_knows_what_bg_nbd_cannot(best: FitResult[ValueModel]) -> None:
    gini, error = (
        {name: figure(best, name, metric) for name in ("boosted", "bg_nbd")}
        for metric in ("normalised_gini", "mean_absolute_error")
    )
    assert model_of(best).basis == "boosted"
    assert gini["boosted"] > gini["bg_nbd"] + 0.03
    assert error["boosted"] < error["bg_nbd"]
    assert 0.85 <= figure(best, "boosted", "coverage") <= 0.95
    assert best.decision.is_promoted


def test_inputs_are_rated_by_how_far_they_move_the_trees_factor(
    best: FitResult[ValueModel],
) -> None:
    rated = {
        row["slice"].removeprefix("feature="): row["value"]
        for row in best.metrics
        if row["metric"] == "importance"
    }
    assert set(rated) == {*HISTORY, *FEATURES, *DERIVED}
    assert max(rated, key=rated.__getitem__) == "is_loyal"  # three times as much: made so


def test_a_forecast_without_trees_has_parameters_and_no_importances(
    best: FitResult[ValueModel],
) -> None:
    plain = replace(model_of(best), basis="bg_nbd")
    example = np.array([[plain.example[name] for name in plain.inputs]])
    assert plain.rate_inputs(example) == {}
    assert set(plain.card["btyd"]) == {"r", "alpha", "a", "b", "p", "q", "v"}
    assert plain.card["btyd"]["alpha"] == plain.btyd.counts.alpha


def test_the_example_is_of_medians_and_nobodys_chance_to_leave(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    model, frame = model_of(best), world(spark, 4)[0]
    day = pd.DataFrame(frame.toPandas()).query("as_of == @DAYS[2]").astype({"is_loyal": float})
    assert list(model.example) == [*HISTORY, *FEATURES, "churn_probability"]
    assert np.isnan(model.example["churn_probability"])
    for name in ("past_frequency", "past_age_days", "is_loyal"):
        assert model.example[name] == pytest.approx(day[name].median()), name
    assert ValueModel.from_artifacts(model.to_artifacts()).medians == model.medians


def test_it_says_which_labels_it_was_fitted_on_and_where_it_was_evaluated(
    best: FitResult[ValueModel],
) -> None:
    """The day to score is the fourth: by then the third is known, and the forecast is made again
    with it.
    """
    model = model_of(best)
    assert (model.trained_through_on, model.evaluated_on) == (DAYS[2], DAYS[2])
    assert {row["cutoff_on"] for row in best.metrics} == set(DAYS[:3])
    assert "boosted does better than past_rate" in model.card["why"]
    assert "on 2 days" in model.card["why"]


def test_trees_change_who_spends_not_how_much_all_spend(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    model, frame = model_of(best), world(spark, 4)[0]
    table = frame.filter(frame.as_of == str(DAYS[3])).toPandas()
    inputs = table[list(model.inputs)].fillna(MISSING).astype(float).to_numpy()
    of_btyd = model.btyd.expected(histories(inputs), model.horizon_days).spend.sum()
    low, high = model.card["total_interval"]
    level = model.expected_spend(inputs).sum() / of_btyd
    truth = np.where(np.random.default_rng(3).random(3_000) < 0.4, 2.0, 0.3).mean()
    assert level * low < truth < level * high
    assert 0.8 < level < 1.2


def test_a_champion_is_fitted_again_when_a_day_has_matured(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    earlier = fit_on(spark, 3)
    again = fit_on(spark, 4, champion=model_of(earlier))
    assert again.decision.is_promoted
    assert again.decision.why.startswith("fitted again")


def test_a_champion_keeps_its_place_unless_beaten(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    again = fit_on(spark, 4, champion=model_of(best))
    assert not again.decision.is_promoted
    assert "not below" in again.decision.why
    artifacts = model_of(best).to_artifacts()
    assert model_of(again).to_artifacts()["nodes.parquet"] == artifacts["nodes.parquet"]


def test_artifacts_and_the_frame_give_the_same_scores(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    again = ValueModel.from_artifacts(model_of(best).to_artifacts())
    past = simulate(9, 300, (0.8, 6.0, 0.8, 2.5), (6.0, 4.0, 15000.0))
    table = customers(3, past, np.arange(300) % 2 == 0)
    scores = score(spark.createDataFrame(table), again, [91, 365]).toPandas()
    near = scores[scores.horizon_days == 91].sort_values("customer_id")
    inputs = table[list(model_of(best).inputs)].astype(float).to_numpy()
    expected = model_of(best).forecast(inputs, 91)
    assert near.expected_amount.astype(float).to_numpy() == pytest.approx(
        expected.spend / 100, abs=0.0051
    )
    assert (near.low_amount <= near.expected_amount).all() and (
        near.expected_amount <= near.high_amount
    ).all()
    far = scores[scores.horizon_days == 365].sort_values("customer_id")
    assert (far.expected_amount.to_numpy() >= near.expected_amount.to_numpy()).all()
    assert far.is_extrapolated.all() and not near.is_extrapolated.any()
    actual = table.revenue_amount.to_numpy()
    low, high = (near[name].astype(float).to_numpy() for name in ("low_amount", "high_amount"))
    assert interval_coverage(actual, low - 0.01, high + 0.01) > 0.8


def test_scores_agree_with_the_chance_to_leave_to_the_cent(
    spark: SparkSession, best: FitResult[ValueModel]
) -> None:
    past = simulate(9, 300, (0.8, 6.0, 0.8, 2.5), (6.0, 4.0, 15000.0))
    table = customers(3, past, np.arange(300) % 2 == 0)
    chances = [Decimal(int(n)) / 1_000_000 for n in np.linspace(0, 1_000_000, len(table))]
    asked = table.assign(churn_probability=[None, *map(float, chances[1:])])
    scores = score(spark.createDataFrame(asked), model_of(best), [91, 365]).toPandas()
    near = scores[scores.horizon_days == 91].set_index("customer_id").loc[table.customer_id]
    far = scores[scores.horizon_days == 365].set_index("customer_id").loc[table.customer_id]
    kept = near.value_if_stays_amount
    assert kept.isna().tolist() == [True] + [False] * (len(table) - 1)
    assert far.value_if_stays_amount.isna().all()
    cent = Decimal("0.01")
    by_hand = [
        ((1 - chance) * amount).quantize(cent, ROUND_HALF_UP)
        for chance, amount in zip(chances[1:], kept[1:], strict=True)
    ]
    assert near.expected_amount[1:].tolist() == by_hand
    assert (far.expected_amount >= near.expected_amount).all()
    for one in (near, far):
        assert (one.low_amount <= one.expected_amount).all()
        assert (one.expected_amount <= one.high_amount).all()


def test_two_known_days_are_enough_for_trees(spark: SparkSession) -> None:
    result = fit_on(spark, 3)
    assert np.isfinite(figure(result, "boosted", "coverage"))


@pytest.mark.parametrize(("days", "interval"), [(1, "by the model"), (2, "calibrated")])
def test_with_too_little_data_btyd_or_the_past_rate_score_and_the_card_says_so(
    spark: SparkSession, days: int, interval: str
) -> None:
    result = fit_on(spark, days)
    assert model_of(result).basis in ("bg_nbd", "past_rate")
    assert model_of(result).card["interval"].startswith(interval)
    inputs: Any = np.array([[0.0, 0, 30, -1e9, 0, 1], [5, 100, 120, 4000, 20000, 0]])
    made = model_of(result).forecast(inputs, 91)
    assert np.isfinite([made.spend, made.low, made.high, made.orders, made.alive]).all()
    assert (made.low <= made.spend).all() and (made.spend <= made.high).all()
