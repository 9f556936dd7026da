"""A retailer's compared pairs, weighed: classes fitted to counts of patterns, then what a shared
e-mail is worth.
"""

from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats, Ints
from holdfast.models.identity.linkage_model import (
    HOUSEHOLD,
    SAME,
    UNRELATED,
    LinkageModel,
    read_levels,
)
from holdfast.models.identity.matching import IdentityConfig, weigh_emails
from holdfast.models.identity.records.columns import rarity_of
from holdfast.models.identity.records.compare import chance_of_levels
from holdfast.models.identity.records.copies import OwnPairs, weigh_own_pairs
from holdfast.models.identity.records.linkage import fit_classes, share_home
from holdfast.models.identity.records.near import UNKNOWN
from holdfast.models.identity.retailer import FIELDS, PATTERN, write_patterns
from holdfast.models.identity.study import Study, ValueCounts
from holdfast.transformations.identity.people import name_seen

SIDES: Final = {"left_party_id": "left", "right_party_id": "right"}


def weigh_people(
    study: Study | None,
    counts: ValueCounts,
    compared: pd.DataFrame,
    copied: pd.DataFrame,
    people: int,
    parameters: IdentityConfig,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs of different people (left, right) and of those that are there more than once with
    their copies (party_id), both with pattern, edge_kind, match_probability,
    household_probability and match_weight (log2 Bayes factor).

    `compared` are rows of `compare_pairs`, `copied` of `with_counts`; of so many people. Without a
    study there is nothing to fit to: copies are one person where they share an e-mail.
    """
    columns, known = counts.known_columns, counts.known
    own = _read_own_pairs(copied, counts, people)
    patterns = compared[PATTERN].value_counts().sort_index()
    levels = read_levels(patterns.index.tolist(), len(FIELDS))[:, known]
    found, equal = np.zeros((len(levels), 3)), np.zeros((len(copied), 3))
    bits = np.full(len(levels), np.nan), np.full(len(copied), np.nan)
    if study is not None:
        chance = chance_of_levels(columns, study.random_levels[:, known])
        model = fit_classes(columns, chance, own, levels, patterns.to_numpy(float), people)
        found = part_families(model, levels, model.posterior(levels))
        equal[:, SAME] = own.weigh(columns, model, len(copied))
        equal[:, UNRELATED] = 1 - equal[:, SAME]
        bits = model.bits(found), model.bits(equal)
        found[:, HOUSEHOLD] *= share_home(columns, model, levels)
    scored = _table(patterns.index.tolist(), found, bits[0])
    texts = compared.astype({PATTERN: object})  # where there is no pair, too
    pairs = texts.merge(weigh_emails(scored, parameters), on=PATTERN, how="left")
    pairs = pairs.rename(columns=SIDES).sort_values(list(SIDES.values()), ignore_index=True)
    all_fields = np.full((len(copied), len(FIELDS)), UNKNOWN)
    all_fields[:, known] = own.levels
    copies = _table(write_patterns(all_fields), equal, bits[1]).assign(party_id=copied["party_id"])
    return pairs, weigh_emails(copies, parameters)


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


def _table(patterns: list[str], posterior: Floats, bits: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            PATTERN: pd.Series(patterns, dtype=object),
            "match_probability": posterior[:, SAME],
            "household_probability": posterior[:, HOUSEHOLD],
            "match_weight": bits,
        }
    )


def _read_own_pairs(copied: pd.DataFrame, counts: ValueCounts, people: int) -> OwnPairs:
    """The own pairs of `with_counts` records that are there more than once, in known fields."""
    columns = counts.known_columns
    names = [column.field.name for column in columns]
    seen = copied[[name_seen(name) for name in names]].to_numpy(float)
    known = ~np.isnan(seen)
    often = np.where(known, seen, 1.0)
    levels = np.full(seen.shape, UNKNOWN)
    for at, column in enumerate(columns):
        rarity = rarity_of(often[:, at], counts.usual_seen[column.field.name])
        levels[:, at] = np.where(known[:, at], column.near + rarity, UNKNOWN)
    share = np.log(often / np.array([counts.seen[name] for name in names]))
    log_chance = np.where(known, share, 0.0).sum(axis=1)
    copies = copied["copies"].to_numpy(np.int64)
    return weigh_own_pairs(np.arange(len(copied)), levels, known, log_chance, copies, people)
