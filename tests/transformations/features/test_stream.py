"""What each fact counts as, by hand-worked rows of one small shop."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, stream_events
from holdfast.transformations.tables import silver as s
from holdfast.transformations.tables.table import Table
from tests.factories import rows
from tests.transformations.features import engagement_cases, stream_cases
from tests.transformations.features.money_cases import Snapshot, order

D = date(2025, 7, 1)
CASES = stream_cases.CASES | engagement_cases.CASES
_numbers = iter(range(10**6))


def _own(values: dict[str, Any], table: Table, customer: int) -> dict[str, Any]:
    keys = {
        name: f"{next(_numbers)}"
        for name in table.keys
        if name not in values and name != "valid_from"
    }
    return {**keys, **({"party_id": f"{customer}"} if "party_id" in table.names else {}), **values}


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Snapshot]:
    """Each case is a customer of one shop."""
    numbers = {case: number for number, case in enumerate(CASES, 1)}
    facts = {
        table: rows(
            spark,
            table,
            [
                _own(row, table, numbers[case])
                for case, (given, _) in CASES.items()
                for row in given.get(table, [])
            ],
        )
        for table in (*FACTS, s.FACT_STATES)
    }
    identity_map = rows(
        spark,
        s.IDENTITY_MAP,
        [{"party_id": f"{number}", "customer_id": number} for number in numbers.values()],
    )
    taken = {
        row["customer_id"]: row.asDict()
        for row in snapshots(stream_events(facts), identity_map, [D]).collect()
    }
    return {case: taken[number] for case, number in numbers.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_fact_counts_as_it_should(found: dict[str, Snapshot], case: str) -> None:
    expected = CASES[case][1]
    assert {name: found[case][name] for name in expected} == pytest.approx(expected)


def test_features_of_a_table_that_is_not_loaded_are_null(spark: SparkSession) -> None:
    review = {"event_at": "2025-06-02", "topic": "price", "negativity": 1.0}
    facts = {
        table: rows(spark, table, [_own(row, table, 1)])
        for table, row in ((s.ORDERS, order("z", "2025-06-01")), (s.SURVEY_RESPONSES, review))
    } | {s.FACT_STATES: rows(spark, s.FACT_STATES, [])}
    identity_map = rows(spark, s.IDENTITY_MAP, [{"party_id": "1", "customer_id": 1}])
    absent = set(FACTS) - set(facts)
    [row] = snapshots(stream_events(facts), identity_map, [D], absent).collect()
    assert (row["orders_90d"], row["visits_30d"], row["products_365d"], row["open_tickets"]) == (
        1,
        None,
        None,
        None,
    )
    assert row["price_complaints_180d"] == 1, "reviews alone tell of complaints, too"
