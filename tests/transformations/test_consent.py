"""Consent against a model in plain Python: statements folded, the newest of each source counting,
of several sources the strictest, and a no at an address for all who have it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.consent import Consent
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.standardise.consent_state import consent_state
from holdfast.transformations.standardise.consent_state import statements as statements_of
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    FACT_STATES,
    IDENTITY_MAP,
    SHARED_CONTACTS,
)
from holdfast.transformations.tables.vocabulary import FEATURE_PURPOSES, Purpose
from tests.factories import rows
from tests.transformations.consent_by_hand import (
    BASES,
    PAIRED,
    PEOPLE,
    Statement,
    allows,
    reachable,
    stands,
)

D, NEXT = date(2025, 7, 1), date(2025, 8, 1)
STATES = ("granted", "granted", "denied", "withdrawn", "objected")
INSTANTS = [datetime(2025, 7, 1, tzinfo=UTC) + timedelta(days=day) for day in (-40, -1, 0, 1, 31)]


def statements(dice: Random) -> Iterator[Statement]:
    """Up to eight statements a customer, of two records of one source and one of another, few
    instants so that many coincide; some are known late.
    """
    for person in PEOPLE:
        for _ in range(dice.randint(0, 8)):
            purpose, record, at = (
                dice.choice(list(BASES)),
                dice.randint(1, 3),
                dice.choice(INSTANTS),
            )
            yield {
                "party_id": f"{person}.{record}",
                "source": "shop" if record < 3 else "mail",
                "available_at": at + timedelta(days=dice.choice([0, 0, 0, 35])),
                "purpose": purpose,
                "state": dice.choice(STATES),
                "channel": dice.choice(["email", "sms", "all"])
                if purpose == "marketing"
                else "all",
                "event_at": at,
            }


@pytest.fixture(scope="module")
def said() -> dict[int, list[Statement]]:
    found: dict[int, list[Statement]] = {person: [] for person in PEOPLE}
    for number, statement in enumerate(statements(Random(11))):
        found[int(statement["party_id"].split(".")[0])].append(
            {**statement, "consent_event_id": f"{number}", "row_hash": f"{number}"}
        )
    return found


@pytest.fixture(scope="module")
def identity_map(spark: SparkSession) -> DataFrame:
    old = {"valid_from": "2025-01-01", "valid_to": "2025-02-01", "customer_id": 9999}
    members: list[dict[str, Any]] = [
        {"party_id": f"{person}.{record}", "customer_id": person, "valid_from": "2025-02-01"}
        for person in PEOPLE
        for record in (1, 2, 3)
    ]
    return rows(spark, IDENTITY_MAP, [*members, {"party_id": "1.1", **old}])


@pytest.fixture(scope="module")
def consent(
    spark: SparkSession, said: dict[int, list[Statement]], identity_map: DataFrame
) -> Consent:
    pairs = [
        {
            "party_id": f"{person}.{record}",
            "kind": "email",
            "held_with": f"{person - 1 + person % 2}",
        }
        for person in PAIRED
        for record in (1, 3)
    ]
    events = rows(spark, CONSENT_EVENTS, [statement for own in said.values() for statement in own])
    said = statements_of({CONSENT_EVENTS: events}, rows(spark, FACT_STATES, []))
    assert said is not None
    state = consent_state(said, events)
    contacts = rows(spark, SHARED_CONTACTS, pairs)
    return Consent(state.localCheckpoint(), identity_map, BASES, contacts=contacts)


def test_a_feature_is_null_where_its_purpose_was_not_allowed_on_its_day(
    spark: SparkSession, said: dict[int, list[Statement]], consent: Consent
) -> None:
    frame = spark.createDataFrame(
        [(person, day) for person in PEOPLE for day in (D, NEXT)], "customer_id long, as_of date"
    )
    values = frame.select(
        "*",
        F.lit("USD").alias("currency"),
        *(F.lit(1.0).alias(feature.name) for feature in FEATURES),
    )
    one_of = {feature.purpose: feature.name for feature in FEATURES}
    assert set(one_of) == set(FEATURE_PURPOSES)
    taken = consent.mask_features(values, [D, NEXT]).collect()
    assert len(taken) == 2 * len(PEOPLE)
    for row in taken:
        before = datetime.combine(row["as_of"], datetime.min.time(), UTC)
        allowed = {
            purpose: allows(said[row["customer_id"]], purpose, before)
            for purpose in FEATURE_PURPOSES
        }
        assert {f.name: row[f.name] is not None for f in FEATURES} == {
            f.name: allowed[f.purpose] for f in FEATURES
        }
    assert {(row[one_of["analytics"]], row[one_of["sensitive_signals"]]) for row in taken} == {
        (1.0, 1.0),
        (1.0, None),
        (None, 1.0),
        (None, None),
    }


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_nobody_is_written_to_who_or_whose_address_said_no(
    spark: SparkSession, said: dict[int, list[Statement]], consent: Consent, channel: str
) -> None:
    frame = spark.createDataFrame([(person,) for person in PEOPLE], "customer_id long")
    kept = consent.filter_rows(frame, Purpose.MARKETING, channel).collect()
    expected = {person for person in PEOPLE if reachable(said, person, channel)}
    assert {row["customer_id"] for row in kept} == expected
    assert 0 < len(expected) < len(PEOPLE)


def test_who_is_written_to_is_not_asked_without_addresses(consent: Consent) -> None:
    with pytest.raises(ValueError, match="shared_contacts"):
        Consent(consent.state, consent.identity_map, BASES).filter_rows(
            consent.identity_map, Purpose.MARKETING
        )


def test_use_follows_the_newest_statements(
    spark: SparkSession, said: dict[int, list[Statement]], consent: Consent
) -> None:
    frame = spark.createDataFrame([(person,) for person in PEOPLE], "customer_id long")
    kept = consent.filter_rows(frame, Purpose.ANALYTICS).collect()
    expected = {person for person in PEOPLE if allows(said[person], "analytics")}
    assert {row["customer_id"] for row in kept} == expected
    assert 0 < len(expected) < len(PEOPLE)


def test_every_customer_has_a_status(said: dict[int, list[Statement]], consent: Consent) -> None:
    taken = {row["customer_id"]: row for row in consent.status(Purpose.ANALYTICS).collect()}
    assert set(taken) == set(PEOPLE)
    assert {person for person in PEOPLE if taken[person]["is_permitted"]} == {
        person for person in PEOPLE if allows(said[person], "analytics")
    }
    for person, row in taken.items():
        newest: dict[str, datetime] = {}
        for s in said[person]:
            if s["purpose"] == "analytics":
                newest[s["source"]] = max(newest.get(s["source"], s["event_at"]), s["event_at"])
        objects = any(
            s["state"] == "objected"
            and s["purpose"] == "analytics"
            and s["event_at"] == newest[s["source"]]
            for s in said[person]
        )
        assert row["has_objected"] == objects


said_once = st.builds(
    lambda state, at: {
        "party_id": "1",
        "channel": "all",
        "purpose": "analytics",
        "state": state,
        "event_at": at,
        "available_at": at,
    },
    st.sampled_from(STATES),
    st.sampled_from(INSTANTS),
)


@given(st.lists(said_once, min_size=1), said_once)
def test_the_model_itself_never_lets_a_contradiction_allow(
    heard: list[Statement], contradiction: Statement
) -> None:
    newest = max(s["event_at"] for s in heard)
    assert stands([*heard, {**contradiction, "event_at": newest, "state": "withdrawn"}]) is False
    assert stands(heard) == stands(heard[::-1])
