"""Training and scoring by the jobs themselves, on a root with features, labels and consent of 300
customers.
"""

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import Row, SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.runs.records import JobRun
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.jobs.stages.drift import CALENDAR
from holdfast.models.churn.model import ChurnModel
from holdfast.models.trees.scoring import MISSING
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.tables.drift import DRIFT
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CHURN_SCORES,
    CHURN_SIGNS,
    PUBLISHED_RUNS,
)
from holdfast.transformations.tables.ops import JOB_RUNS, MODEL_EVENTS, MODEL_METRICS, RUNS
from holdfast.transformations.tables.vocabulary import REASONS
from tests.factories import rows
from tests.fixtures import shop as small
from tests.fixtures.leavers import HELD_OUT, TRAIN, WITHDRAWN, seeds, snapshots

TINY: Final = [
    f"run.as_of={small.DAY}",
    "churn.trials=1",
    "churn.trees=3",
    "churn.min_outcomes_per_class=5",
    "churn.min_rows_per_leaf=5",
]


def open_runner(spark: SparkSession, root: Path, *, force: bool = False) -> Runner:
    runner = small.opened(spark, root)
    runner.settings, runner.force = settings.load("local", TINY).values, force
    return runner


@pytest.fixture(scope="module")
def root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first run without a model, then one that trains."""
    place = tmp_path_factory.mktemp("churn") / "root"
    runner = open_runner(spark, place)
    runner.store.create([RUNS, JOB_RUNS, PUBLISHED_RUNS])
    run = runner.ledger.start("seeds", small.DAY, {})
    written = {}
    for table, values, days in seeds():
        frame = rows(spark, table, [{**value, "run_number": run.number} for value in values])
        runner.store.write(table, frame, WriteId(run.number, f"seed.{table.name}"), days)
        written[table.name] = runner.store.version(table) or 0
    now = runner.ledger.runs[run.number].opened_at
    runner.ledger.finish([JobRun(run.number, "seed", "done", now, now, 0, "", {}, written)])
    runner.run(["score_churn"], resume=True)
    open_runner(spark, place).run(["train_churn", "score_churn", "measure_drift"])
    return place


def permitted(day: date) -> pd.DataFrame:
    """Customers of a day who may be used."""
    table = snapshots()
    return table[(table["as_of"] == day) & ~table["customer_id"].isin(WITHDRAWN)].set_index(
        "customer_id"
    )


def scorable() -> pd.DataFrame:
    """Those of today of whom the question is asked."""
    today = permitted(small.DAY)
    return today[today["recency_days"] <= 180]


def promotion(spark: SparkSession, root: Path) -> Row:
    """The event that made the champion."""
    found: Row = (
        open_runner(spark, root)
        .store.read(MODEL_EVENTS)
        .filter("is_champion")
        .orderBy("model_version", ascending=False)
        .first()
    )
    return found


def champion(spark: SparkSession, root: Path) -> ChurnModel:
    runner, event = open_runner(spark, root), promotion(spark, root)
    return ChurnModel.from_artifacts(
        runner.tracking.load(event.artifact_uri, event.artifact_sha256)
    )


def test_without_a_model_the_written_rules_score_and_say_so(
    spark: SparkSession, root: Path
) -> None:
    runner = open_runner(spark, root)
    first = runner.ledger.manifests[min(runner.ledger.manifests)]
    found = runner.store.read(CHURN_SCORES, first[CHURN_SCORES.name]).collect()
    assert {row.customer_id for row in found} == set(scorable().index)
    assert {
        (row.score_basis, row.model_name, row.churn_probability, row.rule_alarms) for row in found
    } == {("rules", "rules", None, None)}
    assert all(row.risk_band == row.rule_band for row in found)
    assert {row.risk_band for row in found} >= {"none", "medium", "high"}


def test_the_model_scores_everybody_who_may_be_scored(spark: SparkSession, root: Path) -> None:
    model, today = champion(spark, root), scorable()
    scores = pd.DataFrame(open_runner(spark, root).store.read(CHURN_SCORES).toPandas()).set_index(
        "customer_id"
    )
    assert set(scores.index) == set(today.index)
    assert set(scores["score_basis"]) == {"model"}
    values = today.reindex(columns=list(model.features)).fillna(MISSING).to_numpy(dtype=float)
    assert scores["churn_probability"].astype(float).loc[today.index].to_numpy() == pytest.approx(
        model.probability(values, small.DAY), abs=1e-6
    )
    assert (scores["risk_band"] != scores["rule_band"]).any()


def test_the_band_follows_the_probability_and_what_outcomes_say_of_the_rules(
    spark: SparkSession, root: Path
) -> None:
    alarms = champion(spark, root).alarms
    scores = pd.DataFrame(open_runner(spark, root).store.read(CHURN_SCORES).toPandas())
    heard = [
        [rule for rule in str(hits).split(",") if rule in alarms] for hits in scores["rule_hits"]
    ]
    assert [given or "" for given in scores["rule_alarms"]] == [",".join(own) for own in heard]
    chance = scores["churn_probability"].astype(float)
    average = chance.mean() / (1 - chance.mean())
    times = (chance / (1 - chance) / average).to_numpy()
    place = np.searchsorted([0.7, 1.5, 4.0], times, "right")
    place += np.array(["urgent_ticket" in own for own in heard])
    bands = np.array(["none", "early", "medium", "high", "high"])[place]
    assert scores["risk_band"].tolist() == bands.tolist()


def test_everybody_scored_has_a_first_reason_be_it_unclear(spark: SparkSession, root: Path) -> None:
    given = pd.DataFrame(open_runner(spark, root).store.read(CHURN_REASONS).toPandas())
    first = given[given["reason_rank"] == 1].set_index("customer_id")
    assert set(first.index) == set(scorable().index)
    assert set(first["reason"]) <= set(REASONS)
    assert {"service", "engagement", "unclear"} <= set(first["reason"])
    urgent = scorable()["open_urgent_tickets"] > 0
    assert (first.loc[urgent[urgent].index, "reason"] == "service").all()


def test_signs_are_what_pushes_towards_leaving_in_order(spark: SparkSession, root: Path) -> None:
    given = pd.DataFrame(open_runner(spark, root).store.read(CHURN_SIGNS).toPandas())
    assert set(given["customer_id"]) <= set(scorable().index) and len(given)
    for _, own in given.sort_values("sign_rank").groupby("customer_id"):
        assert own["sign_rank"].tolist() == list(range(1, len(own) + 1))
        assert own["contribution"].is_monotonic_decreasing and (own["contribution"] > 0).all()


def test_nothing_is_learnt_from_who_withdrew(spark: SparkSession, root: Path) -> None:
    assert champion(spark, root).card["rows"]["known"] == len(permitted(TRAIN))
    evaluated = (
        open_runner(spark, root)
        .store.read(MODEL_METRICS)
        .filter("metric = 'auc' and predictor = 'model'")
        .collect()
    )
    rows = {row.cutoff_on: row.rows for row in evaluated}
    assert set(rows) == {TRAIN, HELD_OUT} and rows[HELD_OUT] == len(permitted(HELD_OUT))
    assert rows[TRAIN] < len(permitted(TRAIN))  # the half that measured the other


def test_the_held_out_day_is_learnt_from_once_it_has_been_evaluated_on(
    spark: SparkSession, root: Path
) -> None:
    event = promotion(spark, root)
    assert (event.trained_through_on, event.evaluated_on) == (HELD_OUT, HELD_OUT)
    before = champion(spark, root).evaluated
    assert before is not None and before.trained_through_on == TRAIN


def test_today_is_compared_with_the_days_that_were_learnt_from(
    spark: SparkSession, root: Path
) -> None:
    found = pd.DataFrame(open_runner(spark, root).store.read(DRIFT).toPandas())
    measured = found.set_index(["measure", "subject"])
    sizes = {day: (permitted(day)["recency_days"] <= 180).sum() for day in (TRAIN, HELD_OUT)}
    features = measured.loc["psi"].drop("churn_probability")
    assert set(features.index) == set(NAMES) and set(features["rows"]) == {len(scorable())}
    assert set(features["reference_rows"]) == {sum(sizes.values())}
    assert set(features["reference_from_on"]) == {TRAIN}
    assert set(features["reference_to_on"]) == {HELD_OUT}
    tested = measured.loc["p_value"]
    assert set(tested.index) == {*NAMES, "all_features"} - set(CALENDAR)
    assert tested["value"].min() == tested.loc["all_features", "value"]
    assert (tested["is_alarm"] == (tested["value"] < 0.01)).all()
    assert 0.3 < tested["rows"].min() / len(scorable()) < 0.7  # a half of the customers


def test_scores_are_compared_with_those_of_the_held_out_day_and_so_are_leavers(
    spark: SparkSession, root: Path
) -> None:
    found = pd.DataFrame(open_runner(spark, root).store.read(DRIFT).toPandas())
    own = found[found["subject"] == "churn_probability"].set_index("measure")
    assert set(own["reference_to_on"]) == {HELD_OUT}
    assert own.loc["psi", "reference_rows"] == len(permitted(HELD_OUT))
    assert own.loc["psi", "rows"] == len(scorable())
    then, gap = permitted(HELD_OUT), own.loc["calibration_gap"]
    model = champion(spark, root).evaluated
    assert model is not None
    values = then.reindex(columns=list(model.features)).fillna(MISSING).to_numpy(dtype=float)
    expected = model.probability(values, HELD_OUT).sum()
    assert gap["value"] == pytest.approx(expected - then["churned"].sum())
    assert gap["low"] < gap["value"] < gap["high"]


@pytest.mark.slow
def test_the_champion_stays_until_there_is_something_new_or_it_is_asked_for(
    spark: SparkSession, root: Path
) -> None:
    open_runner(spark, root).run(["train_churn"])
    runner = open_runner(spark, root)
    assert runner.store.read(MODEL_EVENTS).count() == 1
    before = champion(spark, root)
    open_runner(spark, root, force=True).run(["train_churn"])
    events = runner.store.read(MODEL_EVENTS).orderBy("run_number").collect()
    assert [(row.event, row.is_champion) for row in events] == [("promoted", True)] * 2
    again = champion(spark, root)
    assert again.predictor.kind == before.predictor.kind
    assert again.levels == before.levels
