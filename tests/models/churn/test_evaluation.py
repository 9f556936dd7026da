"""Figures on the held-out cut-off against hand-worked ones."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.calibrate import identity
from holdfast.models.churn.evaluation import evaluate, evaluate_candidate, evaluate_day, find_alarms
from holdfast.models.churn.known_levels import KnownLevels
from holdfast.models.churn.linear import LinearPredictor
from holdfast.models.churn.model import ChurnModel
from holdfast.transformations.scoring.risk_bands import BANDS

Figures = dict[tuple[str, str, str], tuple[float, int]]

DAY = date(2025, 10, 1)
CUTS = BandRule("probability", high=0.6, medium=0.35, early=0.2)
PROBABILITY = np.array([0.6, 0.1, 0.35, 0.2, 0.1999, 0.05])
HELD_OUT = pd.DataFrame(
    {
        "churned": [1.0, 1, 0, 0, 1, 0],
        "rule_hits": ["", "idle_high", "", "browsing", "idle_high,browsing", ""],
        "odds": np.log(PROBABILITY / (1 - PROBABILITY)),
    }
)


def model(kind: str = "logistic") -> ChurnModel:
    """Answers what stands in the one column it reads."""
    one = np.ones(1)
    wide = 1e3 * one
    line = LinearPredictor(kind, ("odds",), 0.0, one, 0 * one, -wide, wide, 0 * one)
    curve = identity(np.empty(0), np.empty(0), np.empty(0))
    return ChurnModel(
        line,
        curve,
        KnownLevels(90, {DAY: 0.0}, {DAY: 1.0}, {DAY: DAY + timedelta(days=90)}),
        {},
        DAY,
        DAY,
    )


@pytest.fixture(scope="module")
def figures() -> Figures:
    found = evaluate(model(), HELD_OUT, CUTS) + evaluate_candidate(model("recency"), HELD_OUT)
    assert all(row["cutoff_on"] == DAY for row in found)
    return {
        (row["predictor"], row["slice"], row["metric"]): (row["value"], row["rows"])
        for row in found
    }


def test_ranking_is_the_share_of_pairs_in_the_right_order(figures: Figures) -> None:
    assert figures["model", "all", "auc"] == (pytest.approx(5 / 9), 6)
    assert figures["recency", "all", "auc"][0] == pytest.approx(5 / 9)


def test_a_day_of_comparison_has_its_figures_and_its_leavers() -> None:
    rows = evaluate_day("logistic", PROBABILITY, HELD_OUT["churned"].to_numpy(), DAY)
    found = {row["metric"]: row["value"] for row in rows}
    assert {row["predictor"] for row in rows} == {"logistic"}
    assert found["expected_leavers"] == pytest.approx(1.4999) and found["leavers"] == 3
    assert found["auc"] == pytest.approx(5 / 9)


def test_importance_is_the_mean_of_what_a_feature_moves(figures: Figures) -> None:
    odds = np.abs(HELD_OUT["odds"]).mean()
    assert figures["model", "feature=odds", "importance"][0] == pytest.approx(odds)


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
    begins = [figures["model", f"risk_band={band}", "from_probability"][0] for band in BANDS]
    assert begins == [0.0, 0.2, 0.35, 0.6]
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
    assert figures["model", "bin=01", "mean_probability"][0] == pytest.approx(0.05)


def test_a_model_answers_for_its_horizon_and_for_features_that_are_still_made() -> None:
    assert model().answers(90, ("odds", "more"))
    assert not model().answers(60, ("odds",))
    assert not model().answers(90, ("more",))
