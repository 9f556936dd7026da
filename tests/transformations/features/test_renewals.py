"""Subscriptions on a day: how old, how often renewed, whether they run."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.features.renewals import renewals_on, renewals_since, with_due
from holdfast.transformations.tables.silver import SUBSCRIPTIONS
from holdfast.transformations.tables.table import Table
from tests import factories as factory

Rows = Callable[[Table, list[dict[str, object]]], DataFrame]
EARLIER, DAY = date(2025, 4, 1), date(2025, 6, 30)  # 90 days apart
LOG_FROM: Final = "2025-01-01"  # the first state of anybody


def state(
    name: str,
    status: str,
    since: str,
    *,
    begun: str | None = None,
    until: str | None = None,
    known: str | None = None,
    interval: int | None = 30,
) -> dict[str, Any]:
    """A state of a subscription that began on `begun`; known from its beginning if not said."""
    return {
        "subscription_id": name,
        "party_id": f"party of {name}",
        "event_at": begun or since,
        "available_at": known or since,
        "valid_from": since,
        "valid_to": until,
        "status": status,
        "interval_days": interval,
        "price_amount": 25,
        "currency": "USD",
    }


def turn(name: str, *changes: tuple[str, str], **about: Any) -> list[dict[str, Any]]:
    """States of which each ends as the next one begins."""
    ends = [since for _, since in changes[1:]]
    return [
        state(name, status, since, until=end, begun=changes[0][1], **about)
        for (status, since), end in zip(changes, [*ends, None], strict=True)
    ]


STATES: Final = [
    state("runs", "active", LOG_FROM),
    *turn("pauses", ("active", LOG_FROM), ("paused", "2025-02-10")),
    *turn("resumes", ("active", LOG_FROM), ("paused", "2025-02-10"), ("active", "2025-05-01")),
    *turn("ends", ("active", LOG_FROM), ("cancelled", "2025-03-17")),
    state("late", "active", LOG_FROM, until="2025-03-17"),
    state("late", "cancelled", "2025-03-17", begun=LOG_FROM, known="2025-05-20"),
    state("old", "active", "2025-01-11", begun="2024-09-23"),  # 100 days before the log begins
    state("refused", "active", LOG_FROM, until="2025-02-10"),  # its next state was set aside
    state("endless", "active", LOG_FROM, interval=None),
    state("young", "active", "2025-04-01"),  # begins on the day itself
]


@pytest.fixture(scope="module")
def known(spark: SparkSession) -> dict[tuple[str, date], Any]:
    states = factory.rows(spark, SUBSCRIPTIONS, STATES)
    frame = renewals_on(states, [EARLIER, DAY], "UTC")
    return {(row.subscription_id, row.as_of): row for row in frame.collect()}


@pytest.mark.parametrize(
    ("name", "status", "renewals", "age"),
    [
        ("runs", "active", 2, 3),  # due on 31 January, 2 March; that of 1 April is still to come
        ("pauses", "paused", 1, 4 / 3),
        ("resumes", "paused", 1, 4 / 3),
        ("ends", "cancelled", 2, 2.5),
        ("late", "active", 2, 3),  # nobody knew
        ("refused", None, 1, 4 / 3),
    ],
)
def test_a_subscription_is_as_it_was_known_on_the_day(
    known: dict[tuple[str, date], Any],
    name: str,
    status: str | None,
    renewals: int,
    age: float,
) -> None:
    one = known[name, EARLIER]
    assert (one.status, one.renewals, one.age) == (status, renewals, pytest.approx(age))
    assert one.seen_from == 0


def test_later_a_pause_is_left_out_and_a_late_end_is_known_from_its_own_day(
    known: dict[tuple[str, date], Any],
) -> None:
    resumed, late = known["resumes", DAY], known["late", DAY]
    assert (resumed.status, resumed.age, resumed.renewals) == ("active", pytest.approx(10 / 3), 3)
    assert (late.status, late.age, late.renewals) == ("cancelled", 2.5, 2)


def test_renewals_before_the_log_begins_are_apart(
    known: dict[tuple[str, date], Any],
) -> None:
    """100 days old as the log begins: of those that ended before nothing is known."""
    old = known["old", EARLIER]
    assert (old.age, old.seen_from, old.renewals) == (pytest.approx(190 / 30), 3, 6)


def test_who_is_not_there_yet_is_left_out_and_without_an_interval_none_is_due(
    known: dict[tuple[str, date], Any],
) -> None:
    assert {name for name, day in known if day == DAY} - {
        name for name, day in known if day == EARLIER
    } == {"young"}
    assert (known["endless", DAY].interval_days, known["endless", DAY].renewals) == (None, 0)


def test_due_are_the_renewals_of_the_window_of_those_that_run(rows: Rows) -> None:
    asked = renewals_on(rows(SUBSCRIPTIONS, STATES), [EARLIER], "UTC")
    found = {
        (row.subscription_id, row.horizon_days): row.due
        for row in with_due(asked, [1, 90]).collect()
    }
    assert found == {
        ("runs", 1): 1,  # on 1 April itself
        ("runs", 90): 3,
        ("late", 1): 1,
        ("late", 90): 3,
        ("old", 1): 0,
        ("old", 90): 3,
    }


def test_what_was_due_stands_beside_what_came(rows: Rows) -> None:
    both = renewals_on(rows(SUBSCRIPTIONS, STATES), [EARLIER, DAY], "UTC")
    found = {
        row.renewals: (row.due, row.subscriptions, row.made)
        for row in renewals_since(both, EARLIER, DAY).collect()
    }
    assert found == {2: (3, 2, 3), 6: (3, 1, 3)}  # two ran in April, of which one had ended


def test_days_are_those_of_the_shop(rows: Rows) -> None:
    """Begun at three in the morning of 1 January in UTC, which in New York is still December."""
    begun = [state("night", "active", "2025-01-01T03:00:00")]
    asked = renewals_on(rows(SUBSCRIPTIONS, begun), [EARLIER], "America/New_York")
    assert [row.age for row in asked.collect()] == [pytest.approx(91 / 30)]


def test_each_day_counts_by_the_interval_of_its_own_state(rows: Rows) -> None:
    """Weekly for 91 days, then once a year; and the reverse."""
    longer = turn("longer", ("active", LOG_FROM), ("active", "2025-04-02"))
    shorter = turn("shorter", ("active", LOG_FROM), ("active", "2025-04-02"))
    for states, intervals in ((longer, (7, 365)), (shorter, (365, 7))):
        for one, interval in zip(states, intervals, strict=True):
            one["interval_days"] = interval
    asked = renewals_on(rows(SUBSCRIPTIONS, [*longer, *shorter]), [EARLIER, DAY], "UTC")
    found = {(row.subscription_id, row.as_of): row.renewals for row in asked.collect()}
    assert (found["longer", EARLIER], found["longer", DAY]) == (12, 13)
    assert (found["shorter", EARLIER], found["shorter", DAY]) == (0, 12)


def test_of_an_export_of_how_all_stand_today_those_that_ended_ran_before(rows: Rows) -> None:
    """All that is known is an end in May; nobody can say that it did not run in April."""
    ended = state("gone", "cancelled", "2025-05-20", begun=LOG_FROM)
    asked = renewals_on(rows(SUBSCRIPTIONS, [ended]), [EARLIER, DAY], "UTC")
    found = {row.as_of: (row.status, row.renewals) for row in asked.collect()}
    assert found == {EARLIER: ("active", 2), DAY: ("cancelled", 4)}
