"""Consent over time: statements that come late, change, are withdrawn and come back."""

from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.standardise.consent_state import consent_state, statements
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    FACT_STATES,
    STANDING,
    WITHDRAWN,
)
from tests.factories import rows

Interval = tuple[bool, str, str | None]  # allowed, from and to days of January
# By case: statements (said, known, state), states of the first of them (from, status, what it
# said), and the intervals.
CASES: Final[
    dict[str, tuple[list[tuple[int, int, str]], list[tuple[int, str, str | None]], list[Interval]]]
] = {
    "opted in again": (
        [(1, 1, "granted"), (5, 5, "withdrawn"), (9, 9, "granted")],
        [],
        [(True, "01", "05"), (False, "05", "09"), (True, "09", None)],
    ),
    "a statement counts from when it was known": (
        [(1, 1, "granted"), (5, 8, "withdrawn")],
        [],
        [(True, "01", "08"), (False, "08", None)],
    ),
    "one known after a newer one changes nothing": (
        [(1, 1, "granted"), (5, 12, "withdrawn"), (9, 9, "granted")],
        [],
        [(True, "01", "09"), (True, "09", None)],
    ),
    "a statement whose newer version says other is made anew by it": (
        [(1, 1, "granted")],
        [(1, STANDING, "granted"), (6, STANDING, "withdrawn"), (9, STANDING, "granted")],
        [(True, "01", "06"), (False, "06", "09"), (True, "09", None)],
    ),
    "a withdrawn version leaves what was said before": (
        [(5, 5, "granted"), (2, 2, "objected")],
        [(5, STANDING, "granted"), (8, WITHDRAWN, None)],
        [(False, "02", "05"), (True, "05", "08"), (False, "08", None)],
    ),
    "and nothing where nothing was": (
        [(5, 5, "granted")],
        [(5, STANDING, "granted"), (8, WITHDRAWN, None)],
        [(True, "05", "08")],
    ),
    "two at one instant that differ are a no": (
        [(5, 5, "granted"), (5, 5, "denied")],
        [],
        [(False, "05", None)],
    ),
}


def day(number: int) -> str:
    return f"2026-01-{number:02d}"


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, list[Interval]]:
    events: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    for case, (said, turns, _) in CASES.items():
        for place, (at, known, state) in enumerate(said):
            key = f"{case}-{place}"
            events.append(
                {
                    "consent_event_id": key,
                    "party_id": case,
                    "event_at": day(at),
                    "available_at": day(known),
                    "state": state,
                }
            )
        for place, (at, status, state) in enumerate(turns):
            until = day(turns[place + 1][0]) if place + 1 < len(turns) else None
            states.append(
                {
                    "fact_table": "consent_events",
                    "fact_id": f"{case}-0",
                    "status": status,
                    "dated_value": state,
                    "valid_from": day(at),
                    "valid_to": until,
                }
            )
    stated = rows(spark, CONSENT_EVENTS, events)
    taken: dict[str, list[Interval]] = {}
    said = statements({CONSENT_EVENTS: stated}, rows(spark, FACT_STATES, states))
    assert said is not None
    for row in consent_state(said, stated).collect():
        ends = None if row.valid_to is None else f"{row.valid_to:%d}"
        taken.setdefault(row.party_id, []).append((row.is_allowed, f"{row.valid_from:%d}", ends))
    return taken


@pytest.mark.parametrize("case", CASES)
def test_consent_is_what_was_said_and_known_at_each_instant(
    found: dict[str, list[Interval]], case: str
) -> None:
    assert sorted(found[case], key=lambda one: one[1]) == CASES[case][2]
