"""Decisions by the job itself, and what the next one knows of them."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

import pytest
from pyspark.sql import Row, SparkSession

from holdfast.jobs.runtime.storage.store import Store
from holdfast.transformations.tables.gold import (
    ACTION_EFFECTS,
    ALLOCATIONS,
    CALL_QUEUE,
    CUSTOMER_SEGMENTS,
    DECISION_LOG,
    NEXT_BEST_ACTIONS,
)
from holdfast.transformations.tables.silver import CONSENT_STATE, MESSAGE_EVENTS, TREATMENTS
from holdfast.transformations.tables.table import Table
from tests.fixtures import shop as small

PLAYS: Final = """
family: some
plays:
  - id: call
    title: Call about an open complaint
    channel: phone
    team: call_centre
    for: {drivers: [service]}
    offer: {kind: none}
    contact_cost: 1.0
    purpose: service
    cooldown_days: 30
    framing: plain
    text: We call to put it right.
    effect: {keeps_matching: 0.5, keeps_other: 0.01, pseudo_customers: 200}
  - id: mail
    title: Letter
    channel: email
    offer: {kind: none}
    contact_cost: 0.05
    purpose: marketing
    cooldown_days: 30
    framing: plain
    text: Good to have you with us.
    effect: {keeps_matching: 0.1, keeps_other: 0.02, pseudo_customers: 200}
"""
ELSEWHERE: Final = "family: {0}\nplays: []\n"  # a family of the package without its plays
NEXT_DAY: Final = small.DAY + timedelta(days=1)
CALLS: Final = 3
TREATED_LATELY, CONTACTED_OFTEN = 5, 7
BY_EMAIL: Final = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19}


def label(person: int, day: date) -> dict[str, Any]:
    driver = "service" if person > 10 else "price"
    return {
        "as_of": day,
        "customer_id": person,
        "lifecycle": "active",
        "value_tier": "top",
        "driver": driver,
        "alive_probability": 0.9,
        "expected_gap_days": 20,
    }


def happened(person: int, days_ago: int) -> dict[str, Any]:
    at = str(small.DAY - timedelta(days=days_ago))
    return {"party_id": f"shop:{person}", "source": "shop", "event_at": at, "channel": "email"}


def seed() -> list[tuple[Table, list[dict[str, Any]]]]:
    """The small shop, whose customers allow calls, with labels, a letter and three e-mails."""
    calls = {"purpose": "service", "channel": "phone", "is_allowed": True}
    letter = {**happened(TREATED_LATELY, 9), "treatment_id": "t1", "play": "mail"}
    mails = [
        {**happened(CONTACTED_OFTEN, days), "event_id": f"m{days}", "event_type": "received"}
        for days in (1, 2, 7)
    ]
    old = {**happened(9, 8), "event_id": "m8", "event_type": "received"}
    return [
        *(
            (table, [*rows, *({"party_id": f"shop:{i}", **calls} for i in small.PEOPLE)])
            if table is CONSENT_STATE
            else (table, rows)
            for table, rows in small.first_day()
        ),
        (CUSTOMER_SEGMENTS, [label(i, day) for i in small.SCORED for day in (small.DAY, NEXT_DAY)]),
        (TREATMENTS, [letter]),
        (MESSAGE_EVENTS, [*mails, old]),
    ]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two plays, three calls, nobody held out or explored, one euro for one dollar."""
    plays = tmp_path_factory.mktemp("plays")
    for family in files("holdfast").joinpath("conf", "plays").iterdir():
        name = family.name.removesuffix(".yml")
        (plays / family.name).write_text(ELSEWHERE.format(name), encoding="utf-8")
    (plays / "some.yml").write_text(PLAYS, encoding="utf-8")
    values = {"plays": plays, "holdout_share": 0.0, "exploration_share": 0.0}
    teams = [f"decide.teams.call_centre={CALLS}"]
    return [*(f"decide.{name}={value}" for name, value in values.items()), *teams]


