"""Which records of a table are one person: compared by what pays, weighed by Fellegi-Sunter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.identity.em import MOST_DIFFERING, PairCounts, maximise
from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, UNRELATED, LinkageModel
from holdfast.models.identity.records.blocking import Pool, Rule, choose_rules, pool_pairs
from holdfast.models.identity.records.columns import Column
from holdfast.models.identity.records.compare import (
    chance_of_levels,
    compare,
    count_patterns,
    estimate_unrelated,
)
from holdfast.models.identity.records.copies import OwnPairs
from holdfast.models.identity.records.fields import KINDS
from holdfast.models.identity.records.keys import list_keys, name_key
from holdfast.models.identity.records.pairs import list_pairs, random_pairs, unite_pairs

RANDOM_PAIRS: Final = 300_000
AGREES_AT_HOME: Final = 0.25  # of the third class, at least, share a whole home if it is households


@dataclass(frozen=True, eq=False)
class Linkage:
    """Compared pairs of distinct records with the probability of each class; `relatives` is that of
    one household, of pairs that share a home; `own` is that of each distinct record against its
    copies.
    """

    left: Ints
    right: Ints
    probability: Floats
    relatives: Floats
    own: Floats
    model: LinkageModel
    rules: Sequence[Rule]
    has_households: bool


def link(columns: Sequence[Column], records: int, own: OwnPairs, seed: int = 0) -> Linkage:
    """Choose blocking rules for so many distinct records, compare, fit, weigh every compared pair.

    `seed` draws the random pairs that say how near unrelated values are.
    """
    chance = chance_of_levels(columns, compare(columns, *random_pairs(records, RANDOM_PAIRS, seed)))
    pool, chosen, rules = choose_keys(columns, chance, own, records)
    left, right = unite_pairs([list_pairs(pool.blocks[at]) for at in chosen], records)
    levels = compare(columns, left, right)
    model = fit_classes(columns, chance, own, levels, np.ones(len(left)), records)
    patterns, row, _ = count_patterns(levels, np.ones(len(left)))
    found = model.posterior(patterns)[row]
    same = own.weigh(columns, model, records)
    copies = np.column_stack([same, np.zeros(records), 1 - same])
    relatives = found[:, HOUSEHOLD] * share_home(columns, model, levels)
    has_homes = agrees_at_home(columns, model)
    return Linkage(left, right, found, relatives, copies, model, rules, has_homes)


def choose_keys(
    columns: Sequence[Column],
    chance: Sequence[Floats],
    own: OwnPairs,
    records: int,
    always: Collection[str] = (),
) -> tuple[Pool, list[int], list[Rule]]:
    """The keys there are, the places of those to block by, and what each of these brings; the keys
    named in `always` are among them, as those of a last name and a home are.
    """
    pool = pool_pairs(list_keys(columns), records)
    levels = compare(columns, *pool.pairs)
    model = fit_classes(columns, chance, own, levels, pool.weight, records)
    matches = model.posterior(levels)[:, SAME]
    return pool, *choose_rules(pool, matches, {*_list_home_keys(columns), *always}, records)


def _list_home_keys(columns: Sequence[Column]) -> set[str]:
    """Keys of a whole home, and of a last name and a home: compared always, so that a household's
    pairs are seen, those of two last names among them.
    """
    names: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for column in columns:
        names[column.field.kind].append(column.field.name)
    houses = [column.field.name for column in columns if len(column.homes)]
    beside = names["number"][:1] if houses else names["postcode"]
    homes = [columns[at].field.name for at in _list_homes(columns)]
    pairs = [
        *product(names["last_name"], homes),
        *product(beside, houses or names["address"]),
    ]
    return {name_key(*parts) for pair in pairs for parts in (pair, pair[::-1])}


def fit_classes(
    columns: Sequence[Column],
    chance: Sequence[Floats],
    own: OwnPairs,
    levels: Ints,
    weight: Floats,
    records: int,
) -> LinkageModel:
    """Fit three classes and two; keep the third where it explains the pairs better by more than
    its parameters are worth (BIC: Schwarz 1978).
    """
    levels, weight = np.vstack([levels, own.levels]), np.append(weight, own.weight)
    patterns, _, counts = count_patterns(levels, weight)
    pairs = PairCounts(patterns, counts)
    total = max(records * (records - 1) / 2 + own.weight.sum(), counts.sum() + 1)
    update = estimate_unrelated(columns, chance, patterns)
    fitted = [
        maximise(pairs, _first_model(columns, chance, counts.sum() / total, third), update, total)
        for third in (0.1, 0.0)
    ]
    three, two = fitted
    gained = (np.diff([_log_likelihood(pairs, model, total) for model in (two, three)])).item()
    free = sum(
        one.levels - 1 for one in three.comparisons if not (one.identifies and one.is_personal)
    )
    is_worth_it = gained > (free + 1) / 2 * np.log(max(float(counts.sum()), 2))
    return _keep_meaning(three if is_worth_it else two)


def _keep_meaning(model: LinkageModel) -> LinkageModel:
    """The model, without pairs of one person where the class could not agree on any field that
    only one person has: then it is of something else.
    """
    differing = [
        float(model.level_probability[one.name][SAME, : one.agrees].sum())
        for one in model.comparisons
        if one.identifies and one.is_personal
    ]
    if not differing or min(differing) < MOST_DIFFERING - 1e-3:
        return model
    prior = model.class_prior.copy()
    prior[UNRELATED] += prior[SAME]
    prior[SAME] = 0.0
    return replace(model, class_prior=prior)


def _first_model(
    columns: Sequence[Column], chance: Sequence[Floats], compared: float, third: float
) -> LinkageModel:
    """What EM begins with: of the compared part of all pairs three in ten are one person's."""
    prior = np.array([0.3 * compared, third * compared, 0.0])
    prior[UNRELATED] = 1 - prior.sum()
    rows = {
        column.field.name: _first_rows(column, unrelated)
        for column, unrelated in zip(columns, chance, strict=True)
    }
    return LinkageModel(tuple(column.comparison for column in columns), prior, rows)


