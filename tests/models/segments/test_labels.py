"""Labels of hand-written habits, day after day."""

from datetime import date
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.models.segments.affinity import AffinityPriors, KindPrior
from holdfast.models.segments.gaps import GapModel
from holdfast.models.segments.labels import LabelModels, label
from holdfast.models.segments.record import Segments
from holdfast.models.segments.shares import SharePrior
from holdfast.models.segments.stages import StageRules
from holdfast.transformations.segments.habits import HABITS
from holdfast.transformations.segments.tastes import TASTE_COUNTS
from tests.models.segments.test_mixture import ONE, spread

DAYS: Final = (date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1))
GAPS: Final = GapModel(shape=1.0, rate_shape=2.0, rate_scale=50.0, dropout=0.1)
RULES: Final = StageRules(
    new_days=90, dormant=0.6, awake=0.75, lapsed_days=180, suppression_days=365
)
SEGMENTS: Final = Segments(spread(ONE, (-1.0, 1.0)), ("small", "large"), DAYS[0], 0.09)
PRIORS: Final = {name: SharePrior(0.3, 5.0) for name in ("web", "app", "store", "discounted")}
AFFINITIES: Final = AffinityPriors(category=KindPrior({"Tea": 0.1}, 4.0))
MODELS: Final = LabelModels(dict.fromkeys(DAYS, GAPS), SEGMENTS, PRIORS, AFFINITIES, RULES, 0.1)
SCHEMA: Final = "customer_id long, as_of date, first_on date, last_on date, " + ", ".join(
    [
        *(f"{name} double" for name in (*HABITS, *TASTE_COUNTS)),
        "top_category string, top_brand string, month_days array<double>",
        "segment_before string, was_silent boolean",
    ]
)


def habit(customer: int, day: int = 2, **own: Any) -> dict[str, Any]:
    """A customer of two years with twelve orders, the last one a week before December."""
    usual: dict[str, Any] = dict.fromkeys((*HABITS, *TASTE_COUNTS), 0.0) | {
        "customer_id": customer,
        "as_of": DAYS[day],
        "first_on": date(2024, 1, 1),
        "last_on": date(2025, 11, 24),
        "orders": 12.0,
        "purchase_days": 12.0,
        "gaps": 11.0,
        "gap_days": 330.0,
        "log_gap_days": 35.0,
        "valued_orders": 12.0,
        "web_orders": 12.0,
        "segment_before": None,
        "was_silent": None,
        "top_category": None,
        "top_brand": None,
        "month_days": [0.0] * 12,
    }
    return usual | own


def find_labels(spark: SparkSession, rows: list[dict[str, Any]], models: LabelModels) -> Any:
    found = label(spark.createDataFrame(rows, SCHEMA), models).collect()
    assert len(found) == len(rows)
    return {(row.customer_id, row.as_of): row for row in found}


STAGES: Final = {
    1: ("active", habit(1)),
    2: ("new", habit(2, first_on=date(2025, 9, 10))),
    3: ("dormant", habit(3, last_on=date(2025, 8, 1))),
    4: ("lapsed", habit(4, last_on=date(2025, 5, 1))),
    5: ("active", habit(5, last_on=date(2025, 5, 1), gaps=1.0, gap_days=360.0)),
    6: ("lapsed", habit(6, last_on=date(2023, 1, 1), first_on=date(2022, 1, 1), gaps=0.0)),
}


def test_each_stage_is_that_of_the_own_rhythm(spark: SparkSession) -> None:
    found = find_labels(spark, [row for _, row in STAGES.values()], MODELS)
    stages = {customer: found[customer, DAYS[2]].lifecycle for customer in STAGES}
    assert stages == {customer: stage for customer, (stage, _) in STAGES.items()}
    lapsed, active = found[4, DAYS[2]], found[1, DAYS[2]]
    assert lapsed.suppressed_from_on == date(2026, 5, 1)
    assert active.suppressed_from_on is None
    assert active.next_order_from_on < active.next_order_to_on


