"""Which plays each customer may be offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.models.arrays import Flags
from holdfast.transformations.plays.play import Play


@dataclass(frozen=True)
class Caps:
    contacts: Mapping[str, int]
    purposes: Sequence[tuple[str, str]]
    channels: Sequence[str]


@dataclass(frozen=True, eq=False)
class Standing:
    table: pa.Table
    allowed: Any
    contacts: Any
    days_since: Any


@dataclass(frozen=True, eq=False)
class Found:
    is_eligible: Flags
    is_matching: Flags
    refusal: Any


def read_standing(people: pa.Table, plays: Sequence[Play]) -> Standing:
    def matrix(name, fill, dtype):
        rows = people[name].to_pylist()
        width = max((len(r) for r in rows if r is not None), default=0)
        return np.array(
            [[fill if v is None else v for v in (r or [fill] * width)] for r in rows], dtype=dtype
        ).reshape(len(rows), width)

    return Standing(
        people,
        matrix("allowed", False, bool),
        matrix("contacts", 0, int),
        matrix("days_since", np.inf, float),
    )


def find_eligible(plays, standing, caps) -> Found:
    people = standing.table
    n, m = people.num_rows, len(plays)
    words = {
        name: np.array(people[name].to_pylist(), dtype=object)
        for name in ("driver", "lifecycle", "value_tier", "channel_profile", "intent")
    }
    flag = lambda name: np.array(people[name].to_pylist(), dtype=bool)
    suits = np.ones((n, m), bool)
    allowed = np.ones((n, m), bool)
    fresh = np.ones((n, m), bool)
    rested = np.ones((n, m), bool)
    matching = np.zeros((n, m), bool)
    total = standing.contacts.sum(axis=1) if standing.contacts.size else np.zeros(n)
    for p, play in enumerate(plays):
        for name, wanted in (
            ("driver", ()),
            ("lifecycle", play.audience.lifecycles),
            ("value_tier", play.audience.value_tiers),
            ("channel_profile", play.audience.channel_profiles),
            ("intent", play.audience.intents),
        ):
            if wanted:
                suits[:, p] &= np.isin(words[name].astype(str), wanted)
        matching[:, p] = (
            np.isin(words["driver"].astype(str), play.audience.drivers)
            if play.audience.drivers
            else False
        )
        for feature, bound in play.when.items():
            value = people[feature].to_numpy().astype(float)
            if "at_least" in bound:
                suits[:, p] &= value >= bound["at_least"]
            if "at_most" in bound:
                suits[:, p] &= value <= bound["at_most"]
        if play.offer.kind != "none":
            suits[:, p] &= ~flag("is_vulnerable")
        allowed[:, p] = standing.allowed[:, list(caps.purposes).index((play.purpose, play.channel))]
        if play.channel in caps.channels:
            fresh[:, p] = (
                standing.contacts[:, list(caps.channels).index(play.channel)]
                < caps.contacts[play.channel]
            ) & (total < caps.contacts["all"])
        rested[:, p] = ~(standing.days_since[:, p] < play.cooldown_days)
    out = np.full(n, None, dtype=object)
    refused = np.zeros(n, bool)
    eligible = suits & allowed & fresh & rested
    none = ~eligible.any(axis=1)
    steps = [
        ("no_play", ~suits.any(1)),
        ("no_consent", ~(suits & allowed).any(1)),
        ("frequency", ~(suits & allowed & fresh).any(1)),
        ("cooldown", none),
    ]
    for word, mask in reversed(steps):
        out[mask] = word
    for word, mask in (
        ("other_currency", np.isnan(people["margin_if_stays"].to_numpy())),
        ("suppressed", flag("is_suppressed")),
        ("held_out", flag("is_held_out")),
    ):
        out[mask] = word
        eligible[mask] = False
    return Found(eligible, matching, out)
