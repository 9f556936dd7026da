"""A retailer's compared pairs, weighed: classes fitted to counts of patterns, then what a shared
e-mail is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.arrays import Floats, Ints
from holdfast.models.batches import map_batches
from holdfast.models.identity.copied import CopyCounts
from holdfast.models.identity.linkage_model import (
    HOUSEHOLD,
    SAME,
    UNRELATED,
    LinkageModel,
    read_levels,
)
from holdfast.models.identity.matching import IdentityConfig, weigh_emails
from holdfast.models.identity.records.compare import chance_of_levels
from holdfast.models.identity.records.copies import (
    EqualityWeights,
    no_own_pairs,
    weigh_equality,
)
from holdfast.models.identity.records.linkage import fit_classes, share_home
from holdfast.models.identity.retailer import FIELDS, PATTERN
from holdfast.models.identity.study import Study, ValueCounts

SCORED: Final = T.StructType(
    [
        *(T.StructField(name, T.StringType()) for name in (PATTERN, "edge_kind")),
        *(
            T.StructField(name, T.DoubleType())
            for name in ("match_probability", "household_probability", "match_weight")
        ),
    ]
)
_OF_PARTY: Final = (
    T.StructField("party_id", T.StringType()),
    T.StructField("copies", T.LongType()),
)


@dataclass(frozen=True, eq=False)
class FittedPeople:
    """The classes as fitted to fields of which any value is known; no model where there was nothing
    to fit to: then copies are one person where they share an e-mail.
    """

    model: LinkageModel | None
    counts: ValueCounts
    copies: CopyCounts
    parameters: IdentityConfig

    def score(self, patterns: Sequence[str]) -> pd.DataFrame:
        """The columns of SCORED of patterns of pairs of different people."""
        columns, known = self.counts.known_columns, self.counts.known
        levels = read_levels(patterns, len(FIELDS))[:, known]
        found, bits = np.zeros((len(levels), 3)), np.full(len(levels), np.nan)
        if self.model is not None:
            found = part_families(self.model, levels, self.model.posterior(levels))
            bits = self.model.bits(found)
            found[:, HOUSEHOLD] *= share_home(columns, self.model, levels)
        return weigh_emails(_table(patterns, found, bits), self.parameters)[SCORED.names]

    def score_copies(self, copied: DataFrame) -> DataFrame:
        """party_id, copies and the columns of SCORED of `with_counts` records that are there more
        than once: what each is to a copy of it.
        """
        weights = weigh_equality(self.counts.known_columns, self.model) if self.model else None
        work = partial(_score_copies, self.copies, weights, self.model, self.parameters)
        return map_batches(copied, T.StructType([*_OF_PARTY, *SCORED]), work)


def fit_people(
    study: Study | None,
    counts: ValueCounts,
    compared: Mapping[str, float],
    copied: Mapping[str, float],
    copies: CopyCounts,
    parameters: IdentityConfig,
) -> FittedPeople:
    """Fit the classes to how often each pattern occurs among pairs of different people, and to what
    patterns of `copied` ones weigh.
    """
    if study is None:
        return FittedPeople(None, counts, copies, parameters)
    columns, known = counts.known_columns, counts.known
    levels, weight = _read_patterns(compared, known)
    own_levels, own_weight = _read_patterns(copied, known)
    own = replace(no_own_pairs(len(known)), levels=own_levels, weight=own_weight)
    chance = chance_of_levels(columns, study.random_levels[:, known])
    model = fit_classes(columns, chance, own, levels, weight, copies.people)
    return FittedPeople(model, counts, copies, parameters)


def _read_patterns(patterns: Mapping[str, float], known: Sequence[int]) -> tuple[Ints, Floats]:
    """Levels of patterns, in their order, and the weight of each."""
    ordered = sorted(patterns.items())
    levels = read_levels([pattern for pattern, _ in ordered], len(FIELDS))[:, known]
    return levels, np.array([weight for _, weight in ordered], dtype=float)


def _score_copies(
    copies: CopyCounts,
    weights: EqualityWeights | None,
    model: LinkageModel | None,
    parameters: IdentityConfig,
    batch: pa.Table,
) -> pa.Table:
    copied = batch.to_pandas()
    own, equal = copies.compare(copied), np.zeros((len(copied), 3))
    bits = np.full(len(copied), np.nan)
    if model is not None and weights is not None:
        equal[:, SAME] = weights.weigh(own)
        equal[:, UNRELATED] = 1 - equal[:, SAME]
        bits = model.bits(equal)
    table = weigh_emails(_table(copies.write_patterns(own), equal, bits), parameters)
    return pa.Table.from_pandas(
        table.assign(**copied[["party_id", "copies"]]), preserve_index=False
    )


def part_families(model: LinkageModel, levels: Ints, posterior: Floats) -> Floats:
    """P(class | levels), in which pairs with other first names and without an agreeing birth date
    are one person or one household by what is personal alone: a family shares the rest, e-mail,
    phone and home at once, as the classes cannot know that take each by itself.
    """
    names = [one.name for one in model.comparisons]
    if "first_name" not in names or not model.class_prior[HOUSEHOLD]:
        return posterior
    differs = np.ones(len(levels), dtype=np.bool_)
    odds = np.full(len(levels), model.class_prior[SAME] / model.class_prior[HOUSEHOLD])
    for at, one in enumerate(model.comparisons):
        if one.is_personal and one.identifies:
            level, known = levels[:, at], levels[:, at] >= 0
            table = model.level_probability[one.name]
            ratio = table[SAME] / table[HOUSEHOLD]
            odds *= np.where(known, ratio[np.maximum(level, 0)], 1.0)
            differs &= level == 0 if one.name == "first_name" else level < one.agrees
    parted = posterior.copy()
    related = posterior[differs, SAME] + posterior[differs, HOUSEHOLD]
    parted[differs, SAME] = related * odds[differs] / (1 + odds[differs])
    parted[differs, HOUSEHOLD] = related - parted[differs, SAME]
    return parted


def _table(patterns: Sequence[str], posterior: Floats, bits: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            PATTERN: pd.Series(patterns, dtype=object),
            "match_probability": posterior[:, SAME],
            "household_probability": posterior[:, HOUSEHOLD],
            "match_weight": bits,
        }
    )
