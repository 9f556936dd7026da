from collections.abc import Callable
from datetime import date
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.party_records import party_records
from holdfast.transformations.local_day import with_zone_of_orders
from holdfast.transformations.tables.silver import (
    FACT_PARTIES,
    ORDERS,
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
        {"party_id": "till:1", "party_kind": "customer"},
        {"party_id": "till:receipt-7", "party_kind": "anonymous"},
        {"party_id": "till:3", "party_kind": "customer", "withdrawn_at": "2025-03-01"},
    ]
    named = [{"party_id": "till:2", "party_kind": "order"}]
    found = all_parties(rows(PARTIES, listed), rows(FACT_PARTIES, named)).collect()
    assert {(row.party_id, row.party_kind) for row in found} == {
        ("till:1", "customer"),
        ("till:2", "order"),
    }


# Midnight of 1 July lies in Brisbane ten hours before that of UTC.
BEFORE, AFTER = "2025-06-30 13:59", "2025-06-30 14:00"


def known_on_1_july(rows: Rows, retailer: str, shop: str | None) -> dict[str, list[str]]:
    """Who was known when 1 July began, with e-mail, of two parties that placed their first order
    just before and at midnight in Brisbane, and of one that placed none.
    """
    first = {"early:1": BEFORE, "late:1": AFTER, "listed:1": AFTER}
    parties = [
        {"party_id": party, "party_kind": "customer", "available_at": at}
        for party, at in first.items()
    ]
    orders = [
        {"party_id": party, "order_id": party, "time_zone": shop, "event_at": at}
        for party, at in first.items()
        if party != "listed:1"
    ]
    email = {"kind": "email", "token": "old", "valid_from": "2025-01-01"}
    values = [
        {**email, "party_id": "early:1", "valid_to": AFTER},
        {**email, "party_id": "late:1", "valid_to": BEFORE},
        {**email, "party_id": "early:1", "token": "new", "valid_from": AFTER},
        {**email, "party_id": "late:1", "token": "new", "valid_from": BEFORE},
    ]
    opened = [
        {"party_id": party, "kind": "email", "value": token, "token": token, "normalised": token}
        for party, token in (("early:1", "old"), ("late:1", "new"))
    ]
    placed = rows(ORDERS, orders)
    dated, held = (
        with_zone_of_orders(rows(table, some), placed, retailer)
        for table, some in ((PARTIES, parties), (PARTY_VALUES, values))
    )
    found = party_records(dated, held, rows(OPENED, opened), date(2025, 7, 1)).collect()
    return {row.party_id: row.emails for row in found}


def test_who_was_known_is_of_the_day_of_the_shop_that_took_the_order(rows: Rows) -> None:
    assert known_on_1_july(rows, "Australia/Brisbane", None) == {"early:1": ["old"]}
    assert known_on_1_july(rows, "UTC", "Australia/Brisbane") == {
        "early:1": ["old"],
        "listed:1": [],
    }
    everybody = {"early:1": ["new"], "late:1": ["new"], "listed:1": []}
    assert known_on_1_july(rows, "UTC", None) == everybody
