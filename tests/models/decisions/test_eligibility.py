"""Nobody gets a play that may not get it, and of whoever gets none it is said why."""

from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.models.decisions.eligibility import find_eligible, find_vulnerable
from holdfast.transformations.plays.play import Bounds, Play
from tests.fixtures.plays import DISCOUNT, entry
from tests.models.decisions import by_hand
from tests.models.decisions.cases import CUSTOMER, as_columns, draw_caps, draw_customer, draw_play

EXAMPLES, CASES_OF_AN_EXAMPLE = 200, 50


def ask(play: dict[str, Any], caps: dict[str, int] | None = None, **changes: Any) -> str | None:
    """Why the customer, with some changes, does not get the play; None where it does."""
    columns = as_columns([CUSTOMER | changes])
    found = find_eligible(columns, [Play.model_validate(play)], caps or {})
    why: str | None = found.why_none[0]
    assert found.eligible.tolist() == [[why is None]]
    return why


def test_ten_thousand_cases_are_decided_as_by_hand() -> None:
    """A case is a catalogue of up to four plays with caps of its own, and up to four customers with
    their histories and consents; an example of Hypothesis is a seed of 50 of them.
    """
    tried: Counter[str | None] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.integers(0, 2**62))
    def decide_cases(seed: int) -> None:
        dice = Random(seed)
        for _ in range(CASES_OF_AN_EXAMPLE):
            entries = [draw_play(dice, number) for number in range(dice.randint(0, 4))]
            people = [draw_customer(dice, len(entries)) for _ in range(dice.randint(0, 4))]
            caps = draw_caps(dice)
            plays = [Play.model_validate(values) for values in entries]
            found = find_eligible(as_columns(people), plays, caps)
            rows = zip(found.eligible.tolist(), found.matches.tolist(), found.why_none, strict=True)
            expected = [by_hand.decide(person, entries, caps) for person in people]
            assert list(rows) == expected
            tried.update(["cases", *(word for _, _, word in expected)])

    decide_cases()
    assert tried.pop("cases") >= 10_000
    assert set(tried) == {None, "held_out", "suppressed", *by_hand.STEPS}
    assert min(tried.values()) > 300, "some word is hardly tried"


@pytest.mark.parametrize(
    ("word", "changes"),
    [
        ("held_out", {"is_held_out": True}),
        ("suppressed", {"is_suppressed": True}),
        ("no_play", {"lifecycle": "lapsed"}),
        ("no_consent", {"allowed": {("service", "email"), ("marketing", "sms")}}),
        ("frequency", {"contacts": {"email": 2}}),
        ("cooldown", {"days_since": {"greeting": 29.0}}),
    ],
)
def test_the_first_thing_that_stands_in_the_way_is_the_word(
    word: str, changes: dict[str, Any]
) -> None:
    play = entry(**{"for": {"lifecycles": ["active"]}})
    assert ask(play, {"email": 2}) is None
    assert ask(play, {"email": 2}, **changes) == word
    later = {"contacts": {"email": 9}, "days_since": {"greeting": 0.0}}
    if word not in ("frequency", "cooldown"):
        assert ask(play, {"email": 2}, **(later | changes)) == word


def test_the_word_is_that_of_the_plays_which_came_furthest() -> None:
    plays = [
        Play.model_validate(entry(id="rested", cooldown_days=0, channel="sms")),
        Play.model_validate(entry(id="greeting", cooldown_days=60)),
    ]
    assert find_eligible(as_columns([CUSTOMER]), plays, {}).why_none[0] == "cooldown"


def test_what_waits_for_a_customer_needs_the_purpose_and_no_channel() -> None:
    for channel in ("onsite", "store"):
        play = entry(channel=channel, purpose="personalisation")
        assert ask(play, {"all": 0, channel: 0}, allowed={("personalisation", "all")}) is None
        assert ask(play, allowed={("personalisation", "email")}) == "no_consent"
        assert ask(play, allowed={("marketing", "all")}) == "no_consent"


def test_a_call_needs_consent_to_calls() -> None:
    call = entry(channel="phone", team="callers", purpose="service")
    assert ask(call, allowed={("service", "phone")}) is None
    assert ask(call, allowed={("service", "all"), ("service", "sms")}) == "no_consent"


def test_contacts_of_all_channels_count_together_and_visits_do_not() -> None:
    contacts = {"email": 1, "sms": 1, "onsite": 5, "store": 5}
    assert ask(entry(), {"all": 3}, contacts=contacts) is None
    assert ask(entry(), {"all": 2}, contacts=contacts) == "frequency"
    assert ask(entry(), {"sms": 1}, contacts=contacts) is None


def test_an_offer_that_costs_money_needs_a_currency_and_nobody_vulnerable() -> None:
    for changes in ({"is_vulnerable": True}, {"has_currency": False}):
        assert ask(entry(offer=DISCOUNT), **changes) == "no_play"
        assert ask(entry(), **changes) is None
    assert ask(entry(offer=DISCOUNT)) is None


def test_another_driver_is_no_obstacle_but_no_match() -> None:
    plays = [
        Play.model_validate(entry(id=driver, **{"for": {"drivers": [driver]}}))
        for driver in ("price", "service")
    ]
    people = [CUSTOMER | {"driver": driver} for driver in ("price", "quality", None)]
    found = find_eligible(as_columns(people), plays, {})
    assert found.eligible.all()
    assert found.matches.tolist() == [[True, False], [False, False], [False, False]]


def test_no_plays_and_no_customers_are_decided_too() -> None:
    assert find_eligible(as_columns([CUSTOMER]), [], {}).why_none.tolist() == ["no_play"]
    play = Play.model_validate(entry())
    assert find_eligible(as_columns([]), [play], {}).eligible.shape == (0, 1)


def test_any_of_the_states_makes_somebody_vulnerable_and_null_none() -> None:
    features = {
        "failed_charges_90d": np.array([0.0, 2.0, np.nan, 0.0]),
        "survey_score_365d": np.array([0.5, 0.5, 0.5, 0.1]),
    }
    states = {
        "failed_charges_90d": Bounds(at_least=2),
        "survey_score_365d": Bounds(at_most=0.1),
    }
    assert find_vulnerable(features, states, 4).tolist() == [False, True, False, True]
    assert find_vulnerable(features, {}, 4).tolist() == [False] * 4
