"""Who is one person: candidate pairs, Fellegi-Sunter over their patterns, groups of records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed
from holdfast.models.identity.fellegi_sunter import fit
from holdfast.models.identity.grouping import Resolution, group_records, leave_alone
from holdfast.models.identity.linkage_model import LinkageModel
from holdfast.models.identity.matching import IdentityConfig, apply_rules, score
from holdfast.transformations.identity import blocking, shared_keys
from holdfast.transformations.identity.comparisons import (
    COMPARISONS,
    PATTERN,
    compare_pairs,
    with_rarity,
)
from holdfast.transformations.identity.latin import with_latin

CANDIDATE: Final = "candidate"
RANDOM: Final = "random"
SKIPPED: Final = "skipped"


@dataclass(frozen=True, eq=False)
class _Compared:
    """What a resolution computes on Spark: the records, their compared pairs, blocks left out."""

    records: DataFrame
    candidates: DataFrame
    random_pairs: DataFrame
    skipped: DataFrame


def resolve_records(records: DataFrame, parameters: IdentityConfig) -> Resolution:
    """Resolve records of the columns of `party_records`.

    One action counts patterns for the fit, one hands the compared pairs to the driver.
    """
    compared = _compare(records, parameters)
    counts = _count(compared)
    notes = [
        f"{rule}: {parties:,} records share one with too many to compare"
        for rule, parties in sorted(counts[SKIPPED].items())
    ]
    is_person = blocking.is_person().alias("is_person")
    names = pd.DataFrame(compared.records.select("party_id", is_person).toPandas())
    names = names.sort_values("party_id", ignore_index=True)
    pairs = pd.DataFrame(compared.candidates.toPandas())
    if pairs.empty:
        return leave_alone(names, "; ".join([*notes, "no pair to compare"]))
    model = _fit(counts, int(names["is_person"].sum()))
    note = "; ".join(filter(None, [*notes, model.note]))
    return group_records(names, apply_rules(score(pairs, model), parameters), parameters, note)


def _compare(records: DataFrame, parameters: IdentityConfig) -> _Compared:
    """Block the records and compare the pairs of each block, and random pairs beside them."""
    own = shared_keys.without_placeholders(records, parameters.placeholder_mailboxes)
    known = keep_computed(with_rarity(keep_computed(with_latin(own))))
    limits = (parameters.max_block_size, parameters.max_people_per_key)
    blocks = keep_computed(blocking.blocks(known))
    comparable = shared_keys.without_shared_keys(known, blocks, *limits)
    people = comparable.filter(blocking.is_person())
    return _Compared(
        known,
        keep_computed(compare_pairs(blocking.candidate_pairs(blocks, *limits), comparable)),
        compare_pairs(blocking.random_pairs(people, parameters.random_pairs), comparable),
        blocking.count_skipped_blocks(blocks, *limits),
    )


def _count(compared: _Compared) -> dict[str, dict[str, int]]:
    """Patterns of candidates and of random pairs, and parties of skipped blocks by rule."""
    people = compared.candidates.filter(~F.col("left_is_device") & ~F.col("right_is_device"))
    skipped = compared.skipped.select(
        F.lit(SKIPPED).alias("kind"),
        F.col("rule").alias(PATTERN),
        F.col("parties").alias("pairs"),
    )
    rows = (
        _patterns(people, CANDIDATE)
        .unionByName(_patterns(compared.random_pairs, RANDOM))
        .unionByName(skipped)
        .collect()
    )
    return {
        kind: {row[PATTERN]: row["pairs"] for row in rows if row["kind"] == kind}
        for kind in (CANDIDATE, RANDOM, SKIPPED)
    }


def _patterns(pairs: DataFrame, kind: str) -> DataFrame:
    return pairs.groupBy(F.lit(kind).alias("kind"), PATTERN).agg(F.count(F.lit(1)).alias("pairs"))


def _fit(counts: Mapping[str, Mapping[str, int]], people: int) -> LinkageModel:
    return fit(
        counts[CANDIDATE],
        counts[RANDOM],
        people * (people - 1) // 2,
        COMPARISONS,
        blocking.is_blocked,
    )
