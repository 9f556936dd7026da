"""Devices beside people: a login is an edge, two people of one device are none."""

import pandas as pd

from holdfast.models.identity.grouping import group_records
from holdfast.models.identity.matching import IdentityConfig


def test_a_device_joins_its_one_person_and_makes_no_pair_of_two() -> None:
    names = pd.DataFrame(
        {
            "party_id": ["a", "b", "d"],
            "is_person": [True, True, False],
            "is_device": [False, False, True],
            "first_party_id": ["a", "b", "d"],
        }
    )
    scores = ["pattern", "edge_kind", "match_probability", "household_probability", "match_weight"]
    pairs = pd.DataFrame(
        [["a", "b", "0", "email", 0.9, 0.0, 3.0]], columns=["left", "right", *scores]
    )
    own = pd.DataFrame(columns=["party_id", *scores])
    logins = pd.DataFrame({"left": ["a", "a", "b"], "right": ["b", "d", "d"]})
    found = group_records(names, pairs, own, logins, IdentityConfig(), "")
    assert found.records["group"].tolist() == ["a", "a", "a"]
    assert found.pairs["edge_kind"].tolist() == ["email", "device", "device"]
    assert found.pairs["pattern"].tolist() == ["0", None, None]
