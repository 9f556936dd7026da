"""What scores where there is no model."""

from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.stages.churn_scoring import choose_scorer, cut_bands
from holdfast.jobs.stages.training import Champion
from holdfast.models.churn.bands import BandRule
from holdfast.models.value.model import BG_NBD, BOOSTED, PAST_RATE
from holdfast.transformations.scoring.churn import ScoredBy
from holdfast.transformations.scoring.risk_bands import BandCuts


def champion(name: str, version: int, **known: Any) -> Champion[Any]:
    return Champion(name, version, SimpleNamespace(**known), None)


def test_the_churn_model_scores_where_there_is_one() -> None:
    churn = champion("churn", 4, alarms=("urgent_ticket",))
    scorer = choose_scorer(churn, champion("value", 2, basis=BOOSTED))
    assert scorer.churn is churn.model
    assert (scorer.scored_by, scorer.value, scorer.notice) == (
        ScoredBy("model", "churn", 4, ("urgent_ticket",)),
        None,
        "",
    )


@pytest.mark.parametrize("basis", [BOOSTED, BG_NBD])
def test_without_it_the_value_model_says_who_buys_nothing(basis: str) -> None:
    value = champion("value", 2, basis=basis)
    scorer = choose_scorer(None, value)
    assert scorer.value is value.model and scorer.churn is None
    assert scorer.scored_by == ScoredBy("bg_nbd", "value", 2)
    assert "no purchase by BG/NBD" in scorer.notice


@pytest.mark.parametrize("value", [None, champion("value", 2, basis=PAST_RATE)])
def test_a_past_rate_knows_no_purchases_and_the_rules_stand_alone(value: Any) -> None:
    scorer = choose_scorer(None, value)
    assert (scorer.churn, scorer.value) == (None, None)
    assert scorer.scored_by == ScoredBy("rules", "rules", None)
    assert "rules alone" in scorer.notice


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (BandRule(), BandCuts(4 / 7, 1 / 3, 7 / 37)),
        (BandRule("quantile", 0.9, 0.5, 0.2), BandCuts(0.4, 0.2, 0.1)),
    ],
)
def test_bands_are_cut_by_the_probabilities_of_the_day(
    spark: SparkSession, rule: BandRule, expected: BandCuts
) -> None:
    answers = spark.createDataFrame([(0.1,), (0.2,), (0.3,), (0.4,), (None,)], "probability double")
    found = cut_bands(answers, rule)
    assert (found.high, found.medium, found.early) == pytest.approx(
        (expected.high, expected.medium, expected.early)
    )


def test_without_probabilities_there_is_nothing_to_cut(spark: SparkSession) -> None:
    answers = spark.createDataFrame([(None,)], "probability double")
    assert cut_bands(answers, BandRule()) == BandCuts(1.0, 1.0, 1.0)
