"""What is wrong with family files is said by file and key, all of it at once."""

from typing import Any

import pytest

from holdfast.transformations.plays.catalogue import Catalogue, PlayError, parse_catalogue
from holdfast.transformations.tables.vocabulary import Purpose
from tests.fixtures.plays import DISCOUNT, entry, family


def parse(**files: Any) -> Catalogue:
    return parse_catalogue(files, {}, ())


def fault(**changes: Any) -> str:
    """What is said of a play with these changes, after its file and name."""
    with pytest.raises(PlayError) as caught:
        parse(some=family(entry(**changes)))
    return str(caught.value).removeprefix("plays/some.yml: greeting: ")


def test_plays_are_read_in_order_with_what_their_file_says() -> None:
    known = entry(
        id="known",
        **{"for": {"drivers": ["price"], "value_tiers": ["top"]}},
        when={"open_tickets": {"at_least": 1}},
        offer=DISCOUNT,
    )
    read = parse(other=family(known, name="other"), some=family(entry()))
    assert list(read.families) == ["other", "some"]
    first, second = read.plays
    assert (first.id, second.id) == ("known", "greeting")
    assert (first.audience.drivers, first.audience.value_tiers) == (["price"], ["top"])
    assert (first.audience.lifecycles, second.audience.drivers) == ([], [])
    assert (first.when["open_tickets"].at_least, first.when["open_tickets"].at_most) == (1, None)
    assert (first.offer.share, first.offer.amount, first.offer.lasts_days) == (0.1, None, 14)
    assert (first.purpose, first.team) == (Purpose.MARKETING, None)
    assert (first.offer.costs_money, second.offer.costs_money) == (True, False)


def test_an_empty_catalogue_and_an_empty_family_are_none() -> None:
    assert parse().plays == ()
    assert parse(some=family()).plays == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": None}, "title is missing"),
        ({"colour": "red"}, "unknown key colour"),
        ({"for": {"driver": ["price"]}}, "unknown key for.driver"),
        ({"channel": "pigeon"}, "channel: must be 'email', 'sms', 'push', 'post', 'phone', "
         "'onsite' or 'store', got 'pigeon'"),
        ({"contact_cost": -1}, "contact_cost: must be greater than or equal to 0, got -1"),
        ({"contact_cost": "5"}, "contact_cost: must be a valid number, got '5'"),
        ({"contact_cost": float("nan")}, "contact_cost: must be a finite number, got nan"),
        ({"cooldown_days": 2.5}, "cooldown_days: must be a valid integer, got 2.5"),
        ({"team": False}, "team: must be a valid string, got False"),
        ({"channel": "phone"}, "team is missing: people make calls"),
        ({"for": {"drivers": ["money"]}},
         "for.drivers: money is not one of price, feature, service, quality"),
        ({"for": {"intents": ["leaving", "x", "y"]}},
         "for.intents: x, y is not one of leaving, browsing, buying, quiet"),
        ({"when": {"open_tickets": {}}}, "when.open_tickets: name at_least or at_most"),
        ({"when": {"open_tickets": {"at_least": 2, "at_most": 1}}},
         "when.open_tickets: at_least must not be above at_most"),
        ({"offer": {"kind": "none", "lasts_days": 3}},
         "offer: kind none gives nothing: leave out the rest"),
        ({"offer": {"kind": "discount", "redeemed": 0.5}},
         "offer: name share or amount, one of them"),
        ({"offer": {**DISCOUNT, "amount": 5}}, "offer: name share or amount, one of them"),
        ({"offer": {"kind": "discount", "share": 0.1}},
         "offer: redeemed is missing: the share of those offered it who take it"),
        ({"offer": {**DISCOUNT, "share": 1.5}},
         "offer.share: must be less than or equal to 1, got 1.5"),
        ({"effect": {"keeps_matching": 0.1, "keeps_other": 0.2, "pseudo_customers": 9}},
         "effect: keeps_other must not be above keeps_matching"),
        ({"text": " "}, "text: string should match pattern '\\S', got ' '"),
        ({"when": {"moon": {"at_least": 1}}}, "when.moon: there is no such feature"),
    ],
)  # fmt: skip
def test_a_fault_names_its_key_and_what_is_wrong(changes: dict[str, Any], said: str) -> None:
    assert fault(**changes) == said


def test_none_is_no_plays_id() -> None:
    with pytest.raises(PlayError, match="id: none is the name of doing nothing: take another"):
        parse(some=family(entry(id="none")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "family is missing; plays is missing"),
        ([], "write the keys family and plays"),
        ({"family": "some", "plays": {}}, "plays is not a list"),
        ({"family": "other", "plays": []}, "family other: write some, as the file is called"),
        ({"family": "some", "plays": [], "x": 1}, "unknown key x"),
        ({"family": "some", "plays": ["x"]}, "play 1: not keys and values, got 'x'"),
    ],
)
def test_a_fault_of_a_file_is_named(content: Any, said: str) -> None:
    with pytest.raises(PlayError) as caught:
        parse(some=content)
    assert str(caught.value) == f"plays/some.yml: {said}"


def test_an_id_that_stands_twice_is_named_in_both_files() -> None:
    with pytest.raises(PlayError) as caught:
        parse(one=family(entry(), entry(id="own"), name="one"), two=family(entry(), name="two"))
    assert str(caught.value).splitlines() == [
        "plays/one.yml: greeting: this id stands in one.yml and two.yml",
        "plays/two.yml: greeting: this id stands in one.yml and two.yml",
    ]


def test_every_fault_of_every_file_is_said_at_once() -> None:
    with pytest.raises(PlayError) as caught:
        parse(
            one=family(
                entry(title=None, framing="loud", offer={"kind": "discount"}),
                entry(id=None, text=None),
                name="one",
            ),
            two={"plays": []},
            three=family(entry(id="hasty", framing="urgency"), name="three"),
        )
    assert str(caught.value).splitlines() == [
        "plays/one.yml: greeting: title is missing; greeting: offer: name share or amount, one of "
        "them; greeting: framing: must be 'appreciation', 'urgency' or 'plain', got 'loud'; "
        "play 2: id is missing; play 2: text is missing",
        "plays/two.yml: family is missing",
        "plays/three.yml: hasty: framing urgency without an offer that ends: name offer.lasts_days",
    ]
