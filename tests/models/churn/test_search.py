"""The search with early stopping: trees that are kept, what each round spends, on which rows."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from sklearn.metrics import log_loss

from holdfast.models.churn import dataset, search
from holdfast.models.churn.dataset import count_outcomes, prepare_rows, split_rows
from holdfast.models.churn.search import CUTS, count_trees, rounds
from holdfast.models.churn.training import fit
from holdfast.models.fitting import FitResult
from holdfast.models.trees.nodes import NodeTable
from tests.models.churn.retailers import (
    CONFIG,
    FEATURES,
    HELD_OUT,
    SPLIT,
    TRAIN,
    everyone,
    labelled,
)
from tests.models.trees.ensembles import plant

STOPPING = replace(CONFIG, early_stopping=True, trials=10, trees=20, max_depth=4)


def stumps(*steps: float) -> NodeTable:
    """Trees that each ask whether x <= 0 and answer -step or step."""
    return plant(["x"], [(0, 0.0, (-step, 1), (step, 1)) for step in steps])


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ((0.6, 0.6, 0.6), 3),  # every tree still helps
        ((0.6, -1.0, 0.2), 1),  # the second undoes the first
        ((0.6, 4.0, 4.0), 2),  # the third is too sure of itself
        ((0.6, 0.0, 0.0), 1),  # the fewest of equals
    ],
)
def test_trees_are_kept_as_far_as_the_validation_loss_falls(
    steps: tuple[float, ...], kept: int
) -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=25_000)  # more than one block
    leaves = random.random(len(x)) < 1 / (1 + np.exp(-4.2 * np.sign(x)))
    validation = pd.DataFrame({"x": x, "churned": leaves.astype(float)})
    nodes = stumps(*steps)
    margins = np.cumsum([step * np.sign(x) for step in steps], axis=0)
    losses = [log_loss(leaves, 1 / (1 + np.exp(-margin))) for margin in margins]
    assert int(np.argmin(np.round(losses, 12))) + 1 == kept == count_trees(nodes, validation)


def test_a_later_round_has_fewer_points_and_more_of_everything() -> None:
    assert rounds(STOPPING) == CUTS and len(rounds(CONFIG)) == 1
    for before, after in pairwise(CUTS):
        assert after.points < before.points
        assert after.rows > before.rows and after.trees > before.trees
    assert (CUTS[0].points, CUTS[-1].rows, CUTS[-1].trees) == (1.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> tuple[FitResult[Any], list[tuple[int, float]]]:
    """A fit, and what was grown on the way: rows and trees of each."""
    grown: list[tuple[int, float]] = []
    original = search.grow_trees

    def counting(rows: pd.DataFrame, features: Any, params: Any, parameters: Any) -> Any:
        grown.append((len(rows), params["trees"]))
        return original(rows, features, params, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "grow_trees", counting)
        result = fit(labelled(spark, everyone()), FEATURES, STOPPING, split=SPLIT)
    return result, grown


def test_ten_points_are_cut_to_two_and_to_one(
    found: tuple[FitResult[Any], list[tuple[int, float]]],
) -> None:
    _, grown = found
    train_rows = sum(len(everyone()[everyone()["as_of"] == day]) for day in TRAIN)
    assert [trees for _, trees in grown] == [4] * 10 + [10] * 2 + [20]
    assert [round(rows / train_rows, 1) for rows, _ in grown[9:]] == [0.1, 0.5, 0.5, 1.0]


def test_trees_are_as_many_as_the_search_kept_for_the_newest_fold(
    found: tuple[FitResult[Any], list[tuple[int, float]]],
) -> None:
    result, _ = found
    assert result.model is not None and 1 <= result.params["trees"] <= 20


def test_a_search_sees_a_sample_and_the_card_says_what_share_is_fitted_on(
    spark: SparkSession,
) -> None:
    rows = prepare_rows(labelled(spark, everyone()), FEATURES, SPLIT).localCheckpoint()
    counts = count_outcomes(rows)
    small = replace(CONFIG, max_training_rows=600, max_search_rows=100)
    data = split_rows(rows, counts, SPLIT, small)
    known = sum(sum(left) for (day, _), left in counts.items() if day != HELD_OUT)
    assert (data.rows_known, data.share_fitted) == (known, 600 / known)
    fitted, searched = (
        {*part[["as_of", "customer_id"]].itertuples(index=False, name=None)}
        for part in (data.known, data.select_train(SPLIT.folds[-1]))
    )
    assert abs(len(fitted) - 600) < 75 and abs(len(searched) - 100) < 40
    assert searched < fitted


def test_a_wide_table_is_learnt_from_in_part(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = prepare_rows(labelled(spark, everyone()), FEATURES, SPLIT).localCheckpoint()
    counts = count_outcomes(rows)
    monkeypatch.setattr(dataset, "_MOST_VALUES", 300 * len(rows.columns))
    data = split_rows(rows, counts, SPLIT, CONFIG)
    assert data.share_fitted == 300 / data.rows_known
    assert abs(len(data.known) - 300) < 50
