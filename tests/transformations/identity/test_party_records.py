from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.party_records import party_records
from holdfast.transformations.tables.silver import (
    FACT_PARTIES,
    PARTIES,
    PARTY_VALUES,
)
from tests.sealed import OPENED

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
DEVICE = "$device:7F3A-11"


def test_a_device_is_found_by_the_whole_of_its_id(rows: Rows) -> None:
    parties = rows(
        PARTIES,
        [
            {"party_id": f"web:{DEVICE}", "party_kind": "device"},
            {"party_id": "web:U1", "party_kind": "user"},
        ],
    )
    login = {"party_id": "web:U1", "kind": "device", "value": DEVICE, "token": "t"}
    vault = rows(OPENED, [{**login, "normalised": DEVICE.lower()}])
    values = rows(PARTY_VALUES, [{"party_id": "web:U1", "kind": "device", "token": "t"}])
    found = party_records(parties, values, vault).collect()
    devices = {row.party_id: row.devices for row in found}
    assert devices == {f"web:{DEVICE}": [DEVICE.lower()], "web:U1": [DEVICE.lower()]}


def test_everybody_is_who_is_listed_or_named_by_a_fact_and_is_somebody(rows: Rows) -> None:
    listed = [
        {"party_id": "till:1", "party_kind": "customer", "acquired_through": "pos"},
        {"party_id": "till:receipt-7", "party_kind": "anonymous"},
        {"party_id": "till:3", "party_kind": "customer", "withdrawn_at": "2025-03-01"},
    ]
    named = [{"party_id": "till:2", "party_kind": "order"}]
    found = all_parties(rows(PARTIES, listed), rows(FACT_PARTIES, named)).collect()
    assert {(row.party_id, row.party_kind, row.acquired_through) for row in found} == {
        ("till:1", "customer", "pos"),
        ("till:2", "order", None),
    }
