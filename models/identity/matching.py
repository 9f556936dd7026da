"""Compared pairs with the probability that they are one person: the model's, then what a shared
e-mail is worth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, LinkageModel, read_levels
from holdfast.models.identity.records.fields import KINDS
from holdfast.models.identity.records.near import UNKNOWN
from holdfast.models.identity.retailer import FIELDS, PATTERN

# Bits that a shared e-mail loses where the records differ on it. Two of them leave it below what
# joins records; a home or phone by itself does not, for people move and change their phones. A
# street that is nearly the same is a typo or another street: beside another phone the latter.
CONTRADICTION_BITS: Final = {"phone": 3.0, "home": 3.0, "near_home": 1.5, "birth_date": 6.0}
PLACEHOLDERS: Final = (
    *("anonymous", "customer", "donotreply", "dummy", "fake", "guest", "na", "nobody", "noemail"),
    *("nomail", "none", "noreply", "null", "test", "unknown"),
)


_NAMES: Final = tuple(field.name for field in FIELDS)
_KINDS: Final = {field.name: field.kind for field in FIELDS}
_SLIPS: Final = KINDS["address"].near - 1  # level of a street with a few slips


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


def weigh_emails(scored: pd.DataFrame, parameters: IdentityConfig) -> pd.DataFrame:
    """`score`d patterns of FIELDS with edge_kind, and with match_probability as a shared e-mail has
    it: a key where no name contradicts it, worth the less the more of phone, home and birth date
    do.
    """
    levels = dict(zip(_NAMES, read_levels(scored[PATTERN].tolist(), len(_NAMES)).T, strict=True))
    agrees = (levels["first_name"] != 0) & (levels["last_name"] != 0)
    is_key = _is_equal(levels, "email") & agrees
    by_phone = _is_equal(levels, "phone") & agrees
    kind = np.select([is_key, by_phone], ["email", "phone"], "fellegi_sunter")
    same = scored["match_probability"].to_numpy()
    is_named = levels["first_name"] >= 1
    lost = _weigh_contradictions(levels, is_named)
    worth = 1 / (1 + (1 / parameters.key_probability - 1) * 2.0**lost)
    at_least = np.where(~is_named & (lost > 0), worth, np.maximum(same, worth))
    return scored.assign(edge_kind=kind, match_probability=np.where(is_key, at_least, same))


def _weigh_contradictions(levels: Mapping[str, Ints], is_named: Flags) -> Floats:
    """Bits that a shared e-mail loses; what people change says nothing where their names agree."""
    address, postcode = levels["address"], levels["postcode"]
    other_home = np.isin(address, (0, 1)) | ((address == UNKNOWN) & (postcode == 0))
    differs = {name: _is_other(levels, name) for name in ("phone", "birth_date")}
    near_home = (address == _SLIPS) & differs["phone"]
    differs |= {"home": other_home, "near_home": near_home}
    changes = ("phone", "home", "near_home")
    return np.asarray(
        sum(
            np.where(differs[name] & ~(is_named if name in changes else False), bits, 0.0)
            for name, bits in CONTRADICTION_BITS.items()
        )
    )


def _is_equal(levels: Mapping[str, Ints], name: str) -> Flags:
    return levels[name] >= KINDS[_KINDS[name]].near


def _is_other(levels: Mapping[str, Ints], name: str) -> Flags:
    """Known, and nothing speaks for agreement."""
    return (levels[name] >= 0) & (levels[name] < KINDS[_KINDS[name]].agrees)
