"""Compared pairs with the probability that they are one person: the model's, then two rules."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.identity.fellegi_sunter import HOUSEHOLD, SAME, LinkageModel
from holdfast.transformations.identity.comparisons import COMPARISONS, PATTERN

# at most, of a pair whose first names differ and whose birth dates do not agree
CONTRADICTED: Final = 0.01
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

    A shared e-mail counts as a key where no name contradicts it; different first names keep a
    family that shares its e-mail, phone and home apart, whatever the fit makes of so much
    agreement.
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
    likely = same.mask(is_key, same.clip(lower=parameters.key_probability))
    differs = (levels["first_name"] == "0") & (levels["birth_date"] != "1")
    pairs["match_probability"] = likely.mask(differs, likely.clip(upper=CONTRADICTED))
    pairs["household_probability"] = household.mask(differs, household.clip(lower=household_else))
    return pairs.sort_values(["left", "right"], ignore_index=True)
