"""Who is one person: candidate pairs, Fellegi-Sunter over their patterns, groups of records,
households.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.identity import clusters
from holdfast.models.identity.fellegi_sunter import HOUSEHOLD, SAME, Linkage, fit
from holdfast.transformations.identity.blocking import (
    blocks,
    left_out,
    pairs,
    random_pairs,
    reached,
    without_shared_keys,
)
from holdfast.transformations.identity.comparisons import (
    COMPARISONS,
    PATTERN,
    compared,
    with_rarity,
)
from holdfast.transformations.identity.party_records import party_records

Checkpoint = Callable[[DataFrame], DataFrame]
DEVICE: Final = "device"
CONTRADICTED: Final = (
    0.01  # at most, of a pair whose first names differ and whose birth dates do not agree
)


@dataclass(frozen=True)
class Params:
    """How records are compared and joined; each is explained in conf/base/identity.yml."""

    block_cap: int
    key_people: int
    random_pairs: int
    match_probability: float
    key_probability: float
    cluster_cap: int
    device_parties: int


@dataclass(frozen=True, eq=False)
class Resolution:
    """`records`: party_id, group (named by its smallest record), probability. `pairs`: left, right,
    edge_kind, match_probability, match_weight, pattern. `households`: left, right, probability,
    pairs of people of one household.
    """

    records: pd.DataFrame
    pairs: pd.DataFrame
    households: pd.DataFrame
    note: str = ""


def resolved(
    parties: DataFrame,
    vault: DataFrame,
    params: Params,
    checkpoint: Checkpoint,
    available_before: date | None = None,
) -> Resolution:
    """Resolve silver.parties by what the vault knows of them; with `available_before` only by what
    was known then.
    """
    return resolve(party_records(parties, vault, available_before), params, checkpoint)


def resolve(records: DataFrame, params: Params, checkpoint: Checkpoint) -> Resolution:
    """Resolve the frame of `party_records`: one count of patterns for the fit, one hand-over of the
    compared pairs.
    """
    held = checkpoint(with_rarity(checkpoint(records)))
    blocked, limits = checkpoint(blocks(held)), (params.block_cap, params.key_people)
    known = without_shared_keys(held, blocked, *limits)
    candidates = checkpoint(compared(pairs(blocked, *limits), known))
    strangers = compared(
        random_pairs(known.filter(F.col("party_kind") != F.lit(DEVICE)), params.random_pairs), known
    )
    people = candidates.filter(~F.col("left_is_device") & ~F.col("right_is_device"))
    apart = left_out(blocked, *limits).select(
        F.lit("left_out").alias("kind"),
        F.col("rule").alias(PATTERN),
        F.col("parties").alias("pairs"),
    )
    counted = (
        _counts(people, "candidate")
        .unionByName(_counts(strangers, "stranger"))
        .unionByName(apart)
        .collect()
    )
    counts = {
        kind: {row[PATTERN]: row["pairs"] for row in counted if row["kind"] == kind}
        for kind in ("candidate", "stranger", "left_out")
    }
    notes = [
        f"{rule}: {parties:,} records share one with too many to compare"
        for rule, parties in sorted(counts["left_out"].items())
    ]
    names = pd.DataFrame(held.select("party_id", "party_kind").toPandas()).sort_values(
        "party_id", ignore_index=True
    )
    found = pd.DataFrame(candidates.toPandas())
    if found.empty:
        alone = pd.DataFrame(
            {"party_id": names["party_id"], "group": names["party_id"], "probability": 1.0}
        )
        return Resolution(
            alone, _no_pairs(), _no_pairs(), "; ".join([*notes, "no pair to compare"])
        )
    persons = int((names["party_kind"] != DEVICE).sum())
    model = fit(
        counts["candidate"], counts["stranger"], persons * (persons - 1) // 2, COMPARISONS, reached
    )
    return _joined(
        names, _scored(found, model, params), params, "; ".join(filter(None, [*notes, model.note]))
    )


def _counts(frame: DataFrame, kind: str) -> DataFrame:
    return frame.groupBy(F.lit(kind).alias("kind"), PATTERN).agg(F.count(F.lit(1)).alias("pairs"))


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "left": [],
            "right": [],
            "edge_kind": [],
            "match_probability": [],
            "match_weight": [],
            "pattern": [],
            "probability": [],
        }
    )


def _scored(found: pd.DataFrame, model: Linkage, params: Params) -> pd.DataFrame:
    """Pairs with their probabilities.

    A shared e-mail counts as a key where no name contradicts it; different first names keep a
    family that shares its e-mail, phone and home apart, whatever the fit makes of so much
    agreement.
    """
    patterns = found[PATTERN].unique().tolist()
    chance, weight = model.probabilities(patterns), model.weights(patterns)
    table = pd.DataFrame(
        {
            PATTERN: patterns,
            "match_probability": chance[:, SAME],
            "same": chance[:, SAME],
            "household": chance[:, HOUSEHOLD],
            "match_weight": weight,
        }
    )
    scored = found.merge(table, on=PATTERN, how="left")
    scored = scored.rename(columns={"left_party_id": "left", "right_party_id": "right"})
    levels = (
        scored[PATTERN]
        .str.split(",", expand=True)
        .set_axis([one.name for one in COMPARISONS], axis=1)
    )
    agrees = (levels["first_name"] != "0") & (levels["last_name"] != "0")
    is_key = scored["shares_email"] & agrees
    scored["edge_kind"] = np.where(
        is_key, "email", np.where(scored["shares_phone"] & agrees, "phone", "fellegi_sunter")
    )
    likely = scored["match_probability"].mask(
        is_key, scored["match_probability"].clip(lower=params.key_probability)
    )
    differs = (levels["first_name"] == "0") & (levels["birth_date"] != "1")
    scored["match_probability"] = likely.mask(differs, likely.clip(upper=CONTRADICTED))
    of_others = scored["household"] / (1 - scored["same"]).clip(
        lower=1e-9
    )  # given that they are not one person
    scored["household"] = scored["household"].mask(
        differs, scored["household"].clip(lower=of_others.clip(upper=1.0))
    )
    return scored.sort_values(["left", "right"], ignore_index=True)


def _joined(names: pd.DataFrame, scored: pd.DataFrame, params: Params, note: str) -> Resolution:
    number = pd.Series(np.arange(len(names)), index=names["party_id"])
    scored["a"], scored["b"] = number[scored["left"]].to_numpy(), number[scored["right"]].to_numpy()
    on_device = scored["left_is_device"] | scored["right_is_device"]
    people = scored[~on_device]
    left, right, chance = (people[name].to_numpy() for name in ("a", "b", "match_probability"))
    group = clusters.average_linkage(
        len(names), left, right, chance, params.match_probability, params.cluster_cap
    )
    sure = clusters.membership(group, left, right, chance)
    devices = _devices(scored[on_device & scored["shares_device"]], group, params)
    group[devices["device"]] = devices["group"]
    sure[devices["device"]] = params.key_probability
    party = names["party_id"].to_numpy()
    records = pd.DataFrame({"party_id": party, "group": party[group], "probability": sure})
    linked = scored[on_device & scored["shares_device"]].assign(
        edge_kind=DEVICE, match_probability=params.key_probability, match_weight=np.nan
    )
    kept = pd.concat([people[people["match_probability"] >= 0.5], linked], ignore_index=True)
    apart = people[(group[left] != group[right]) & (people["household"] >= 0.5)]
    households = pd.DataFrame(
        {
            "left": party[group[apart["a"]]],
            "right": party[group[apart["b"]]],
            "probability": apart["household"],
        }
    )
    return Resolution(records, kept, households, note)


def _devices(
    seen: pd.DataFrame, group: "np.ndarray[tuple[int], np.dtype[np.int64]]", params: Params
) -> pd.DataFrame:
    """Anonymous devices with the group of the person who logged in on them, where no more than so
    many people did.
    """
    is_left = seen["left_is_device"].to_numpy(dtype=bool)
    device = np.where(is_left, seen["a"], seen["b"]).astype(np.int64)
    person = group[np.where(is_left, seen["b"], seen["a"]).astype(np.int64)]
    both = ~(seen["left_is_device"] & seen["right_is_device"]).to_numpy(dtype=bool)
    owners = (
        pd.DataFrame({"device": device[both], "group": person[both]})
        .groupby(["device", "group"])
        .size()
        .reset_index()
    )
    few = owners.groupby("device")["group"].transform("size") <= params.device_parties
    return owners[few].sort_values(["device", "group"]).groupby("device", as_index=False).first()
