"""Segments written by the job itself, run after run."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CHURN_SCORES,
    CUSTOMER_SEGMENTS,
    CUSTOMER_VALUES,
    SEGMENT_MIGRATIONS,
    SEGMENT_PROFILES,
)
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
)
from tests.fixtures import shop as small

PEOPLE: Final = range(1, 121)
OBJECTS: Final = 120
LATER: Final = small.DAY + timedelta(days=20)
MONTHS: Final = [date(2025, month, 1) for month in range(10, 13)]


def order(person: int, number: int) -> dict[str, Any]:
    """Odd people buy much and seldom, even ones little, often and at a discount."""
    is_large = person % 2 == 1
    every = 17 if is_large else 5
    day = date(2025, 9, 10) + timedelta(days=number * every + person % 5)
    return {
        "order_id": f"shop:{person}-{number}",
        "party_id": f"shop:{person}",
        "source": "shop",
        "event_at": str(day),
        "available_at": str(day),
        "ordered_on": str(day),
        "channel": "web" if person % 3 else "pos",
        "currency": "USD",
        "net_amount": (300 if is_large else 30) + person % 7,
        "discount_amount": 0 if is_large else 5,
    }


def line(person: int, number: int) -> dict[str, Any]:
    """Every third person drinks tea, the others buy one of five things in turn."""
    placed = order(person, number)
    of = 1 if person % 3 == 0 else (person + number) % 5 + 1
    kept = ("order_id", "source", "event_at", "available_at", "currency", "net_amount")
    about = {"line_id": f"{placed['order_id']}-1", "product_id": f"shop:{of}", "quantity": 1}
    return {**{name: placed[name] for name in kept}, **about}


def product(number: int) -> dict[str, Any]:
    about = {"product_id": f"shop:{number}", "source": "shop", "brand": f"Brand {number % 4}"}
    known = {"event_at": "2024-01-01", "available_at": "2024-01-01"}
    category = "Tea" if number == 1 else f"Shelf {number}"
    return {**about, **known, "category": category, "is_private_label": False}


def score(person: int) -> dict[str, Any]:
    about = {"as_of": small.DAY, "customer_id": person, "horizon_days": 90}
    return {**about, "churn_probability": 0.5, "risk_band": "high", "model_name": "churn"}


def value(person: int) -> dict[str, Any]:
    about = {"as_of": small.DAY, "customer_id": person, "horizon_days": 365, "currency": "USD"}
    return {**about, "expected_amount": 10 * person, "model_name": "value"}


def snapshot(person: int, day: date) -> dict[str, Any]:
    about = {"as_of": day, "customer_id": person, "currency": "USD"}
    return {**about, "spend_365d": 5.0 * person, "orders_90d": 2.0}


def read(runner: Runner, table: Any) -> list[Any]:
    return list(runner.store.read(table).collect())


@pytest.fixture(scope="module")
def runners(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What the tables hold after a first run, and after one twenty days later."""
    objection = {"purpose": "analytics", "channel": "all", "is_allowed": False}
    members = [{"party_id": f"shop:{i}", "customer_id": i, "probability": 1} for i in PEOPLE]
    reason = {"as_of": small.DAY, "horizon_days": 90, "reason_rank": 1}
    tables = [
        (IDENTITY_MAP, members),
        (CONSENT_STATE, [{"party_id": f"shop:{OBJECTS}", **objection}]),
        (ORDERS, [order(i, n) for i in PEOPLE for n in range(6 if i % 2 else 20)]),
        (ORDER_LINES, [line(i, n) for i in PEOPLE for n in range(6 if i % 2 else 20)]),
        (PRODUCTS, [product(number) for number in range(1, 6)]),
        (SNAPSHOTS, [snapshot(i, day) for i in PEOPLE for day in (*MONTHS, small.DAY)]),
        (CUSTOMER_VALUES, [value(i) for i in PEOPLE]),
        (CHURN_SCORES, [score(i) for i in PEOPLE if i < 10]),
        (CHURN_REASONS, [{**reason, "customer_id": 1, "reason": "price"}]),
    ]
    root: Path = tmp_path_factory.mktemp("segments") / "root"
    written = (CUSTOMER_SEGMENTS, SEGMENT_PROFILES, SEGMENT_MIGRATIONS)
    first = small.publish(spark, root, tables, ["segment_customers"])
    states = [{table: read(first, table) for table in written}]
    second = small.opened(spark, root, f"run.as_of={LATER}")
    second.run(["segment_customers"])
    return [*states, {table: read(second, table) for table in written}]


