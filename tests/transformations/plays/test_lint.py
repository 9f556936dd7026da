"""Unfair plays are refused, and the fair one beside each is not."""

from typing import Any

import pytest

from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.plays.lint import lint_play
from holdfast.transformations.plays.play import Bounds, Play
from tests.fixtures.plays import DISCOUNT, NOTHING, entry

VULNERABLE = {"failed_charges_90d": Bounds(at_least=2)}
PROTECTED = (
    "birth date",
    "age",
    "sex",
    "gender",
    "ethnicity",
    "religion",
    "disability",
    "postcode",
)


def faults(**changes: Any) -> list[str]:
    return lint_play(Play.model_validate(entry(**changes)), VULNERABLE, PROTECTED)


def test_urgent_framing_needs_an_offer_that_ends() -> None:
    endless = {**DISCOUNT, "lasts_days": None}
    expected = ["framing urgency without an offer that ends: name offer.lasts_days"]
    assert faults(framing="urgency", offer=NOTHING) == expected
    assert faults(framing="urgency", offer=endless) == expected
    assert faults(framing="urgency", offer=DISCOUNT) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This is your last chance to join.", "last chance"),
        ("The sale ends soon.", "ends"),
        ("Hurry, friends are waiting.", "Hurry"),
        ("Only today: a surprise.", "Only today"),
        ("Open today only.", "today only"),
        ("Your gift expires.", "expires"),
        ("Don’t miss this.", "Don't miss"),
        ("Only 3 left in your size.", "Only 3 left"),
        ("A limited\ntime for you.", "limited time"),
        ("Buy now.", "Buy now"),
    ],
)
def test_urgent_words_need_an_offer_that_ends(text: str, words: str) -> None:
    expected = [f'text says "{words}" without an offer that ends: name offer.lasts_days']
    assert faults(text=text, offer=NOTHING) == expected
    assert faults(text=text, offer=DISCOUNT) == []


@pytest.mark.parametrize(
    "text",
    [
        "Friends for weekends, and a legend.",
        "Take your time, there is no rush and no hurry.",
        "Lastly: how are you today?",
        "A person who mends things.",
    ],
)
def test_words_that_only_look_urgent_are_fair(text: str) -> None:
    assert faults(text=text) == []


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Yours for €5 a month.", "€5"),
        ("Yours for 5 € a month.", "5 €"),
        ("It is $ 12 now.", "$ 12"),
        ("Get 20 EUR back.", "20 EUR"),
        ("It is CHF 12.", "CHF 12"),
        ("It is 4.99 now.", "4.99"),
        ("It is 12 euros.", "12 euros"),
        ("Yours for only 12.", "for only 12"),
        ("Take 5 off your basket.", "5 off"),
        ("Free delivery from 25 on.", "delivery from 25"),
        ("A gift with orders over 50.", "orders over 50"),
    ],
)
def test_an_amount_needs_all_fees_in_it(text: str, amount: str) -> None:
    expected = f'text names an amount, "{amount}": set offer.fees_included once it holds every fee'
    assert faults(text=text, offer=DISCOUNT) == [expected]
    assert faults(text=text, offer={**DISCOUNT, "fees_included": True}) == []


@pytest.mark.parametrize(
    "text",
    [
        "For 14 days you get 10 % off everything.",
        "You get 12.50 % back.",
        "Try 3 new things with 2 friends.",
        "It is all yours, and all 5 of them fit.",
        "Save 20 minutes on each order.",
        "This is worth 100 points.",
    ],
)
def test_numbers_that_are_no_amounts_need_nothing(text: str) -> None:
    assert faults(text=text, offer=DISCOUNT) == []


@pytest.mark.parametrize("bounds", [{"at_least": 1}, {"at_least": 3}, {"at_most": 2}])
@pytest.mark.parametrize("kind", ["discount", "cashback", "bundle", "voucher", "points"])
def test_no_costly_offer_lets_in_vulnerable_customers(bounds: dict[str, int], kind: str) -> None:
    (fault,) = faults(when={"failed_charges_90d": bounds}, offer={**DISCOUNT, "kind": kind})
    assert fault == (
        "when.failed_charges_90d lets in customers in a vulnerable state, to whom no "
        f"{kind} is offered"
    )


def test_help_for_vulnerable_customers_and_offers_to_all_others_are_fair() -> None:
    assert faults(when={"failed_charges_90d": {"at_least": 2}}, offer=NOTHING) == []
    assert faults(when={"failed_charges_90d": {"at_most": 1}}, offer=DISCOUNT) == []
    assert faults(when={"open_tickets": {"at_least": 2}}, offer=DISCOUNT) == []


def test_states_that_end_where_others_begin_are_kept_apart_at_both_ends() -> None:
    play = Play.model_validate(entry(when={"survey_score_365d": {"at_least": 0.3}}, offer=DISCOUNT))
    assert lint_play(play, {"survey_score_365d": Bounds(at_most=0.2)}, ()) == []
    assert lint_play(play, {"survey_score_365d": Bounds(at_most=0.3)}, ()) != []
    assert lint_play(play, {"survey_score_365d": Bounds(at_least=0.1, at_most=0.2)}, ()) == []


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("birth_date", "birth date"),
        ("age", "age"),
        ("customer_age_years", "age"),
        ("gender", "gender"),
        ("Postcode", "postcode"),
    ],
)
def test_no_play_asks_for_a_protected_attribute(name: str, attribute: str) -> None:
    expected = [f"when.{name} asks for {attribute}, which is protected"]
    assert faults(when={name: {"at_least": 1}}) == expected


def test_a_feature_that_is_protected_is_refused_although_the_registry_has_it() -> None:
    play = Play.model_validate(entry(when={"tenure_days": {"at_least": 1}}))
    assert lint_play(play, {}, ("tenure",)) != []
    assert lint_play(play, {}, ("ten",)) == []


def test_no_play_asks_for_what_is_no_feature() -> None:
    assert faults(when={"moon": {"at_least": 1}}) == ["when.moon: there is no such feature"]
    assert faults(when={name: {"at_least": 0} for name in NAMES}) == []


def test_all_that_is_unfair_is_said_at_once() -> None:
    found = faults(
        framing="urgency",
        text="Hurry: 5 off.",
        when={"age": {"at_least": 60}, "failed_charges_90d": {"at_least": 2}},
        offer={"kind": "voucher", "amount": 5, "redeemed": 0.5},
    )
    assert len(found) == 5