@pytest.fixture(scope="module")
def store(
    spark: SparkSession, settings: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Store:
    """The shop decided on."""
    root = tmp_path_factory.mktemp("decide") / "root"
    jobs = ["build_gold", "decide"]
    return small.publish(spark, root, seed(), jobs, overrides=settings).store


@pytest.fixture(scope="module")
def decided_again(
    spark: SparkSession, settings: list[str], store: Store, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Row], list[Row], list[Row]]:
    """What was decided on the day, on the next, and on that again, as `_tell` has it."""
    root = tmp_path_factory.mktemp("again") / "root"
    shutil.copytree(store.root, root)
    runs = [_tell(store)]
    for _ in range(2):
        runner = small.opened(spark, root, *settings, day=NEXT_DAY)
        runner.force = True
        runner.run(["decide"])
        runs.append(_tell(runner.store))
    return runs[0], runs[1], runs[2]


def _tell(store: Store) -> list[Row]:
    kept = store.read(NEXT_BEST_ACTIONS).drop("run_number", "identity_run")
    return list(kept.orderBy("customer_id").collect())


def actions(store: Store) -> dict[int, Row]:
    return {row.customer_id: row for row in store.read(NEXT_BEST_ACTIONS).collect()}


def test_each_customer_has_an_action_or_the_reason_for_none(store: Store) -> None:
    found = actions(store)
    assert set(found) == set(small.PEOPLE)
    called = {i for i, row in found.items() if row.action == "call"}
    assert called == {18, 19, 17}  # of those with a complaint who pay in dollars, those worth most
    mailed = {i for i, row in found.items() if row.action == "mail"}
    assert mailed == BY_EMAIL - called - {1, 3, TREATED_LATELY, CONTACTED_OFTEN}
    why = {i: row.left_alone_because for i, row in found.items() if row.action == "none"}
    assert why.pop(20) == "other_currency"
    assert why.pop(21) == why.pop(22) == "no_analytics"
    assert why.pop(23) == "no_score"
    assert why.pop(24) == "no_purchase"
    too_dear = {i for i, word in why.items() if word == "not_worth"}  # a call, or a letter
    assert too_dear == {1, 2, 3, 4, 6, 8, 10, TREATED_LATELY, CONTACTED_OFTEN}
    assert {i for i, word in why.items() if word == "limits"} == {12, 14, 16}


def test_the_queue_is_no_longer_than_the_team_has_time_for(store: Store) -> None:
    queue = store.read(CALL_QUEUE).orderBy("place").collect()
    assert [row.place for row in queue] == [1, 2, 3]
    saved = [row.saved_amount for row in queue]
    assert saved == sorted(saved, reverse=True)


def test_what_is_written_adds_up_to_the_plan(store: Store) -> None:
    found = actions(store).values()
    limits = {row.limit_name: row for row in store.read(ALLOCATIONS).collect()}
    assert limits["call_centre"].used_value == limits["call_centre"].limit_value == CALLS
    assert limits["call_centre"].is_binding and limits["call_centre"].shadow_price_value > 0
    assert limits["budget"].used_value == sum(row.cost_amount or 0 for row in found)
    value = sum(row.value_amount or 0 for row in found)
    assert abs(limits["budget"].plan_amount - value) < Decimal("0.10")
    effects = store.read(ACTION_EFFECTS)
    assert {row.play for row in effects.collect()} == {"call", "mail"}


def test_the_log_holds_everyone_decided_about_with_the_chance(store: Store) -> None:
    log = store.read(DECISION_LOG).collect()
    assert {row.customer_id for row in log} == set(small.PEOPLE) - {24}
    assert {row.propensity for row in log if not row.is_repaired} == {Decimal(1)}
    assert len({row.policy for row in log}) == 1


def test_every_row_explains_itself_from_what_is_known(store: Store) -> None:
    found = actions(store)
    assert found[18].explanation == (
        "No order for 13 days, usual gap 20; Days since the last order: 180, usually 7. "
        "Call about an open complaint is expected to keep 28 of 100 such customers."
    )
    assert all(row.explanation and row.justification for row in found.values())


@pytest.mark.slow
def test_a_decision_made_again_is_the_same_and_the_next_one_knows_of_it(
    decided_again: tuple[list[Row], list[Row], list[Row]],
) -> None:
    first, second, again = ({row.customer_id: row for row in rows} for rows in decided_again)
    assert second == again
    done = {i: row.action for i, row in first.items() if row.action != "none"}
    assert all(second[i].action != action for i, action in done.items())
    called = {i for i, action in done.items() if action == "call"}
    assert {i for i in called if second[i].action == "mail"} == called & BY_EMAIL
    assert {second[i].left_alone_because for i in called - BY_EMAIL} == {"frequency"}
