"""Groups of records, the pairs that made them, and households, from scored pairs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Ints
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
    names: pd.DataFrame, pairs: pd.DataFrame, parameters: IdentityConfig, note: str
) -> Resolution:
    """Group the records `names` (party_id, in order) by the pairs of `apply_rules`; a device joins
    the person who logged in on it.
    """
    number = pd.Series(np.arange(len(names)), index=names["party_id"])
    pairs["a"], pairs["b"] = number[pairs["left"]].to_numpy(), number[pairs["right"]].to_numpy()
    on_device = pairs["left_is_device"] | pairs["right_is_device"]
    logins = pairs[on_device & pairs["shares_device"]]
    people = pairs[~on_device]
    left, right, probability = (people[name].to_numpy() for name in ("a", "b", "match_probability"))
    group = clusters.average_linkage(
        len(names),
        left,
        right,
        probability,
        parameters.match_probability,
        parameters.max_cluster_size,
    )
    certainty = clusters.membership(group, left, right, probability)
    devices = _devices(logins, group, parameters)
    group[devices["device"]] = devices["group"]
    certainty[devices["device"]] = parameters.key_probability
    party = names["party_id"].to_numpy()
    records = pd.DataFrame({"party_id": party, "group": party[group], "probability": certainty})
    linked = logins.assign(
        edge_kind=DEVICE, match_probability=parameters.key_probability, match_weight=np.nan
    )
    kept = pd.concat([people[people["match_probability"] >= LIKELY], linked], ignore_index=True)
    relatives = people[(group[left] != group[right]) & (people["household_probability"] >= LIKELY)]
    households = pd.DataFrame(
        {
            "left": party[group[relatives["a"]]],
            "right": party[group[relatives["b"]]],
            "probability": relatives["household_probability"],
        }
    )
    return Resolution(records, kept[list(PAIR)], households, note)


def _devices(logins: pd.DataFrame, group: Ints, parameters: IdentityConfig) -> pd.DataFrame:
    """Anonymous devices with the group of the person who logged in on them, where no more than so
    many people did.
    """
    is_left = logins["left_is_device"].to_numpy(dtype=bool)
    device = np.where(is_left, logins["a"], logins["b"]).astype(np.int64)
    person = group[np.where(is_left, logins["b"], logins["a"]).astype(np.int64)]
    is_login = ~(logins["left_is_device"] & logins["right_is_device"]).to_numpy(dtype=bool)
    owners = (
        pd.DataFrame({"device": device[is_login], "group": person[is_login]})
        .groupby(["device", "group"])
        .size()
        .reset_index()
    )
    few = owners.groupby("device")["group"].transform("size") <= parameters.max_parties_per_device
    return owners[few].sort_values(["device", "group"]).groupby("device", as_index=False).first()
