"""One order near midnight: every table agrees on its day, and a cut-off is the midnight of its
shop.
"""

from datetime import date, timedelta
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.stages.standardise import day_after_newest
from holdfast.transformations.consent import Consent
from holdfast.transformations.features.labels import churn_and_value
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import stream_events
from holdfast.transformations.gold.customer_orders import customer_orders, customer_refunds
from holdfast.transformations.gold.customers import histories
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.sales import place_refunds, with_sales
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables import silver as s
from holdfast.transformations.tables.vocabulary import FEATURE_PURPOSES
from tests.factories import rows

D: Final = date(2025, 12, 1)
BEFORE: Final = date(2025, 11, 30)
NEW_YORK: Final = "America/New_York"
# Zone of the customer's shop, instant of their newest order in UTC, its day there.
CASES: Final = {
    1: (NEW_YORK, "2025-12-01T04:30", BEFORE),  # half past eleven in the evening
    2: (NEW_YORK, "2025-12-01T05:00", D),  # midnight
    3: (None, "2025-12-01T04:30", D),
    4: ("Asia/Tokyo", "2025-11-30T20:00", D),  # five in the morning
    5: (None, "2025-11-30T20:00", BEFORE),
}
Found = dict[str, dict[int, Any]]


def _orders() -> list[dict[str, Any]]:
    """Everybody has an order on November 10th, and the one near midnight."""
    made = [
        (person, zone, name, at, day)
        for person, (zone, near, on) in CASES.items()
        for name, at, day in (("old", "2025-11-10T12:00", date(2025, 11, 10)), ("near", near, on))
    ]
    return [
        {"order_id": f"{name}{person}", "party_id": f"{person}", "event_at": at, "ordered_on": day}
        | {"time_zone": zone, "net_amount": 10, "version_at": at}
        for person, zone, name, at, day in made
    ]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    """What each table says of each customer on D."""
    near = {person: at for person, (_, at, _) in CASES.items()}
    lines = [
        {"order_id": f"near{person}", "line_id": f"{person}", "product_id": "p", "event_at": at}
        | {"version_at_first": at}
        for person, at in near.items()
    ]
    given_back = [
        {"order_id": f"near{person}", "refund_line_id": f"{person}", "event_at": at}
        for person, at in near.items()
    ]
    facts = {
        s.ORDERS: rows(spark, s.ORDERS, _orders()),
        s.ORDER_LINES: rows(spark, s.ORDER_LINES, lines),
        s.REFUND_LINES: rows(spark, s.REFUND_LINES, given_back),
        s.FACT_STATES: rows(spark, s.FACT_STATES, []),
    }
    people = [{"party_id": f"{person}", "customer_id": person} for person in CASES]
    members = rows(spark, s.IDENTITY_MAP, people)
    sales = with_sales(facts[s.ORDERS], facts[s.ORDER_LINES])
    placed = place_refunds(facts[s.REFUND_LINES], sales, facts[s.ORDER_LINES])
    dated = while_standing(sales, facts[s.FACT_STATES], s.ORDERS)
    features = snapshots(stream_events(facts), members, [D])
    keys = features.select("as_of", "customer_id", "currency")
    gold = customer_orders(sales, placed, members), customer_refunds(placed, members)
    nobody = keys.selectExpr("customer_id", "currency as main_currency").limit(0)
    tables = {
        "snapshots": features,
        "cells": purchase_history(with_customer(dated, members), [D]),
        "labels": churn_and_value(
            sales, placed, facts[s.FACT_STATES], members, keys, 90, 180, D + timedelta(days=90)
        ),
        "customers": histories(*gold, nobody, D),
        "orders": gold[0].filter("order_id like 'near%'"),
        "refunds": gold[1],
    }
    return {
        name: {row["customer_id"]: row for row in table.collect()} for name, table in tables.items()
    }


@pytest.mark.parametrize("person", CASES)
def test_every_table_has_the_order_on_the_day_of_its_shop(found: Found, person: int) -> None:
    day = CASES[person][2]
    own = {name: table[person] for name, table in found.items()}
    seen = day < D
    last = day if seen else date(2025, 11, 10)
    assert own["orders"].ordered_on == own["orders"].known_on == day
    assert own["customers"].last_order_on == own["cells"].last_purchase_on == last
    assert own["snapshots"].recency_days == (D - last).days
    assert own["snapshots"].orders_90d == own["customers"].orders == (2 if seen else 1)
    assert own["cells"].frequency == int(seen)
    assert own["snapshots"].products_365d == int(seen)
    assert (own["labels"].orders, own["labels"].is_eligible) == (0 if seen else 1, True)


def test_a_refund_is_dated_where_its_order_was_placed(found: Found) -> None:
    """Each is given back at once."""
    days = {person: row.refunded_on for person, row in found["refunds"].items()}
    assert days == {person: day for person, (*_, day) in CASES.items()}


def test_the_latest_day_begins_when_that_of_the_newest_order_ends(spark: SparkSession) -> None:
    for person, (_, _, day) in CASES.items():
        own = [row for row in _orders() if row["party_id"] == f"{person}"]
        assert day_after_newest(rows(spark, s.ORDERS, own)) == day + timedelta(days=1)


def test_facts_of_no_zone_are_of_the_retailers_day(spark: SparkSession) -> None:
    page = {"event_type": "page", "session_id": "v", "event_at": "2025-12-01T04:50"}
    facts = {
        s.ORDERS: rows(spark, s.ORDERS, _orders()),
        s.WEB_EVENTS: rows(spark, s.WEB_EVENTS, [{"party_id": "5", **page}]),
        s.FACT_STATES: rows(spark, s.FACT_STATES, []),
    }
    members = rows(spark, s.IDENTITY_MAP, [{"party_id": "5", "customer_id": 5}])
    visits = {
        zone: snapshots(stream_events(facts, zone), members, [D]).collect()[0]["visits_30d"]
        for zone in (NEW_YORK, "UTC")
    }
    assert visits == {NEW_YORK: 1, "UTC": 0}


def test_consent_is_that_of_the_retailers_midnight(spark: SparkSession) -> None:
    refused = {"party_id": "5", "purpose": "analytics", "channel": "all", "is_allowed": False}
    at = {"stated_at": "2025-12-01T04:30", "valid_from": "2025-12-01T04:30"}
    state = rows(spark, s.CONSENT_STATE, [{**refused, **at}])
    members = rows(spark, s.IDENTITY_MAP, [{"party_id": "5", "customer_id": 5}])
    seen = rows(spark, SNAPSHOTS, [{"customer_id": 5, "as_of": D, "recency_days": 1.0}])
    bases = dict.fromkeys(FEATURE_PURPOSES, "opt_out")
    shown = {
        zone: Consent(state, members, bases, zone).mask_features(seen, [D]).collect()[0]
        for zone in (NEW_YORK, "UTC")
    }
    assert {zone: row["recency_days"] for zone, row in shown.items()} == {NEW_YORK: None, "UTC": 1}
