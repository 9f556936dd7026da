"""Whom facts name and nobody lists: each once, by its strongest fact, from its first day on."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame

from holdfast.transformations.standardise.fact_parties import KINDS, fact_parties
from holdfast.transformations.tables.silver import FACTS, ORDERS, PARTIES, TICKETS, WEB_EVENTS

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]


def fact(party: str, on: str, **more: object) -> dict[str, object]:
    return {"party_id": party, "source": party.partition(":")[0], "event_at": on, **more}


def test_each_fact_of_a_person_makes_parties() -> None:
    assert {table for table in FACTS if "party_id" in table.names} == set(KINDS)


def test_a_party_is_made_once_of_its_strongest_fact_and_known_from_the_first(rows: Rows) -> None:
    late = {"available_at": "2025-03-09"}
    gone = {"party_id": "desk:9", "party_kind": "user", "withdrawn_at": "2025-03-01"}
    silver = {
        ORDERS: rows(ORDERS, [fact("shop:1", "2025-03-05", order_id="shop:77", **late)]),
        TICKETS: rows(TICKETS, [fact("shop:1", "2025-03-01"), fact("desk:9", "2025-03-02")]),
        WEB_EVENTS: rows(WEB_EVENTS, [fact("desk:9", "2025-03-04"), fact("shop:2", "2025-03-04")]),
        PARTIES: rows(PARTIES, [{"party_id": "shop:2", "party_kind": "customer"}, gone]),
    }
    made = fact_parties(silver)
    assert made is not None
    found = {row.party_id: row for row in made.collect()}
    assert {party: row.party_kind for party, row in found.items()} == {
        "shop:1": "order",
        "desk:9": "ticket",
    }
    first = datetime(2025, 3, 1, tzinfo=UTC).replace(tzinfo=None)
    assert (found["shop:1"].event_at, found["shop:1"].available_at) == (first, first)
    assert found["shop:1"].source == "shop"


def test_whoever_is_named_after_the_order_is_a_guest(rows: Rows) -> None:
    orders = [
        fact("shop:guest-77", "2025-03-05", order_id="shop:77"),
        fact("shop:78", "2025-03-05", order_id="shop:78"),
        fact("shop:c7", "2025-03-05", order_id="shop:7"),
        fact("shop:guest-5", "2025-03-05", order_id="shop:79"),
    ]
    made = fact_parties({ORDERS: rows(ORDERS, orders)})
    assert made is not None
    assert {row.party_id: row.party_kind for row in made.collect()} == {
        "shop:guest-77": "guest",
        "shop:78": "guest",
        "shop:c7": "order",
        "shop:guest-5": "order",
    }


def test_without_any_fact_nobody_is_made(rows: Rows) -> None:
    assert fact_parties({PARTIES: rows(PARTIES, [{"party_id": "shop:1"}])}) is None
