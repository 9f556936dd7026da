"""Probabilities and signs on Spark against the same model by hand."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.models.churn.boosted import BoostedPredictor
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.scoring import rank_signs, score
from holdfast.models.trees.scoring import MISSING, margins
from holdfast.models.trees.shapley import explainer
from tests.models.trees.ensembles import ensemble

FEATURES: Final = tuple(f"f{i}" for i in range(6))
GROUPS: Final = {
    "f0": "price",
    "f1": "price",
    "f2": "service",
    "f3": "quality",
    "f4": "service",
    "f5": "recency",
}
BASELINES: Final = {**dict.fromkeys(FEATURES), "f0": "f1"}
TREES: Final = ensemble(11, trees=12, depth=4)
MODEL: Final = ChurnModel(
    BoostedPredictor(TREES),
    Calibration("platt", np.array([-40.0, 40.0]), np.array([-30.0, 28.0])),
    KnownLevels(
        90,
        {date(2025, 10, 1): 0.0},
        {date(2025, 10, 1): 1.0},
        {date(2025, 10, 1): date(2025, 12, 30)},
    ),
    {**{name: float(place) for place, name in enumerate(FEATURES)}, "f5": None},
    date(2025, 7, 1),
    date(2025, 10, 1),
)
SIZE: Final = 300


def table() -> pd.DataFrame:
    """Customers, a tenth of all values unknown."""
    random = np.random.default_rng(12)
    known = np.where(random.random((SIZE, 6)) < 0.1, np.nan, random.normal(size=(SIZE, 6)))
    return (
        pd.DataFrame(known, columns=list(FEATURES))
        .assign(customer_id=np.arange(1, SIZE + 1))
        .set_index("customer_id")
    )


@pytest.fixture(scope="module")
def frame(spark: SparkSession) -> DataFrame:
    rows = table().reset_index().astype(object)
    listed = rows.where(rows.notna(), None)[["customer_id", *FEATURES]].to_numpy().tolist()
    return spark.createDataFrame(
        listed, "customer_id long, " + ", ".join(f"{name} double" for name in FEATURES)
    )


@pytest.fixture(scope="module")
def answers(frame: DataFrame) -> DataFrame:
    return score(frame, MODEL, GROUPS).localCheckpoint()


@pytest.fixture(scope="module")
def scores(answers: DataFrame) -> pd.DataFrame:
    return pd.DataFrame(answers.toPandas()).set_index("customer_id").sort_index()


@pytest.fixture(scope="module")
def given(answers: DataFrame, frame: DataFrame) -> pd.DataFrame:
    return pd.DataFrame(rank_signs(answers, frame, MODEL, GROUPS, BASELINES).toPandas())


def test_probabilities_are_the_models(scores: pd.DataFrame) -> None:
    expected = MODEL.probability(table().fillna(MISSING).to_numpy())
    np.testing.assert_allclose(scores["probability"], expected, rtol=0, atol=1e-12)
    assert scores["probability"].nunique() > 50


def test_contributions_of_the_groups_add_up_to_the_log_odds(scores: pd.DataFrame) -> None:
    names = [f"group_{name}" for name in ("price", "service", "quality", "recency")]
    base = explainer(TREES).base
    expected = margins(TREES, table().fillna(MISSING).to_numpy())
    np.testing.assert_allclose(scores[names].sum(axis=1) + base, expected, rtol=0, atol=1e-9)


def test_signs_are_the_groups_that_push_towards_leaving(
    scores: pd.DataFrame, given: pd.DataFrame
) -> None:
    groups = scores.filter(like="group_").rename(columns=lambda name: name.removeprefix("group_"))
    for customer, own in given.groupby("customer_id"):
        pushes = groups.loc[customer].sort_values(ascending=False)
        strongest = pushes[pushes > 0]
        ranked = own.sort_values("sign_rank")
        assert ranked["sign"].tolist() == strongest.index.tolist()
        assert ranked["sign_rank"].tolist() == list(range(1, len(ranked) + 1))
        assert ranked["contribution"].astype(float).tolist() == pytest.approx(
            strongest.tolist(), abs=1e-6
        )
        assert ranked["share_probability"].astype(float).tolist() == pytest.approx(
            (strongest / strongest.sum()).tolist(), abs=1e-6
        )
    assert set(given["customer_id"]) == set(groups.index[(groups > 0).any(axis=1)])


def test_evidence_is_the_groups_strongest_feature_with_its_value(given: pd.DataFrame) -> None:
    rows = table()
    by_feature = pd.DataFrame(
        explainer(TREES).contributions(rows.fillna(MISSING).to_numpy()),
        rows.index,
        list(explainer(TREES).players),
    )
    for row in given.itertuples():
        members = [name for name in FEATURES if GROUPS[name] == row.sign]
        assert row.evidence == by_feature.loc[row.customer_id, members].idxmax()
        value = rows.loc[row.customer_id, row.evidence]
        assert (
            row.evidence_value is None
            if np.isnan(value)
            else float(row.evidence_value) == pytest.approx(value, abs=1e-4)
        )


def test_evidence_is_compared_with_the_own_past_else_the_median(given: pd.DataFrame) -> None:
    rows, seen = table(), set()
    for row in given.itertuples():
        seen.add(row.evidence)
        expected = (
            rows.loc[row.customer_id, "f1"] if row.evidence == "f0" else MODEL.medians[row.evidence]
        )
        if expected is None or np.isnan(expected):
            assert row.evidence_baseline is None
        else:
            assert float(row.evidence_baseline) == pytest.approx(expected, abs=1e-4)
    assert {"f0", "f1", "f5"} <= seen
