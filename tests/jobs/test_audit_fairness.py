"""The audit by its own job, on customers of whom one half is scored and treated worse."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.audit_fairness import audit_fairness
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.stages import fairness as stage
from holdfast.models.fairness.audit import Finding
from holdfast.models.fairness.comparison import Comparison
from holdfast.transformations.fairness import OUT_OF_REACH
from holdfast.transformations.tables.audit import ATTRIBUTES
from holdfast.transformations.tables.gold import (
    CHURN_SCORES,
    CUSTOMER_360,
    CUSTOMER_ORDERS,
    CUSTOMER_SEGMENTS,
    CUSTOMER_VALUES,
    FAIRNESS_AUDITS,
    NEXT_BEST_ACTIONS,
)
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import LEFT_ALONE
from tests.fixtures import shop

PEOPLE: Final = range(1, 241)
OBJECTS, HELD_OUT, UNSCORED, EURO = 1, 3, 5, 7  # women each
THEN: Final = shop.DAY - timedelta(days=90)
Rows = list[dict[str, Any]]


def is_woman(i: int) -> bool:
    return i % 2 == 1


def is_treated(i: int) -> bool:
    """Six of ten men, and nobody else."""
    return not is_woman(i) and i % 20 in (0, 2, 4, 6, 8, 10)


def words() -> Rows:
    """Region is the same for all; 2 has two records that differ; of 4 it was taken back."""
    said = [(f"shop:{i}", "sex", "female" if is_woman(i) else "male") for i in PEOPLE]
    said += [(f"shop:{i}", "region", "north") for i in PEOPLE]
    rows: Rows = [
        {"party_id": party, "attribute": attribute, "word": word, "event_at": "2025-06-01"}
        for party, attribute, word in said
    ]
    rows[3]["withdrawn_at"] = "2025-07-01"
    own = {"attribute": "sex", "event_at": "2025-01-01", "word": "female"}
    return [*rows, {**own, "party_id": "till:2"}, {**own, "party_id": "shop:nobody"}]


def actions() -> Rows:
    return [
        {
            "customer_id": i,
            "as_of": shop.DAY,
            "action": "thanks" if is_treated(i) else "none",
            "cost_amount": 2 if is_treated(i) else None,
            "currency": "USD",
            "left_alone_because": None
            if is_treated(i)
            else "held_out"
            if i == HELD_OUT
            else "not_worth",
        }
        for i in PEOPLE
    ]


def profiles() -> Rows:
    scored = {"score_status": "scored", "as_of": shop.DAY, "currency": "USD"}
    return [
        {
            **scored,
            "customer_id": i,
            "churn_probability": None if i == UNSCORED else 0.3 + 0.2 * is_woman(i),
            "risk_band": "high" if i % 3 == 0 else "none",
        }
        for i in PEOPLE
    ]


def past() -> list[tuple[Any, Rows]]:
    """All were given an even chance and 10; men came back for 30 less 5, women did not."""
    key = [{"as_of": THEN, "customer_id": i, "horizon_days": 90} for i in PEOPLE]
    values = [
        {**one, "currency": "EUR" if one["customer_id"] == EURO else "USD", "expected_amount": 10}
        for one in key
    ]
    inside, after = THEN + timedelta(days=89), THEN + timedelta(days=90)

    def order(i: int, day: date, kind: str, **other: Any) -> dict[str, Any]:
        return {"order_id": f"{kind}{i}", "customer_id": i, "ordered_on": day} | other

    money = {"currency": "USD", "net_amount": 30, "refund_amount": 5}
    orders = [order(i, inside, "o", **money) for i in PEOPLE if not is_woman(i)]
    orders += [order(i, after, "late", **money) for i in PEOPLE if is_woman(i)]
    orders += [order(i, inside, "gone", is_cancelled=True, **money) for i in PEOPLE if is_woman(i)]
    return [
        (CHURN_SCORES, [{**one, "churn_probability": 0.5} for one in key]),
        (CUSTOMER_VALUES, values),
        (CUSTOMER_ORDERS, orders),
    ]


@pytest.fixture(scope="module")
def audited(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    objection = {"purpose": "analytics", "channel": "all", "is_allowed": False}
    members = [{"party_id": f"shop:{i}", "customer_id": i, "probability": 1} for i in PEOPLE]
    members.append({"party_id": "till:2", "customer_id": 2, "probability": 1})
    tiers = [{"customer_id": i, "as_of": shop.DAY, "value_tier": "top"} for i in PEOPLE]
    tables = [
        (IDENTITY_MAP, members),
        (CONSENT_STATE, [{"party_id": f"shop:{OBJECTS}", **objection}]),
        (ATTRIBUTES, words()),
        (CUSTOMER_360, profiles()),
        (CUSTOMER_SEGMENTS, tiers),
        (NEXT_BEST_ACTIONS, actions()),
        *past(),
    ]
    root: Path = tmp_path_factory.mktemp("fairness") / "root"
    runner = shop.publish(spark, root, tables, ["audit_fairness"])
    return [row.asDict() for row in runner.store.read(FAIRNESS_AUDITS).collect()]


def of_women(audited: Rows, measure: str) -> dict[str, Any]:
    (found,) = [one for one in audited if (one["word"], one["measure"]) == ("female", measure)]
    return found


def figures(row: dict[str, Any]) -> tuple[float, ...]:
    return tuple(
        float(row[name]) for name in ("customers", "estimate", "other_customers", "other_estimate")
    )


def test_the_planted_bias_is_found_in_every_measure_but_the_band(audited: Rows) -> None:
    measures = {one["measure"] for one in audited}
    alarms = {one["measure"] for one in audited if one["is_alarm"]}
    assert alarms == measures - {"high_risk_share"}
    assert len(audited) == 16
    assert {one["attribute"] for one in audited} == {"sex"}, "region has one group"


def test_groups_are_those_who_allow_it_and_whose_word_stands(audited: Rows) -> None:
    # 120 women less the one who objects, and 119 men: of 4 the word was taken back
    assert figures(of_women(audited, "churn_probability")) == (118, 0.5, 119, 0.3)
    assert figures(of_women(audited, "action_share"))[:2] == (118, 0.0)


def test_actions_and_costs_are_of_those_the_plan_could_treat(audited: Rows) -> None:
    treated = sum(map(is_treated, PEOPLE)) - is_treated(4)
    share = round(treated / 119, 4)
    assert figures(of_women(audited, "action_share")) == (118, 0.0, 119, share)
    costs = of_women(audited, "cost_amount")
    assert figures(costs) == (118, 0.0, 119, round(2 * treated / 119, 4))
    assert (costs["currency"], costs["ratio"]) == ("USD", 0)


def test_past_scores_are_compared_with_what_came_within_their_horizon(audited: Rows) -> None:
    score, value = (of_women(audited, name) for name in ("score_error", "value_error"))
    assert figures(score) == (119, -0.5, 119, 0.5)
    assert figures(value) == (118, 10.0, 119, -15.0)
    assert {score["scored_on"], value["scored_on"]} == {THEN}
    assert of_women(audited, "cost_amount")["scored_on"] == shop.DAY
    assert score["ratio"] is None


def test_nobody_is_named(audited: Rows) -> None:
    assert "customer_id" not in FAIRNESS_AUDITS.names and "party_id" not in FAIRNESS_AUDITS.names
    assert FAIRNESS_AUDITS.subject is None and ATTRIBUTES.subject == "party_id"


def test_whom_no_plan_could_treat_are_reasons_that_a_decision_gives() -> None:
    assert set(OUT_OF_REACH) < set(LEFT_ALONE)


class Said:
    """The part of a context that a report needs."""

    def __init__(self) -> None:
        self.settings = settings.load("local").values
        self.said: list[tuple[str, bool]] = []

    def echo(self, text: str, *, is_alarm: bool = False) -> None:
        self.said.append((text, is_alarm))


def test_without_attributes_the_job_says_how_to_bring_some_and_writes_nothing() -> None:
    said: list[str] = []
    audit_fairness.run(SimpleNamespace(has=lambda table: False, echo=said.append))  # type: ignore[arg-type]  # all it uses then
    assert said == [
        "no attributes: a file in audit/<source> shows whether groups are treated alike"
    ]


def test_alarms_are_said_in_red_the_strongest_first() -> None:
    compared = Comparison(100, 0.2, 0.1, 0.3, 900, 0.6, -0.4, -0.5, -0.3, 1e-9)
    found = [
        Finding("age", "65+", "action_share", compared, p_value, p_value < 0.05)
        for p_value in (0.04, 0.5, 0.001)
    ]
    ctx = Said()
    stage.report_findings(ctx, found)  # type: ignore[arg-type]  # what it needs of a context
    assert ctx.said == [
        ("1 groups of 1 attributes, 3 comparisons: 2 that chance does not explain", False),
        (
            "Groups are not treated alike: action_share of age 65+ (0.2, others 0.6), "
            "action_share of age 65+ (0.2, others 0.6)",
            True,
        ),
    ]
    empty = Said()
    stage.report_findings(empty, [])  # type: ignore[arg-type]  # what it needs of a context
    assert "no attribute has two groups of 50 customers" in empty.said[0][0]