def test_everybody_who_allows_it_has_one_row_on_every_cut_off_and_today(runners: Any) -> None:
    rows = runners[0][CUSTOMER_SEGMENTS]
    keys = {(row.as_of, row.customer_id) for row in rows}
    assert len(keys) == len(rows)
    assert keys == {(day, i) for day in (*MONTHS, small.DAY) for i in PEOPLE if i != OBJECTS}


def test_people_who_buy_alike_are_of_one_segment(runners: Any) -> None:
    today = [row for row in runners[0][CUSTOMER_SEGMENTS] if row.as_of == small.DAY]
    found = {(row.customer_id % 2, row.segment) for row in today}
    assert len(found) == 2 and len({segment for _, segment in found}) == 2


def test_profiles_add_up_and_say_what_their_people_do(runners: Any) -> None:
    rows = [row for row in runners[0][SEGMENT_PROFILES] if row.as_of == small.DAY]
    assert float(sum(row.customers for row in rows)) == pytest.approx(len(PEOPLE) - 1, abs=1e-3)
    by_pace = sorted(rows, key=lambda row: row.orders_a_year)
    large, often = by_pace
    assert float(large.average_order_amount) == pytest.approx(303, abs=2)
    assert float(often.average_order_amount) == pytest.approx(33, abs=2)
    assert float(often.discounted_share) == pytest.approx(1.0, abs=0.01)
    assert float(large.expected_amount) == pytest.approx(600, abs=10)
    assert {row.currency for row in rows} == {"USD"}


def test_tiers_are_quarters_of_what_is_predicted_and_of_what_was_spent_before(runners: Any) -> None:
    rows = {(r.as_of, r.customer_id): r for r in runners[0][CUSTOMER_SEGMENTS]}
    for day, basis in ((small.DAY, "predicted"), (MONTHS[2], "observed")):
        tiers = {i: rows[day, i].value_tier for i in PEOPLE if i != OBJECTS}
        assert {rows[day, i].value_tier_basis for i in tiers} == {basis}
        assert (tiers[1], tiers[45], tiers[80], tiers[110]) == ("bottom", "third", "second", "top")


def test_intent_driver_and_journey_follow_the_scores_of_the_day(runners: Any) -> None:
    rows = {(r.as_of, r.customer_id): r for r in runners[0][CUSTOMER_SEGMENTS]}
    at_risk, other = rows[small.DAY, 1], rows[small.DAY, 50]
    assert (at_risk.intent, at_risk.driver) == ("leaving", "price")
    assert (other.intent, other.driver) == ("buying", None)
    assert other.journey == f"{other.lifecycle}_third_buying"


def test_who_buys_one_category_is_its_specialist_from_enough_lines_on(runners: Any) -> None:
    rows = {(r.as_of, r.customer_id): r for r in runners[0][CUSTOMER_SEGMENTS]}
    today = {i: rows[small.DAY, i] for i in PEOPLE if i != OBJECTS}
    tea = {i for i, row in today.items() if row.affinity_of == "Tea"}
    assert tea == {i for i in today if i % 3 == 0}
    assert {today[i].affinity for i in tea} == {"category_specialist"}
    assert {row.affinity for i, row in today.items() if i % 3} == {"cross_category"}
    assert today[3].affinity_probability < today[6].affinity_probability  # 6 orders, and 20
    assert rows[MONTHS[0], 3].affinity_probability < today[3].affinity_probability


def test_migrations_count_everybody_once(runners: Any) -> None:
    rows = runners[0][SEGMENT_MIGRATIONS]
    for kind in ("segment", "lifecycle", "value_tier"):
        today = [r for r in rows if (r.as_of, r.label_kind) == (small.DAY, kind)]
        assert sum(row.customers for row in today) == len(PEOPLE) - 1
        assert {row.from_on for row in today} == {MONTHS[2]}
    newcomers = [r for r in rows if r.as_of == MONTHS[0] and r.from_label != "none"]
    assert not newcomers


def test_a_later_run_writes_its_own_day_and_leaves_published_ones(runners: Any) -> None:
    for table in (CUSTOMER_SEGMENTS, SEGMENT_PROFILES, SEGMENT_MIGRATIONS):
        before, after = (set(state[table]) for state in runners)
        assert before <= after
    days = {row.as_of for row in runners[1][CUSTOMER_SEGMENTS]}
    first_of_january = date(2026, 1, 1)
    assert days - {row.as_of for row in runners[0][CUSTOMER_SEGMENTS]} <= {first_of_january, LATER}
    assert LATER in days


def test_young_segments_are_kept_and_not_fitted_anew(runners: Any) -> None:
    fitted = {row.fitted_on for row in runners[1][SEGMENT_PROFILES]}
    assert fitted == {small.DAY}