def _first_rows(column: Column, unrelated: Floats) -> Floats:
    """Records of one person are equal in nine of ten values, which are as frequent as they are;
    so are those of one home.
    """
    counts = np.array([float(count.sum()) for count in column.exact_counts()]) + 1.0
    same = np.full(len(unrelated), 0.05 / max(1, column.near - 1))
    same[0] = 0.05
    same[column.near :] = 0.9 * counts / counts.sum()
    same = same / same.sum()
    return np.vstack([same, unrelated if column.field.is_personal else same, unrelated])


def _log_likelihood(pairs: PairCounts, model: LinkageModel, total: float) -> float:
    """Of the pairs given and of those beyond, which are unrelated."""
    _, log = model.weigh(pairs.levels)
    beyond = total - float(pairs.weight.sum())
    return float(pairs.weight @ log) + beyond * float(np.log(model.class_prior[UNRELATED]))


def agrees_at_home(columns: Sequence[Column], model: LinkageModel) -> bool:
    """Whether the third class is a household: its pairs share a whole home, not just its area."""
    if not model.class_prior[HOUSEHOLD]:
        return False
    shared = [
        float(model.level_probability[columns[at].field.name][HOUSEHOLD, columns[at].near :].sum())
        for at in _list_homes(columns)
    ]
    return max(shared, default=0.0) >= AGREES_AT_HOME


def share_home(columns: Sequence[Column], model: LinkageModel, levels: Ints) -> Flags:
    """Pairs that are equal on a home, or differ by slips in its street; none where the third class
    is no household.
    """
    shared = [levels[:, at] >= columns[at].home_from for at in _list_homes(columns)]
    nowhere = np.zeros(len(levels), dtype=np.bool_)
    is_one_home = np.asarray(np.logical_or.reduce([nowhere, *shared]), dtype=np.bool_)
    return is_one_home & agrees_at_home(columns, model)


def _list_homes(columns: Sequence[Column]) -> list[int]:
    return [
        at
        for at, column in enumerate(columns)
        if KINDS[column.field.kind].is_home and not column.field.is_personal
    ]
