"""Groups of records, the pairs that made them, and households, from scored pairs."""

from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed
from holdfast.models.identity.linking import link_pairs
from holdfast.models.identity.matching import IdentityConfig
from holdfast.transformations.identity import groups

LIKELY: Final = 0.5  # pairs are kept, and people are of one household, from this probability on


@dataclass(frozen=True, eq=False)
class Resolution:
    """What a resolution found.

    `records`: party_id, group (named by its smallest record), probability. `pairs`: left, right,
    edge_kind, match_probability, match_weight, pattern. `households`: left, right, probability,
    pairs of groups of one household. `note` says what was not compared or fell back.
    """

    records: DataFrame
    pairs: DataFrame
    households: DataFrame
    note: str = ""


def group_records(
    names: DataFrame,
    pairs: DataFrame,
    own: DataFrame,
    logins: DataFrame,
    parameters: IdentityConfig,
    note: str,
) -> Resolution:
    """Group the records `names` (party_id, first_party_id); a device joins the person who logged in
    on it.

    `pairs` are those of different records (left, right), `own` what the first of equal ones
    (party_id) is to a copy of it, both with the columns of SCORED; `logins` as `pair_devices`.
    """
    probability = F.col("match_probability")
    same = [probability.alias(name) for name in ("strength", "probability")]
    threshold, sure = parameters.match_probability, parameters.key_probability
    linked = link_pairs(
        pairs.select("left", "right", *same), threshold, parameters.max_cluster_size
    )
    people = keep_computed(groups.group_copies(names, linked, own, threshold))
    owners = groups.find_owners(logins, people, parameters.max_parties_per_device)
    records = keep_computed(groups.with_devices(people, owners, sure))
    edges = groups.list_edges(pairs, groups.pair_copies(names, own), logins, sure, LIKELY)
    return Resolution(records, edges, groups.list_households(pairs, records, LIKELY), note)
