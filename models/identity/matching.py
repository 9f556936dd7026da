"""Compared pairs with the probability that they are one person: the model's, then two rules."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, LinkageModel
from holdfast.transformations.identity.comparisons import COMPARISONS, PATTERN

# at most, of a pair whose first names differ and whose birth dates do not agree
CONTRADICTED: Final = 0.01
# Bits that a shared e-mail loses where the records differ on it. Two of them leave it below what
# joins records; a home or phone by itself does not, for people move and change their phones. A
# street that is nearly the same is a typo or another street: beside another phone the latter.
CONTRADICTION_BITS: Final = {"phone": 3.0, "home": 3.0, "near_home": 1.5, "birth_date": 6.0}
PLACEHOLDERS: Final = (
    *("anonymous", "customer", "donotreply", "dummy", "fake", "guest", "na", "nobody", "noemail"),
    *("nomail", "none", "noreply", "null", "test", "unknown"),
)


@dataclass(frozen=True)
class IdentityConfig:
    """How records are compared and joined; conf/base/identity.yml explains each, and its values are
    the defaults.
    """

    max_block_size: int = 60
    max_people_per_key: int = 6
    random_pairs: int = 8
    match_probability: float = 0.7
    key_probability: float = 0.98
    max_cluster_size: int = 120
    max_parties_per_device: int = 1
    placeholder_mailboxes: tuple[str, ...] = PLACEHOLDERS


def score(pairs: pd.DataFrame, model: LinkageModel) -> pd.DataFrame:
    """Pairs (column `pattern`, any others) with match_probability, household_probability (of being
    two people of one household) and match_weight (log2 Bayes factor), in the order they came in.
    """
    patterns = pairs[PATTERN].unique().tolist()
    probability = model.probabilities(patterns)
    table = pd.DataFrame(
        {
            PATTERN: patterns,
            "match_probability": probability[:, SAME],
            "household_probability": probability[:, HOUSEHOLD],
            "match_weight": model.match_weights(patterns),
        }
    )
    return pairs.merge(table, on=PATTERN, how="left")


def apply_rules(scored: pd.DataFrame, parameters: IdentityConfig) -> pd.DataFrame:
    """Scored pairs of `compare_pairs` as left, right, edge_kind and probabilities, by left, right.

    A shared e-mail counts as a key where no name contradicts it, the less the more of phone, home
    and birth date do; different first names keep a family that shares its e-mail, phone and home
    apart, whatever the fit makes of so much agreement.
    """
    pairs = scored.rename(columns={"left_party_id": "left", "right_party_id": "right"})
    levels = (
        pairs[PATTERN]
        .str.split(",", expand=True)
        .set_axis([one.name for one in COMPARISONS], axis=1)
    )
    agrees = (levels["first_name"] != "0") & (levels["last_name"] != "0")
    is_key = pairs["shares_email"] & agrees
    pairs["edge_kind"] = np.where(
        is_key, "email", np.where(pairs["shares_phone"] & agrees, "phone", "fellegi_sunter")
    )
    same, household = pairs["match_probability"], pairs["household_probability"]
    # given that they are not one person
    household_else = (household / (1 - same).clip(lower=1e-9)).clip(upper=1.0)
    two_numbers = pairs["has_two_house_numbers"]
    likely = _weigh_emails(same, is_key, levels, two_numbers, parameters.key_probability)
    differs = (levels["first_name"] == "0") & (levels["birth_date"] != "1")
    pairs["match_probability"] = likely.mask(differs, likely.clip(upper=CONTRADICTED))
    pairs["household_probability"] = household.mask(differs, household.clip(lower=household_else))
    return pairs.sort_values(["left", "right"], ignore_index=True)


def _weigh_emails(
    same: "pd.Series[float]",
    is_key: "pd.Series[bool]",
    levels: pd.DataFrame,
    has_two_house_numbers: "pd.Series[bool]",
    key_probability: float,
) -> "pd.Series[float]":
    """Probabilities with what a shared e-mail is worth: at least so much where the first name
    agrees, and so much where nothing but the e-mail speaks for one person and something against.
    """
    is_named = levels["first_name"].astype(int) >= 1
    differs = {name: levels[name] == "0" for name in ("phone", "birth_date")}
    differs["home"] = (
        (levels["address"] == "0")
        | has_two_house_numbers
        | ((levels["address"] == "-1") & (levels["postcode"] == "0"))
    )
    is_near = (levels["address"] == "1") & ~has_two_house_numbers
    differs["near_home"] = is_near & differs["phone"]
    for name in ("phone", "home", "near_home"):
        differs[name] &= ~is_named
    lost = sum(differs[name] * bits for name, bits in CONTRADICTION_BITS.items())
    worth = 1 / (1 + (1 / key_probability - 1) * 2.0**lost)
    least = np.maximum(same, worth)
    return same.mask(is_key, least.mask(~is_named & (lost > 0), worth))
