"""Records that are equal in every field: compared once, weighed against chance by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.identity.linkage_model import SAME, LinkageModel
from holdfast.models.identity.records.columns import Column
from holdfast.models.identity.records.compare import chance_of_equality, compare

_AGREEING: Final = 0.9  # of the values of one person's records, before anything is fitted


@dataclass(frozen=True, eq=False)
class Copies:
    """The first record of each distinct one, the distinct one of each record, and how often each
    is there.
    """

    first: Ints
    distinct: Ints
    copies: Ints

    def list_later(self) -> Ints:
        """Records that are a copy of an earlier one."""
        return np.flatnonzero(self.first[self.distinct] != np.arange(len(self.distinct)))


@dataclass(frozen=True, eq=False)
class OwnPairs:
    """Distinct records that are there more than once: levels against themselves, which fields are
    known, log of the chance that an unrelated record is equal, and pairs that speak for one person.
    """

    records: Ints
    levels: Ints
    known: Flags
    log_chance: Floats
    weight: Floats

    def weigh(self, columns: Sequence[Column], model: LinkageModel, records: int) -> Floats:
        """P(one person) of each of so many distinct records and a copy of it; `columns` are theirs,
        to which the model was fitted.
        """
        probability = np.zeros(records)
        probability[self.records] = weigh_equality(columns, model).weigh(self)
        return probability


@dataclass(frozen=True, eq=False)
class EqualityWeights:
    """What a model says of equal records: by field, log of how often one person's values agree, and
    by level, from that of equality on (`near`), log of the share of equal pairs that are chance.
    """

    agreeing: Floats
    by_chance: Sequence[Floats]
    near: Sequence[int]
    prior: float

    def weigh(self, own: OwnPairs) -> Floats:
        """P(one person) of each record and a copy of it."""
        log_chance = own.log_chance.copy()
        for at, (share, near) in enumerate(zip(self.by_chance, self.near, strict=True)):
            equal = own.levels[:, at] - near
            log_chance += np.where(equal >= 0, share[np.maximum(equal, 0)], 0.0)
        return _weigh(own.known, self.agreeing, log_chance, self.prior)


def find_distinct(columns: Sequence[Column], size: int) -> Copies:
    """Which of so many records are equal in every field."""
    if not size:
        nobody = np.empty(0, dtype=np.int64)
        return Copies(nobody, nobody, nobody)
    table = pd.DataFrame({at: column.codes for at, column in enumerate(columns)})
    distinct = table.groupby(list(table.columns), sort=False).ngroup().to_numpy(dtype=np.int64)
    _, first, copies = np.unique(distinct, return_index=True, return_counts=True)
    return Copies(first.astype(np.int64), distinct, copies.astype(np.int64))


def compare_copies(columns: Sequence[Column], copies: Copies) -> OwnPairs:
    """Records that are there more than once; `columns` are of all records, copies included, so
    that a value of many is no evidence.
    """
    more = np.flatnonzero(copies.copies > 1)
    record = copies.first[more]
    known = np.column_stack([column.codes[record] >= 0 for column in columns])
    share = [column.counts / max(1, column.known) for column in columns]
    chance = np.column_stack(
        [np.log(part[column.codes[record]]) for part, column in zip(share, columns, strict=True)]
    )
    levels = compare(columns, record, record)
    log_chance = np.where(known, chance, 0.0).sum(axis=1)
    own = (more, levels, known, log_chance)
    return weigh_own_pairs(*own, copies.copies[more], len(copies.first))


def no_own_pairs(fields: int) -> OwnPairs:
    """None, of so many fields."""
    none = np.empty(0)
    rows = np.empty((0, fields), dtype=np.int64)
    return OwnPairs(none.astype(np.int64), rows, rows.astype(np.bool_), none, none)


def weigh_own_pairs(
    records: Ints, levels: Ints, known: Flags, log_chance: Floats, copies: Ints, distinct: int
) -> OwnPairs:
    """What EM takes from records that are there more than once, of so many distinct ones: a pair
    of one person with each copy that is likelier one than not, before anything is fitted.
    """
    agreeing = np.full(levels.shape[1], np.log(_AGREEING))
    likely = _weigh(known, agreeing, log_chance, 1 / max(2, distinct))
    return OwnPairs(records, levels, known, log_chance, np.where(likely > 1 / 2, copies - 1.0, 0.0))


def weigh_equality(columns: Sequence[Column], model: LinkageModel) -> EqualityWeights:
    """What the model says of equal records; it was fitted to `columns`.

    How often a value occurs is chance for a name, and for an e-mail mostly its owner.
    """
    agreeing = [float(model.m(one.name)[one.full :].sum()) for one in model.comparisons]
    by_chance = [
        np.log(np.minimum(1.0, model.u(one.field.name)[one.near :] / chance_of_equality(one)))
        for one in columns
    ]
    near = [column.near for column in columns]
    prior = float(model.class_prior[SAME])
    return EqualityWeights(np.log(np.array(agreeing)), by_chance, near, prior)


def _weigh(known: Flags, agreeing: Floats, log_chance: Floats, prior: float) -> Floats:
    """Bayes: all known fields agree, of one person's records or by chance."""
    odds = np.log(max(prior, 1e-300) / (1 - prior)) + known @ agreeing - log_chance
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))))