def test_who_was_silent_is_active_again_only_when_rather_alive(spark: SparkSession) -> None:
    between = {"last_on": date(2025, 10, 17)}  # alive with a probability between the two
    rows = [
        habit(1, **between),
        habit(2, was_silent=True, **between),
        habit(3, day=1, last_on=date(2025, 6, 1)),  # dormant in November, bought on the 24th
        habit(3),
    ]
    found = find_labels(spark, rows, MODELS)
    assert 0.6 < found[1, DAYS[2]].alive_probability < 0.75
    assert found[1, DAYS[2]].lifecycle == "active"
    assert found[2, DAYS[2]].lifecycle == "dormant"
    assert [found[3, day].lifecycle for day in DAYS[1:]] == ["dormant", "active"]


def test_a_group_is_left_only_for_one_that_is_likelier_by_the_margin(spark: SparkSession) -> None:
    def worth(mean: float) -> dict[str, float]:
        return {"log_value": 12.0 * mean}

    rows = [
        habit(1, day=0, **worth(-1.0)),
        habit(1, day=1, **worth(0.004)),  # the other group by a hair: stays
        habit(1, day=2, **worth(1.0)),
        habit(2, segment_before="large", **worth(-0.004)),
        habit(3, segment_before="of_an_older_model", **worth(-0.004)),
    ]
    found = find_labels(spark, rows, MODELS)
    assert [found[1, day].group for day in DAYS] == [0, 0, 1]
    assert found[1, DAYS[1]].segment_probability < 0.5
    assert (found[2, DAYS[2]].group, found[3, DAYS[2]].group) == (1, 0)
    assert sum(found[2, DAYS[2]].memberships) == pytest.approx(1.0)


def test_channel_price_and_affinity_need_orders_to_be_said(
    spark: SparkSession,
) -> None:
    tea = {"top_category": "Tea", "category_lines": 9.0, "category_top_lines": 9.0}
    rows = [
        habit(1, discounted_orders=10.0),
        habit(2, web_orders=0.0, app_orders=12.0, **tea),
        habit(3, web_orders=4.0, app_orders=4.0, store_orders=4.0),
        habit(4, web_orders=0.0, store_orders=1.0, orders=1.0, valued_orders=1.0),
        habit(5, web_orders=0.0, store_orders=12.0),
    ]
    found = {who: row for (who, _), row in find_labels(spark, rows, MODELS).items()}
    profiles = {who: row.channel_profile for who, row in found.items()}
    assert profiles == {
        1: "web_first",
        2: "mobile_first",
        3: "omnichannel",
        4: "omnichannel",
        5: "in_store",
    }
    assert found[4].channel_probability < 0.7 < found[5].channel_probability
    assert (found[1].price_sensitivity, found[2].price_sensitivity) == ("high", "low")
    affinities = [(found[who].affinity, found[who].affinity_of) for who in (1, 2)]
    assert affinities == [(None, None), ("category_specialist", "Tea")]


def test_without_models_stages_go_by_days_and_nothing_else_is_said(spark: SparkSession) -> None:
    nothing = LabelModels(
        {DAYS[2]: None}, None, dict.fromkeys(PRIORS), AffinityPriors(), RULES, 0.1
    )
    rows = [habit(1, category_lines=9.0), habit(2, last_on=date(2025, 1, 1))]
    found = find_labels(spark, rows, nothing)
    assert [found[who, DAYS[2]].lifecycle for who in (1, 2)] == ["active", "lapsed"]
    one = found[1, DAYS[2]]
    assert (one.group, one.segment_probability, one.memberships) == (None, None, None)
    assert (one.next_order_to_on, one.expected_gap_days, one.price_sensitivity) == (None,) * 3
    assert (one.affinity, one.affinity_of, one.affinity_probability) == (None,) * 3
    assert one.channel_profile == "web_first"
