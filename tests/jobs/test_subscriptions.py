"""Subscriptions valued by the job itself."""

from pathlib import Path
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.tables.gold import SUBSCRIPTION_VALUES
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, SUBSCRIPTIONS
from tests.fixtures import shop as small

OBJECTS: Final = 3
PEOPLE: Final = range(1, 41)


def subscription(number: int) -> list[dict[str, Any]]:
    """Monthly since March; every fourth ended in summer."""
    about = {"subscription_id": f"recharge:{number}", "party_id": f"recharge:{number}"}
    terms = {"currency": "USD", "price_amount": 20, "interval_days": 30, "event_at": "2025-03-01"}
    begun = {**about, **terms, "status": "active", "valid_from": "2025-03-01"}
    if number % 4:
        return [begun]
    end = f"2025-0{5 + number % 3}-10"
    ended = {**begun, "status": "cancelled", "valid_from": end, "available_at": end}
    return [{**begun, "valid_to": end}, ended]


@pytest.fixture(scope="module")
def values(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    objection = {"purpose": "analytics", "channel": "all", "is_allowed": False}
    members = [{"party_id": f"recharge:{i}", "customer_id": i, "probability": 1} for i in PEOPLE]
    tables = [
        (IDENTITY_MAP, members),
        (CONSENT_STATE, [{"party_id": f"recharge:{OBJECTS}", **objection}]),
        (SUBSCRIPTIONS, [state for i in PEOPLE for state in subscription(i)]),
    ]
    root: Path = tmp_path_factory.mktemp("subscriptions") / "root"
    runner = small.publish(spark, root, tables, ["score_subscriptions"])
    return list(runner.store.read(SUBSCRIPTION_VALUES).collect())


def test_each_running_subscription_of_who_allows_it_has_a_row_a_horizon(values: list[Any]) -> None:
    running = {i for i in PEOPLE if i % 4} - {OBJECTS}
    assert {(row.customer_id, row.horizon_days) for row in values} == {
        (i, days) for i in running for days in (90, 365)
    }
    assert {row.as_of for row in values} == {small.DAY}


def test_more_is_expected_of_a_year_than_of_a_quarter_and_less_than_is_due(
    values: list[Any],
) -> None:
    one = {row.horizon_days: row for row in values if row.customer_id == 1}
    assert 0 < one[90].expected_charges <= 3 < one[365].expected_charges <= 13
    assert one[90].expected_amount == round(20 * one[90].expected_charges, 2)
    assert one[90].survival_probability > one[365].survival_probability > 0
