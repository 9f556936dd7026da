"""Figures on the held-out cut-off against hand-worked ones, and the rule of promotion."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.evaluation import compare, evaluate, evaluate_logistic, find_alarms
from holdfast.models.churn.model import ChurnModel
from holdfast.transformations.scoring.risk_bands import BandCuts
from tests.models.trees.ensembles import ensemble

Figures = dict[tuple[str, str, str], tuple[float, int]]

DAY = date(2025, 10, 1)
CUTS = BandCuts(high=0.6, medium=0.35, early=0.2)
HELD_OUT = pd.DataFrame(
    {
        "churned": [1.0, 1, 0, 0, 1, 0],
        "rule_hits": ["", "idle_high", "", "browsing", "idle_high,browsing", ""],
        "recency_days": [90.0, 10, 80, 5, np.nan, 20],
        "orders_365d": [1.0, 2, 3, 4, 5, 6],
    }
)
PROBABILITY = np.array([0.6, 0.1, 0.35, 0.2, 0.1999, 0.05])


@pytest.fixture(scope="module")
def figures() -> Figures:
    found = evaluate(HELD_OUT, PROBABILITY, HELD_OUT, DAY, CUTS, 1e-12) + evaluate_logistic(
        np.log(PROBABILITY), HELD_OUT, DAY
    )
    assert all(row["cutoff_on"] == DAY for row in found)
    return {
        (row["predictor"], row["slice"], row["metric"]): (row["value"], row["rows"])
        for row in found
    }


def test_ranking_is_the_share_of_pairs_in_the_right_order(figures: Figures) -> None:
    assert figures["model", "all", "auc"] == (pytest.approx(5 / 9), 6)
    assert figures["logistic", "all", "auc"][0] == pytest.approx(5 / 9)
    # an unknown recency stands in the middle, at 20 days: half a pair with the one who has 20
    assert figures["recency", "all", "auc"][0] == pytest.approx((3 + 1 + 1.5) / 9)
    assert figures["frequency", "all", "auc"][0] == pytest.approx((3 + 3 + 1) / 9)


def leavers(figures: Figures, part: str) -> tuple[float, ...]:
    """Customers, and leavers expected and real."""
    names = ("expected_leavers", "leavers")
    found = [figures["model", part, name] for name in names]
    return (found[0][1], *(round(value, 4) for value, _ in found))


def test_each_band_has_its_leavers_expected_and_real_and_a_cut_belongs_to_the_band_above(
    figures: Figures,
) -> None:
    assert leavers(figures, "risk_band=high") == (1, 0.6, 1)
    assert leavers(figures, "risk_band=medium") == (1, 0.35, 0)
    assert leavers(figures, "risk_band=early") == (1, 0.2, 0)
    assert leavers(figures, "risk_band=none") == (3, 0.3499, 2)
    assert leavers(figures, "all") == (6, 1.4999, 3)
    low, high = (figures["model", "all", f"leavers_{end}"][0] for end in ("low", "high"))
    assert low == 0 and high in (3, 4)  # P(at most 3) is .977, found within a customer


def test_each_rule_that_fired_is_compared_with_outcomes(figures: Figures) -> None:
    assert leavers(figures, "rule=idle_high") == (2, 0.2999, 2)
    assert leavers(figures, "rule=browsing") == (2, 0.3999, 1)
    assert {part for _, part, _ in figures if part.startswith("rule=")} == {
        "rule=idle_high",
        "rule=browsing",
    }


@pytest.mark.parametrize(("left", "alarms"), [(20, ()), (29, ()), (30, ("knows_more",))])
def test_a_rule_raises_an_alarm_where_its_customers_leave_beyond_chance(
    left: int, alarms: tuple[str, ...]
) -> None:
    # 100 customers at .2, one rule of two: 29 is the 98.75th percentile of the binomial law
    size = 400
    hits = np.where(np.arange(size) < 100, "knows_more", "knows_no_more")
    churned = np.zeros(size)
    churned[:left] = 1
    churned[100:160] = 1  # 60 of 300 at .2: as expected
    rows = pd.DataFrame({"churned": churned, "rule_hits": hits})
    assert find_alarms(rows, np.full(size, 0.2)) == alarms


def test_gain_counts_leavers_among_those_contacted_first_and_lift_is_over_chance(
    figures: Figures,
) -> None:
    assert figures["model", "contacted=0.1", "gain"][0] == pytest.approx(1 / 3)
    assert figures["model", "contacted=0.1", "lift"][0] == pytest.approx(1 / 3 / 0.1)
    assert figures["model", "contacted=1.0", "gain"][0] == 1.0
    assert figures["model", "contacted=1.0", "lift"][0] == 1.0
    assert figures["recency", "contacted=0.1", "gain"][0] == pytest.approx(1 / 3)


def test_every_row_lies_in_one_bin(figures: Figures) -> None:
    rates = {
        part: value
        for (_, part, metric), value in figures.items()
        if metric == "observed_rate" and "bin" in part
    }
    assert sum(rows for _, rows in rates.values()) == 6
    assert sum(rate * rows for rate, rows in rates.values()) == 3
    assert figures["model", "bin=01", "mean_probability"][0] == 0.05


def champion(features: tuple[str, ...] = ("recency_days", "orders_365d")) -> ChurnModel:
    """Always says one half."""
    nodes = ensemble(1, trees=1, depth=1, features=len(features))
    level = Calibration("platt", np.array([-40.0, 40.0]), np.array([0.0, 0.0]))
    return ChurnModel(type(nodes)(**{**vars(nodes), "features": features}), level, 90, {}, DAY, DAY)


@pytest.mark.parametrize(("probability", "is_better"), [(0.51, True), (0.5, False), (0.49, False)])
def test_the_champion_gives_way_to_a_lower_log_loss_alone(
    probability: float, is_better: bool
) -> None:
    leavers = np.where(HELD_OUT["churned"] > 0, probability, 1 - probability)
    decision = compare(leavers, HELD_OUT, champion())
    assert decision.is_promoted is is_better
    assert "the champion's 0.693147" in decision.why


def test_the_first_model_has_no_rival_and_one_that_answers_another_question_is_none() -> None:
    decision = compare(PROBABILITY, HELD_OUT, None)
    assert decision.is_promoted and decision.why.startswith("there is no champion")
    assert champion().answers(90, ("orders_365d", "recency_days", "more"))
    assert not champion().answers(60, ("orders_365d", "recency_days"))
    assert not champion().answers(90, ("recency_days",))
