"""Which profile goes, which is taken back, and by which address somebody is found."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.gold import sent_profiles as plan
from holdfast.transformations.gold.outbox import newest_messages
from holdfast.transformations.tables.gold import CUSTOMER_KEYS, OUTBOX
from holdfast.transformations.tables.sent_profiles import SENT_PROFILES
from holdfast.transformations.tables.silver import IDENTITY_MAP, PARTY_VALUES

Rows = Callable[[Any, list[dict[str, Any]]], DataFrame]
Decide = Callable[..., dict[int, Any]]
VENDOR: Final = plan.Rules(("risk_band",), "band:string", ("external_id", "email"), (), True)


def members(rows: Rows, *pairs: tuple[str, int]) -> DataFrame:
    return rows(IDENTITY_MAP, [{"party_id": p, "customer_id": c} for p, c in pairs])


def addresses(spark: SparkSession, **found: str) -> DataFrame:
    return spark.createDataFrame(list(found.items()), "token string, address string")


def test_the_address_is_of_who_said_yes_then_the_vendors_own_then_the_newest(
    spark: SparkSession, rows: Rows
) -> None:
    days = ("2024-01-01", "2025-01-01", "2023-01-01")
    people = [(source, c) for c in (1, 2, 3, 4) for source in ("shop", "till", "klaviyo")]
    values = [
        {
            "party_id": f"{source}:{c}",
            "kind": "email",
            "token": f"{source}{c}",
            "valid_from": days[("shop", "till", "klaviyo").index(source)],
            "valid_to": "2025-06-01" if (source, c) == ("klaviyo", 4) else None,
        }
        for source, c in people
    ]
    opened = addresses(
        spark,
        **{f"{source}{c}": f"{source}@x.example" for source, c in people if source != "klaviyo"},
        klaviyo1="klaviyo@x.example",
        klaviyo2="klaviyo@x.example",
        klaviyo4="klaviyo@x.example",
    )
    found = plan.choose_addresses(
        rows(PARTY_VALUES, values),
        members(rows, *((f"{source}:{c}", c) for source, c in people)),
        opened,
        spark.createDataFrame([("shop:1",)], "party_id string"),
        "klaviyo",
    )
    chosen = {row.customer_id: (row.address_token, row.address) for row in found.collect()}
    assert chosen == {
        1: ("shop1", "shop@x.example"),  # its record said yes
        2: ("klaviyo2", "klaviyo@x.example"),
        3: ("till3", "till@x.example"),  # that of the vendor cannot be written to
        4: ("till4", "till@x.example"),  # that of the vendor has ended
    }


def test_an_address_is_written_to_without_what_stands_around_it(spark: SparkSession) -> None:
    vault = [
        ("a", " Ann+news@X.example ", "ann@x.example"),
        ("b", "Bob <bob@x.example>", "bob@x.example"),
        ("c", "=cmd@x.example", "=cmd@x.example"),
        ("d", "+1@x.example,me@x.example", None),
        ("e", "none", None),
    ]
    opened = spark.createDataFrame(vault, "token string, value string, normalised string")
    found = {row.token: row.address for row in plan.list_addresses(opened).collect()}
    assert found == {"a": "ann+news@x.example", "b": "bob@x.example"}


@pytest.fixture
def decide(spark: SparkSession, rows: Rows) -> Decide:
    """`decide(sent)`: the decision about each customer, given what was sent before. 1 is new, 2 as
    it was, 3 changed, 4 withdrew, 5 too, known by address alone; 6 is gone, and its record is 7's
    now; 8 shares the address of 7, 9 has none and no id, 10 was never sent, 12 was erased.
    """
    payload = json.dumps({"risk_band": "high"})
    everyone = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
    upsert = {"destination": "queue", "operation": "upsert", "payload": payload, "run_number": 2}
    messages = [{**upsert, "customer_id": c} for c in everyone]
    messages += [{**upsert, "customer_id": 6, "operation": "clear", "run_number": 3}]
    messages += [{**upsert, "customer_id": 11, "destination": "other"}]
    of_braze = {1: "b1", 2: "b2", 3: "b3", 4: "b4", 7: "b6", 8: "=b8"}
    keys = [{"source": "braze", "source_id": i, "customer_id": c} for c, i in of_braze.items()]
    mailed = [
        (c, f"t{c}", f"p{7 if c == 8 else c}@x.example") for c in everyone if c not in (6, 9, 12)
    ]
    contacts = plan.list_contacts(
        members(rows, *((f"shop:{c}", c) for c in everyone if c not in (6, 12))),
        rows(CUSTOMER_KEYS, keys),
        spark.createDataFrame(mailed, "customer_id long, address_token string, address string"),
        "braze",
    )
    allowed = spark.createDataFrame([(c,) for c in (1, 2, 3, 7, 8, 9, 12)], "customer_id long")
    queued = newest_messages(rows(OUTBOX, messages), "queue")

    def found(sent: list[dict[str, Any]], *, full: bool = False) -> dict[int, Any]:
        known = [{"destination": "braze", "export_number": 1, **row} for row in sent]
        last = plan.newest_sent(rows(SENT_PROFILES, known), "braze")
        decided = plan.decide_profiles(queued, contacts, allowed, last, VENDOR, full=full).collect()
        assert len({row.customer_id for row in decided}) == len(decided)
        return {row.customer_id: row for row in decided}

    return found


def test_each_profile_has_one_outcome_and_what_is_taken_back_has_an_id_of_nobody_else(
    decide: Decide,
) -> None:
    ids = {2: "b2", 3: "b3", 4: "b4", 5: None, 6: "b6"}
    first = decide([])
    hashes = {2: first[2].profile_hash}
    sent = [
        {
            "customer_id": c,
            "operation": "upsert",
            "external_id": i,
            "profile_hash": hashes.get(c, ""),
        }
        for c, i in ids.items()
    ]
    found = decide(sent)
    assert {c: (row.outcome, row.is_still_known) for c, row in found.items()} == {
        1: ("upsert", False),
        2: ("unchanged", False),
        3: ("upsert", False),
        4: ("clear", False),
        5: (plan.NO_CONSENT, True),
        6: ("withdrawn", True),
        7: ("upsert", False),
        8: (plan.SHARED_ADDRESS, False),
        9: (plan.NO_ADDRESS, False),
        10: (plan.NO_CONSENT, False),
        12: (plan.GONE, False),
    }
    assert (found[4].external_id, found[4].address_token, found[4]["values"]) == ("b4", None, None)
    assert (found[1].external_id, found[1].address_token) == ("b1", "t1")
    assert found[1]["values"] == ["high"]
    cleared = {**sent[2], "export_number": 2, "operation": "clear"}
    again = decide([*sent, cleared], full=True)
    assert (again[2].outcome, again[4].outcome) == ("upsert", plan.NO_CONSENT)
