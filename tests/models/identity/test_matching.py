"""Scored pairs: the model's word for each pattern, then what a shared e-mail is worth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from holdfast.models.identity import Comparison, IdentityConfig, LinkageModel, score
from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME
from holdfast.models.identity.matching import weigh_emails
from holdfast.models.identity.weighing import part_families

MODEL = LinkageModel(
    (Comparison("plate", 2, 1), Comparison("colour", 2, 1)),
    np.array([0.1, 0.0, 0.9]),
    {
        "plate": np.array([[0.1, 0.9], [0.5, 0.5], [0.99, 0.01]]),
        "colour": np.array([[0.2, 0.8], [0.5, 0.5], [0.75, 0.25]]),
    },
)


def test_each_pair_is_scored_by_its_pattern_and_keeps_its_place() -> None:
    pairs = pd.DataFrame({"car": ["a", "b", "c", "d"], "pattern": ["1,1", "0,0", "1,1", "1,-1"]})
    scored = score(pairs, MODEL)
    assert scored["car"].tolist() == ["a", "b", "c", "d"]
    both, plate = 0.1 * 0.9 * 0.8, 0.1 * 0.9
    assert scored["match_probability"].tolist() == pytest.approx(
        [
            both / (both + 0.9 * 0.01 * 0.25),
            (0.1 * 0.1 * 0.2) / (0.1 * 0.1 * 0.2 + 0.9 * 0.99 * 0.75),
            both / (both + 0.9 * 0.01 * 0.25),
            plate / (plate + 0.9 * 0.01),
        ]
    )
    assert scored["match_weight"][3] == pytest.approx(np.log2(0.9 / 0.01))
    assert (scored["household_probability"] < 1e-12).all()


def rated(pattern: str, match: float = 0.3) -> "pd.Series[float]":
    """One pattern after the rules; levels of e-mail, phone, first name, last name, address,
    postcode and birth date.
    """
    row = {"pattern": pattern, "match_probability": match, "household_probability": 0.2}
    return weigh_emails(pd.DataFrame([row]), IdentityConfig(key_probability=0.98)).iloc[0]


def test_a_shared_email_is_a_key_where_no_name_contradicts_it() -> None:
    key = rated("3,-1,-1,6,-1,-1,-1")
    assert (key["edge_kind"], key["match_probability"]) == ("email", 0.98)
    other_name = rated("3,-1,6,0,-1,-1,-1")
    assert (other_name["edge_kind"], other_name["match_probability"]) == ("fellegi_sunter", 0.3)
    assert rated("2,1,4,6,-1,-1,-1")["edge_kind"] == "phone"
    assert rated("2,-1,6,6,4,3,5")["match_probability"] == 0.3


FAMILY = LinkageModel(
    (
        Comparison("first_name", 2, 1, is_personal=True, identifies=True),
        Comparison("birth_date", 2, 1, is_personal=True, identifies=True),
        Comparison("email", 2, 1),
    ),
    np.array([0.2, 0.1, 0.7]),
    {
        "first_name": np.array([[0.02, 0.98], [0.9, 0.1], [0.95, 0.05]]),
        "birth_date": np.array([[0.01, 0.99], [0.99, 0.01], [0.99, 0.01]]),
        "email": np.array([[0.1, 0.9], [0.99, 0.01], [0.999, 0.001]]),
    },
)


def test_what_a_family_shares_does_not_make_two_first_names_one_person() -> None:
    levels = np.array([[0, -1, 1], [0, 0, 1], [0, 1, 1], [1, -1, 1], [-1, -1, 1]])
    before = FAMILY.posterior(levels)
    after = part_families(FAMILY, levels, before)
    odds = np.array([0.2 * 0.02 / (0.1 * 0.9), 0.2 * 0.02 * 0.01 / (0.1 * 0.9 * 0.99)])
    related = before[:2, SAME] + before[:2, HOUSEHOLD]
    assert after[:2, SAME] == pytest.approx(related * odds / (1 + odds))
    assert after.sum(axis=1) == pytest.approx(np.ones(5))
    assert (after[2:] == before[2:]).all()


def test_where_no_family_was_found_another_first_name_is_what_the_fit_makes_of_it() -> None:
    alone = replace(FAMILY, class_prior=np.array([0.3, 0.0, 0.7]))
    levels = np.array([[0, -1, 1]])
    before = alone.posterior(levels)
    assert (part_families(alone, levels, before) == before).all()


def test_a_shared_email_is_worth_less_where_phone_home_or_birth_date_differ() -> None:
    def worth(pattern: str) -> float:
        return float(rated(pattern, match=0.99)["match_probability"])

    # 98 : 2 is halved three times for a phone or a home, six times for a birth date
    assert worth("3,-1,-1,-1,-1,-1,-1") == 0.99
    assert worth("3,0,-1,-1,-1,-1,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("3,-1,-1,6,0,3,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("3,1,-1,-1,-1,0,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("3,0,-1,-1,0,0,-1") == pytest.approx(1 / (1 + 2**6 / 49))
    assert worth("3,-1,-1,-1,-1,-1,0") == pytest.approx(1 / (1 + 2**6 / 49))
    assert worth("3,-1,-1,-1,-1,-1,4") == 0.99
    # a street that is nearly the same is another one beside another phone; one that shares a word
    # is another house
    assert worth("3,1,-1,-1,3,3,-1") == 0.99
    assert worth("3,0,-1,-1,3,3,-1") == pytest.approx(1 / (1 + 2**4.5 / 49))
    assert worth("3,0,-1,-1,1,3,-1") == pytest.approx(1 / (1 + 2**6 / 49))


def test_who_has_one_name_may_move_and_change_the_phone_but_not_the_birth_date() -> None:
    moved = rated("3,0,6,6,0,0,-1")
    assert moved["match_probability"] == 0.98
    namesake = rated("3,-1,6,6,-1,-1,0")
    assert namesake["match_probability"] == pytest.approx(1 / (1 + 2**6 / 49))
