"""Groups of records, the pairs that made them, and households, from scored pairs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.identity import clusters
from holdfast.models.identity.matching import IdentityConfig
from holdfast.transformations.identity.shared_keys import DEVICE

LIKELY: Final = 0.5  # pairs are kept, and people are of one household, from this probability on
PAIR: Final = ("left", "right", "edge_kind", "match_probability", "match_weight", "pattern")


@dataclass(frozen=True, eq=False)
class Resolution:
    """What a resolution found.

    `records`: party_id, group (named by its smallest record), probability. `pairs`: left, right,
    edge_kind, match_probability, match_weight, pattern. `households`: left, right, probability,
    pairs of groups of one household. `note` says what was not compared or fell back.
    """

    records: pd.DataFrame
    pairs: pd.DataFrame
    households: pd.DataFrame
    note: str = ""


def leave_alone(names: pd.DataFrame, note: str) -> Resolution:
    """Every record a group of its own: there was no pair to compare."""
    parties = names["party_id"]
    records = pd.DataFrame({"party_id": parties, "group": parties, "probability": 1.0})
    households = pd.DataFrame({"left": [], "right": [], "probability": []})
    return Resolution(records, pd.DataFrame({name: [] for name in PAIR}), households, note)


def group_records(
    names: pd.DataFrame,
    pairs: pd.DataFrame,
    own: pd.DataFrame,
    logins: pd.DataFrame,
    parameters: IdentityConfig,
    note: str,
) -> Resolution:
    """Group the records `names` (party_id in order, is_device, first_party_id); a device joins the
    person who logged in on it.

    `pairs` are those of different records, `own` what the first of equal ones (party_id) is to a
    copy of it, both as `weigh_emails` gives them; `logins` are pairs of parties on one device.
    """
    party = names["party_id"].to_numpy()
    number = pd.Series(np.arange(len(names)), index=party)
    people = pd.concat([pairs, _pair_copies(names, own)], ignore_index=True)
    left, right = (number[people[side]].to_numpy() for side in ("left", "right"))
    probability = people["match_probability"].to_numpy(float)
    group = _group_people(len(names), left, right, probability, len(pairs), parameters)
    certainty = clusters.membership(group, left, right, probability)
    is_device = names["is_device"].to_numpy(bool)
    # two people of one device are no edge
    logins = logins[is_device[number[logins["left"]]] | is_device[number[logins["right"]]]]
    devices = _devices(logins, is_device, number, group, parameters)
    group[devices["device"]] = devices["group"]
    certainty[devices["device"]] = parameters.key_probability
    records = pd.DataFrame({"party_id": party, "group": party[group], "probability": certainty})
    kept = _add_logins(people[people["match_probability"] >= LIKELY], logins, parameters)
    lives = (group[left] != group[right]) & (people["household_probability"] >= LIKELY)
    households = pd.DataFrame(
        {
            "left": party[group[left[lives]]],
            "right": party[group[right[lives]]],
            "probability": people["household_probability"][lives],
        }
    )
    in_order = kept[list(PAIR)].sort_values(["left", "right"], ignore_index=True)
    return Resolution(records, in_order, households.reset_index(drop=True), note)


def _add_logins(
    kept: pd.DataFrame, logins: pd.DataFrame, parameters: IdentityConfig
) -> pd.DataFrame:
    """Pairs of people and of a device with a login on it."""
    if logins.empty:
        return kept
    linked = logins.assign(edge_kind=DEVICE, match_probability=parameters.key_probability)
    both = pd.concat([kept, linked], ignore_index=True)
    pattern = both["pattern"].astype(object)
    return both.assign(pattern=pattern.where(pattern.notna(), None))


def _pair_copies(names: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Each later one of equal records with the first of them."""
    later = names[names["party_id"] != names["first_party_id"]]
    sides = {"first_party_id": "left", "party_id": "right"}
    pairs = later[list(sides)].rename(columns=sides)
    return pairs.merge(own.rename(columns={"party_id": "left"}), on="left", how="left")


def _group_people(
    size: int,
    left: Ints,
    right: Ints,
    probability: Floats,
    compared: int,
    parameters: IdentityConfig,
) -> Ints:
    """The group of each of `size` records: different ones by average linkage over the `compared`
    first of the pairs, copies with the first of their like where that is likely.
    """
    group = clusters.average_linkage(
        size,
        left[:compared],
        right[:compared],
        probability[:compared],
        parameters.match_probability,
        parameters.max_cluster_size,
    )
    first, copy = left[compared:], right[compared:]
    joins = probability[compared:] >= parameters.match_probability
    group[copy[joins]] = group[first[joins]]
    return group


def _devices(
    logins: pd.DataFrame,
    is_device: Flags,
    number: "pd.Series[int]",
    group: Ints,
    parameters: IdentityConfig,
) -> pd.DataFrame:
    """Anonymous devices with the group of the person who logged in on them, where no more than so
    many people did.
    """
    left, right = (number[logins[side]].to_numpy(dtype=np.int64) for side in ("left", "right"))
    device, person = np.where(is_device[left], (left, right), (right, left))
    is_login = is_device[device] & ~is_device[person]
    owners = (
        pd.DataFrame({"device": device[is_login], "group": group[person[is_login]]})
        .groupby(["device", "group"])
        .size()
        .reset_index()
    )
    few = owners.groupby("device")["group"].transform("size") <= parameters.max_parties_per_device
    return owners[few].sort_values(["device", "group"]).groupby("device", as_index=False).first()
