"""Scored pairs: the model's word for each pattern, then two rules that no fit overrides."""

import numpy as np
import pandas as pd
import pytest

from holdfast.models.identity import Comparison, IdentityConfig, LinkageModel, score
from holdfast.models.identity.matching import CONTRADICTED, apply_rules

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


def rated(
    pattern: str,
    *,
    shares_email: bool = False,
    match: float = 0.3,
    two_house_numbers: bool = False,
) -> "pd.Series[float]":
    """One pair of records after the rules; levels of first name, last name, address, postcode,
    e-mail, phone and birth date.
    """
    row = {
        "left_party_id": "shop:1",
        "right_party_id": "web:1",
        "pattern": pattern,
        "shares_email": shares_email,
        "shares_phone": False,
        "has_two_house_numbers": two_house_numbers,
        "match_probability": match,
        "household_probability": 0.2,
    }
    return apply_rules(pd.DataFrame([row]), IdentityConfig(key_probability=0.98)).iloc[0]


def test_a_shared_email_is_a_key_where_no_name_contradicts_it() -> None:
    key = rated("-1,2,-1,-1,2,-1,-1", shares_email=True)
    assert (key["edge_kind"], key["match_probability"]) == ("email", 0.98)
    other_name = rated("2,0,-1,-1,2,-1,-1", shares_email=True)
    assert (other_name["edge_kind"], other_name["match_probability"]) == ("fellegi_sunter", 0.3)


def test_other_first_names_are_two_people_of_one_home_unless_born_on_one_day() -> None:
    relatives = rated("0,2,2,1,2,-1,-1", shares_email=True, match=0.6)
    assert relatives["match_probability"] == CONTRADICTED
    assert relatives["household_probability"] == pytest.approx(0.2 / 0.4)
    twin_or_nickname = rated("0,2,2,1,2,-1,1", match=0.6)
    assert twin_or_nickname["match_probability"] == 0.6
    assert twin_or_nickname["household_probability"] == 0.2


def test_a_shared_email_is_worth_less_where_phone_home_or_birth_date_differ() -> None:
    def worth(pattern: str) -> float:
        return float(rated(pattern, shares_email=True, match=0.99)["match_probability"])

    # 98 : 2 is halved three times for a phone or a home, six times for a birth date
    assert worth("-1,-1,-1,-1,2,-1,-1") == 0.99
    assert worth("-1,-1,-1,-1,2,0,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("-1,2,0,1,2,-1,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("-1,-1,-1,0,2,1,-1") == pytest.approx(1 / (1 + 2**3 / 49))
    assert worth("-1,-1,0,0,2,0,-1") == pytest.approx(1 / (1 + 2**6 / 49))
    assert worth("-1,-1,-1,-1,2,-1,0") == pytest.approx(1 / (1 + 2**6 / 49))
    # a street that is nearly the same is another one beside another phone, as is another house
    assert worth("-1,-1,1,1,2,1,-1") == 0.99
    assert worth("-1,-1,1,1,2,0,-1") == pytest.approx(1 / (1 + 2**4.5 / 49))
    next_door = rated("-1,-1,1,1,2,0,-1", shares_email=True, match=0.99, two_house_numbers=True)
    assert next_door["match_probability"] == pytest.approx(1 / (1 + 2**6 / 49))


def test_who_has_one_name_may_move_and_change_the_phone_but_not_the_birth_date() -> None:
    moved = rated("2,2,0,0,2,0,-1", shares_email=True)
    assert moved["match_probability"] == 0.98
    namesake = rated("2,2,-1,-1,2,-1,0", shares_email=True)
    assert namesake["match_probability"] == pytest.approx(1 / (1 + 2**6 / 49))
