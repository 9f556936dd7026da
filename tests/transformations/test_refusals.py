"""Who refuses messages withdraws consent, whatever was granted."""

from datetime import UTC, datetime, timedelta
from typing import Final

from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.consent import Consent
from holdfast.transformations.standardise.consent_state import (
    consent_state,
    select_spoken_of,
    statements,
)
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    FACT_STATES,
    IDENTITY_MAP,
    MESSAGE_EVENTS,
    SHARED_CONTACTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose
from tests.factories import rows

GRANTED: Final = datetime(2025, 5, 1, tzinfo=UTC)
PEOPLE: Final = range(1, 6)


def said(spark: SparkSession) -> dict[Table, DataFrame]:
    """Four people who granted marketing; a second record of three of them got a message."""
    granted = [
        {
            "party_id": f"{person}.1",
            "consent_event_id": f"{person}",
            "purpose": "marketing",
            "channel": "all",
            "state": "granted",
            "event_at": GRANTED,
        }
        for person in (1, 2, 3, 4)
    ]
    heard = [("1.2", "unsubscribed"), ("2.2", "spam"), ("3.2", "opened"), ("9.1", "unsubscribed")]
    messages = [
        {"event_id": party, "party_id": party, "channel": "email", "event_type": kind}
        | {"event_at": GRANTED + timedelta(days=1)}
        for party, kind in heard
    ]
    return {
        CONSENT_EVENTS: rows(spark, CONSENT_EVENTS, granted),
        MESSAGE_EVENTS: rows(spark, MESSAGE_EVENTS, messages),
    }


def test_who_unsubscribes_or_reports_spam_is_not_written_to_whatever_was_granted(
    spark: SparkSession,
) -> None:
    tables, nothing = said(spark), rows(spark, FACT_STATES, [])
    everything, spoken = statements(tables, nothing), select_spoken_of(tables)
    assert everything is not None and spoken is not None
    members = [
        {"party_id": f"{person}.{record}", "customer_id": person}
        for person in PEOPLE
        for record in (1, 2)
    ]
    identity_map, bases = rows(spark, IDENTITY_MAP, members), {Purpose.MARKETING: "opt_in"}
    state, contacts = consent_state(everything, spoken), rows(spark, SHARED_CONTACTS, [])
    consent = Consent(state, identity_map, bases, contacts=contacts)
    frame = spark.createDataFrame([(person,) for person in PEOPLE], "customer_id long")
    kept = {
        channel: {
            row["customer_id"]
            for row in consent.filter_rows(frame, Purpose.MARKETING, channel).collect()
        }
        for channel in ("email", "sms")
    }
    assert kept == {"email": {3, 4}, "sms": {1, 3, 4}}
    assert statements({}, nothing) is None and select_spoken_of({}) is None
