"""The fitted churn model: what it learns from, what it never sees, and that the same input gives
the same model.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from sklearn.metrics import roc_auc_score

from holdfast.models.churn.dataset import too_few
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split
from holdfast.models.churn.training import Trained, fit
from tests.models.churn.retailers import (
    ASKED,
    FEATURES,
    HELD_OUT,
    TEACHING,
    TOO_YOUNG,
    VALIDATION,
    everyone,
    labelled,
)

SPLIT = Split(TEACHING, VALIDATION, HELD_OUT, by_customer=False)


class InMemory:
    """Keeps trials as JSON text, as a file would."""

    def __init__(self, text: str = "[]") -> None:
        self.text = text

    def load(self) -> list[dict[str, Any]]:
        return list(json.loads(self.text))

    def save(self, trials: Sequence[Mapping[str, Any]]) -> None:
        self.text = json.dumps(list(trials))


def trained(
    spark: SparkSession,
    table: pd.DataFrame,
    store: InMemory,
    champion: ChurnModel | None = None,
    partitions: int = 1,
) -> Trained:
    frame = labelled(spark, table, partitions)
    found = fit(frame, FEATURES, SPLIT, ASKED, champion, store, lambda plan: plan.localCheckpoint())
    assert isinstance(found, Trained)
    return found


@pytest.fixture(scope="module")
def store() -> InMemory:
    return InMemory()


@pytest.fixture(scope="module")
def first(spark: SparkSession, store: InMemory) -> Trained:
    return trained(spark, everyone(), store)


@pytest.fixture(scope="module")
def again(spark: SparkSession, store: InMemory, first: Trained) -> Trained:
    """After a kill behind the first trial, on rows laid out otherwise, with every outcome it must
    not learn from reversed.
    """
    table = everyone()
    unseen = table["as_of"].isin([HELD_OUT, *TOO_YOUNG])
    table.loc[unseen, "churned"] = 1 - table.loc[unseen, "churned"]
    shuffled = table.sample(frac=1, random_state=5)
    return trained(
        spark, shuffled, InMemory(json.dumps(store.load()[:1])), first.model, partitions=3
    )


def figures(found: Trained, predictor: str, part: str = "all") -> dict[str, float]:
    return {
        row["metric"]: row["value"]
        for row in found.metrics
        if (row["predictor"], row["slice"]) == (predictor, part)
    }


def test_it_beats_its_rivals_where_they_lack_a_signal(first: Trained) -> None:
    model, recency, frequency = (figures(first, name) for name in ("model", "recency", "frequency"))
    assert model["auc"] > recency["auc"] + 0.02 and model["log_loss"] < recency["log_loss"] - 0.02
    assert abs(frequency["auc"] - 0.5) < 0.1  # knows nothing: within three standard errors
    assert figures(first, "logistic")["auc"] > recency["auc"] + 0.02


def test_the_numpy_kernel_is_sparks_own_probability(first: Trained) -> None:
    assert figures(first, "model")["kernel_difference"] <= 1e-9
    assert first.model.nodes.depth >= 3


def test_a_killed_search_on_another_layout_ends_with_the_same_model_and_learns_nothing_from_later_outcomes(
    first: Trained, again: Trained
) -> None:
    one, other = first.model.to_artifacts(), again.model.to_artifacts()
    assert other["nodes.parquet"] == one["nodes.parquet"]
    assert again.params == first.params
    assert again.model.calibration.to_json() == first.model.calibration.to_json()
    assert again.model.medians == first.model.medians
    assert figures(again, "model")["auc"] == pytest.approx(1 - figures(first, "model")["auc"])


def test_a_challenger_that_is_not_better_is_not_promoted(first: Trained, again: Trained) -> None:
    assert first.is_better and first.why.startswith("there is no champion")
    assert not again.is_better and "not better than the champion's" in again.why


def test_it_is_judged_as_it_stands_on_all_of_the_held_out_rows(first: Trained) -> None:
    table = everyone()
    held = table[table["as_of"] == HELD_OUT]
    probability = first.model.probability(held[list(FEATURES)].fillna(-1e9).to_numpy())
    assert figures(first, "model")["auc"] == pytest.approx(
        roc_auc_score(held["churned"], probability)
    )
    assert {row["cutoff_on"] for row in first.metrics} == {HELD_OUT}


def test_medians_and_cover_are_those_of_the_rows_that_taught(first: Trained) -> None:
    table = everyone()
    taught = table[table["as_of"].isin([*TEACHING, VALIDATION])]
    assert first.model.medians == {name: pytest.approx(taught[name].median()) for name in FEATURES}
    nodes = first.model.nodes
    assert nodes.cover[nodes.roots].tolist() == [len(taught)] * len(nodes.roots)


def test_artifacts_give_the_same_model_back(first: Trained) -> None:
    back = ChurnModel.from_artifacts(first.model.to_artifacts())
    values = np.random.default_rng(1).uniform(-2, 150, (500, len(FEATURES)))
    assert back.probability(values).tolist() == first.model.probability(values).tolist()
    assert back.to_artifacts() == first.model.to_artifacts()


def test_with_too_few_leavers_it_says_so_and_fits_nothing(spark: SparkSession) -> None:
    asked = replace(ASKED, fewest=150)
    split = Split((VALIDATION,), VALIDATION, HELD_OUT, by_customer=True)
    found = fit(
        labelled(spark, everyone()),
        FEATURES,
        split,
        asked,
        None,
        InMemory(),
        lambda plan: plan.localCheckpoint(),
    )
    assert isinstance(found, str) and "in the training cut-offs, 150 of each are needed" in found


def test_the_part_that_is_short_is_named() -> None:
    enough, none = (50, 60), (0, 60)
    assert too_few({"teach": enough, "check": enough, "test": enough}, 50) == ""
    assert too_few({"teach": enough, "check": enough, "test": none}, 1) == (
        "0 leavers and 60 stayers in the held-out cut-offs, 1 of each are needed"
    )
    assert too_few({"teach": enough, "test": enough}, 1).startswith(
        "0 leavers and 0 stayers in the validation"
    )
