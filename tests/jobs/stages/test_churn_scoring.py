"""What scores where there is no model."""

from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.jobs.stages.churn_scoring import choose_scorer
from holdfast.jobs.stages.training import Champion
from holdfast.models.value.model import BG_NBD, BOOSTED, PAST_RATE
from holdfast.transformations.scoring.churn import ScoredBy


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
