"""Figures of what was said and taken back, worked out by hand."""

from collections.abc import Callable

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.stages.evaluation import state_metrics
from holdfast.transformations.consent import OPT_IN, Consent
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    PARTY_VALUES,
    SHARED_CONTACTS,
    TICKETS,
)
from tests.sealed import OPENED

Rows = Callable[..., DataFrame]
STATES = "fact_table string, fact_id string, status string"


def test_a_fact_that_stands_though_it_ended_is_counted(rows: Rows, spark: SparkSession) -> None:
    facts = {
        ORDERS: rows(
            ORDERS,
            [
                {"order_id": "a"},
                {"order_id": "b", "cancelled_at": "2026-01-02"},
                {"order_id": "c", "withdrawn_at": "2026-01-02", "withdrawn_by": "filtered:paid"},
                {"order_id": "d"},
            ],
        ),
        ORDER_LINES: rows(ORDER_LINES, [{"line_id": "a-1"}]),
        TICKETS: rows(TICKETS, [{"ticket_id": "t", "solved_at": "2026-01-02"}]),
    }
    truth = spark.createDataFrame(
        [
            ("orders", "a", "standing"),
            ("orders", "b", "ended"),
            ("orders", "c", "withdrawn"),
            ("orders", "never", "withdrawn"),
            ("orders", "d", "ended"),
            ("order_lines", "a-1", "standing"),
            ("tickets", "t", "standing"),
            ("marketing", "7", "ended"),
        ],
        STATES,
    )
    assert state_metrics.measure_states(facts, truth) == {"facts_in_another_state": 2.0}


def test_an_e_mail_of_before_is_counted_and_one_that_is_gone(
    rows: Rows, spark: SparkSession
) -> None:
    values = [("p1", "right", None), ("p1", "wrong", "2026-01-05"), ("p2", "wrong", None)]
    held = rows(
        PARTY_VALUES,
        [
            {"party_id": party, "kind": "email", "token": f"{party}-{token}", "valid_to": until}
            for party, token, until in values
        ],
    )
    vault = rows(
        OPENED,
        [
            {
                "party_id": party,
                "kind": "email",
                "value": token,
                "token": f"{party}-{token}",
                "normalised": f"{token}@post.example",
            }
            for party, token, _ in values
        ],
    )
    truth = spark.createDataFrame(
        [("p1", "Right@post.example"), ("p2", None), ("p3", None), ("p4", "x@post.example")],
        "party_id string, email string",
    )
    assert state_metrics.measure_emails(held, vault, truth) == {"e_mails_of_another_time": 2.0}


def test_who_is_written_to_against_their_word_is_counted(rows: Rows, spark: SparkSession) -> None:
    state = rows(
        CONSENT_STATE,
        [
            {"party_id": f"p{n}", "purpose": "marketing", "channel": "all", "is_allowed": allowed}
            for n, allowed in ((1, True), (2, True), (3, False))
        ],
    )
    members = rows(IDENTITY_MAP, [{"party_id": f"p{n}", "customer_id": n} for n in (1, 2, 3, 4)])
    persons = spark.createDataFrame(
        [(n, 10 + n) for n in (1, 2, 3, 4)], "customer_id long, person_id long"
    )
    truth = spark.createDataFrame(
        [
            ("marketing", "11", "standing"),
            ("marketing", "12", "ended"),
            ("marketing", "13", "standing"),
            ("marketing", "14", "standing"),
        ],
        STATES,
    )
    consent = Consent(state, members, {"marketing": OPT_IN}, contacts=rows(SHARED_CONTACTS, []))
    assert state_metrics.measure_marketing(consent, persons, truth) == {
        "marketing_against_consent": 1.0,
        "marketing_forgone": 2.0,
    }
