"""Every feature has the value that counting by hand gives."""

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, stream_events
from holdfast.transformations.tables.silver import FACT_STATES, IDENTITY_MAP, ORDERS
from tests.factories import rows
from tests.transformations.features.history import AUTUMN, CUSTOMER, HISTORY, SPRING
from tests.transformations.features.history_values import EXPECTED
from tests.transformations.features.money_cases import Snapshot

PARTIES = ("shop:1", "till:1", "web:1", "mail:1")


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> list[Snapshot]:
    """The customer's snapshots of both days, with somebody else in the same tables."""
    other = {"order_id": "x", "party_id": "x", "event_at": "2025-03-30", "net_amount": 5}
    given = {**HISTORY, ORDERS: [*HISTORY[ORDERS], other]}
    facts = {
        table: rows(
            spark,
            table,
            [
                {**{key: f"{place}" for key in table.keys if key != "valid_from"}, **row}
                for place, row in enumerate(given[table])
            ],
        )
        for table in (*FACTS, FACT_STATES)
    }
    people = dict.fromkeys(PARTIES, CUSTOMER) | {"x": 8}
    identity_map = rows(
        spark,
        IDENTITY_MAP,
        [{"party_id": party, "customer_id": number} for party, number in people.items()],
    )
    taken = snapshots(stream_events(facts), identity_map, [AUTUMN, SPRING]).collect()
    own = [row.asDict() for row in taken if row["customer_id"] == CUSTOMER]
    return sorted(own, key=lambda row: row["as_of"])


def test_no_feature_is_without_a_value_by_hand() -> None:
    assert set(EXPECTED) == set(NAMES)


def test_both_days_tell_every_feature_apart() -> None:
    assert [name for name, (spring, autumn) in EXPECTED.items() if spring == autumn] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_feature_is_what_its_sentence_says(found: list[Snapshot], name: str) -> None:
    assert tuple(row[name] for row in found) == pytest.approx(EXPECTED[name], abs=1e-9)
