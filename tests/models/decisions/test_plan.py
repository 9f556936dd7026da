"""A decision keeps to every limit, treats nobody who may not be, and logs each choice's chance."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.models.decisions.lots import Exploration
from holdfast.models.decisions.options import list_options
from tests.fixtures.plays import entry
from tests.models.decisions import by_hand
from tests.models.decisions.cases import CUSTOMER
from tests.models.decisions.decided import (
    CAPPED,
    LOW,
    Case,
    decide,
    draw_case,
    explore,
    list_people,
    plan,
)

EXAMPLES, CASES_OF_AN_EXAMPLE = 20, 25
TREATED: dict[str, Any] = {
    **CUSTOMER,
    "features": {"open_tickets": 1.0, "orders_365d": 1.0, "failed_charges_90d": 0.0},
    "contacts": dict.fromkeys(CAPPED, 0),
    "days_since": {},
    "leave_probability": 0.5,
    "margin_if_stays": 100.0,
    "order_amount": 50.0,
    "is_explored": False,
    "play_draw": 0.5,
}
FREE = Case([entry()], [TREATED], {}, {}, 100.0, 1.0, {}, Exploration(0.0, 0.0))


def count_breaks(case: Case, rows: list[dict[str, Any]]) -> list[str]:
    """Everything that a decision must not do, by hand."""
    plays = {play["id"]: play for play in case.plays}
    breaks, spent, low, calls = [], 0.0, 0.0, 0
    for person, row in zip(case.people, rows, strict=True):
        eligible, _, why = by_hand.decide(person, case.plays, case.caps)
        if why not in ("held_out", "suppressed") and not person["has_currency"]:
            eligible, why = [False] * len(eligible), "other_currency"
        if row["action"] == "none":
            said = {why} if why else {"drawn"} if person["is_explored"] else {"not_worth", "limits"}
            said = {"limits"} if row["is_repaired"] else said
            if row["left_alone_because"] not in said:
                breaks.append(f"said {row['left_alone_because']}, not {said}")
            continue
        if not eligible[list(plays).index(row["action"])]:
            breaks.append(f"{row['action']} is not for this customer: {why}")
        if not person["is_explored"] and not row["value"] > 0:
            breaks.append("a play that is worth nothing")
        spent += row["cost"]
        low += row["cost"] * (person["value_tier"] in LOW)
        calls += plays[row["action"]]["team"] == "callers"
    used = (spent, case.budget), (low, case.budget * case.low_share)
    breaks += [f"{use} of {most}" for use, most in used if use > most + 1e-9]
    breaks += ["too many calls"] * (calls > case.teams.get("callers", 0))
    breaks += find_unlike(case, rows)
    for row in rows:
        chance = row["propensity"]
        if row["is_repaired"] != (chance is None) or not 0 < (chance or 1.0) <= 1:
            breaks.append(f"chance {chance} of {row['action']}")
    return breaks


def find_unlike(case: Case, rows: list[dict[str, Any]]) -> list[str]:
    """Groups whose treated share is too far from that of all, of those not explored for whom some
    play is worth something.
    """
    if not case.alike:
        return []
    options = list_options(list_people(case), case.terms).to_pylist()
    treated: dict[str | None, list[bool]] = {}
    for person, option, row in zip(case.people, options, rows, strict=True):
        if not person["is_explored"] and any(value > 0 for value in option["value"]):
            treated.setdefault(person[case.alike], []).append(row["action"] != "none")
    whole = np.concatenate([[0.0], *treated.values()])[1:].mean() if treated else 0.0
    gaps = {group: 100 * abs(np.mean(own) - whole) for group, own in treated.items()}
    return [
        f"{group}: {gap} points" for group, gap in gaps.items() if gap > case.most_points + 1e-6
    ]


def test_five_hundred_random_decisions_break_nothing() -> None:
    tried: Counter[Any] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.integers(0, 2**62))
    def decide_cases(seed: int) -> None:
        dice = Random(seed)
        for _ in range(CASES_OF_AN_EXAMPLE):
            case = draw_case(dice)
            explore(dice, case.people, case.exploration.share)
            rows = decide(case)
            assert count_breaks(case, rows) == []
            tried.update(row["left_alone_because"] or "treated" for row in rows)
            tried.update(["explored"] * sum(r["is_explored"] for r in rows))

    decide_cases()
    assert min(tried.values()) > 5 and len(tried) == 12, tried


@pytest.mark.nightly
def test_ten_thousand_random_decisions_break_nothing() -> None:
    dice = Random(7)
    for _ in range(10_000):
        case = draw_case(dice)
        explore(dice, case.people, case.exploration.share)
        assert count_breaks(case, decide(case)) == []


def test_who_is_worth_it_is_treated_and_why_not_is_said() -> None:
    assert decide(FREE)[0]["action"] == "greeting"
    alone = {
        "not_worth": replace(FREE, plays=[entry(contact_cost=40.0)]),
        "limits": replace(FREE, budget=0.0),
        "no_play": replace(FREE, plays=[]),
        "no_consent": replace(FREE, people=[TREATED | {"allowed": set()}]),
        "held_out": replace(FREE, people=[TREATED | {"is_held_out": True, "has_currency": False}]),
        "other_currency": replace(
            FREE, people=[TREATED | {"has_currency": False, "margin_if_stays": None}]
        ),
    }
    assert {word: decide(case)[0]["left_alone_because"] for word, case in alone.items()} == {
        word: word for word in alone
    }


def test_nobody_at_all_gives_an_empty_decision() -> None:
    assert decide(replace(FREE, people=[])) == []


def test_a_team_without_capacity_calls_nobody() -> None:
    called = replace(FREE, plays=[entry(team="callers")])
    assert decide(called)[0]["left_alone_because"] == "limits"
    assert decide(replace(called, teams={"callers": 1}))[0]["action"] == "greeting"


def test_a_play_that_drives_away_is_never_chosen() -> None:
    """Where next to nobody would leave, the harm of a contact is more than it keeps."""
    case = replace(FREE, people=[TREATED | {"leave_probability": 0.001}])
    row = decide(replace(case, plays=[entry(contact_cost=0.0)]))[0]
    assert row["left_alone_because"] == "not_worth"


@pytest.mark.parametrize("times", [400, pytest.param(2_000, marks=pytest.mark.nightly)])
def test_actions_happen_as_often_as_their_logged_chance_says(times: int) -> None:
    """Lots drawn again over the same six people; where the budget took a play away, the row says so
    and is left out, as it is of off-policy estimates.
    """
    dice = Random(3)
    plays = [
        entry(id="cheap", contact_cost=0.05),
        entry(id="dear", contact_cost=4.5),
        entry(id="called", team="callers", contact_cost=1.0),
    ]
    people = [TREATED | {"margin_if_stays": 40.0 * number} for number in range(1, 7)]
    share = 0.4
    case = replace(
        FREE, plays=plays, people=people, budget=30.0, teams={"callers": 3},
        exploration=Exploration(share, 0.02),
    )  # fmt: skip
    seen: Counter[tuple[int, str]] = Counter()
    logged: dict[tuple[int, str], list[float]] = {}
    for _ in range(times):
        drawn = [person | {"play_draw": dice.random()} for person in case.people]
        explore(dice, drawn, share)
        for row in decide(replace(case, people=drawn)):
            if not row["is_repaired"]:
                key = row["customer_id"], row["action"]
                seen[key] += 1
                logged.setdefault(key, []).append(row["propensity"])
    kept: Counter[int] = Counter()
    for (number, _), count in seen.items():
        kept[number] += count
    for (number, action), count in seen.items():
        expected = float(np.mean(logged[number, action]))
        error = 4.0 * np.sqrt(expected * (1 - expected) / kept[number]) + 0.01
        assert count / kept[number] == pytest.approx(expected, abs=error), (number, action)
    assert {action for _, action in seen} == {"cheap", "dear", "called", "none"}


def test_groups_are_treated_alike_as_far_as_the_bound_asks_and_its_price_is_said() -> None:
    """Money for four of eight, of whom the top ones are worth more: without a bound all four are of
    the top; within 25 points of the share of all, three are; within none, two.
    """
    worth = {"top": 200.0, "low": 100.0}
    people = [
        TREATED | {"value_tier": tier, "margin_if_stays": margin}
        for tier, margin in worth.items()
        for _ in range(4)
    ]
    plays = [entry(contact_cost=0.5)]
    free = replace(FREE, plays=plays, people=people, budget=2.0)
    for points, top in (("", 4), (25.0, 3), (0.0, 2)):
        bound = {"alike": "value_tier", "most_points": points} if points != "" else {}
        case = replace(free, **bound)
        actions = [row["action"] for row in decide(case)]
        assert (actions[:4].count("greeting"), actions.count("greeting")) == (top, 4)
        made = plan(case, list_options(list_people(case), case.terms))
        prices = {limit.name: limit.shadow_price for limit in made.certificate.limits[2:]}
        assert sum(prices.values()) > 0 if bound else not prices


def test_nobody_is_treated_at_a_loss_so_that_shares_are_alike() -> None:
    """For those of the low tier the play is worth nothing: they do not count, the others get it."""
    people = [TREATED, TREATED | {"value_tier": "low", "leave_probability": 0.001}]
    case = replace(FREE, people=people, alike="value_tier", most_points=0.0)
    assert [row["action"] for row in decide(case)] == ["greeting", "none"]
