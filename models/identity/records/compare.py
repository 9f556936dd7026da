"""Levels of agreement of pairs of records, field by field."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats, Ints
from holdfast.models.identity.em import SMOOTH, EstimateUnrelated, normalise
from holdfast.models.identity.records.columns import NO_HOUSE, RARITIES, Column, read_column
from holdfast.models.identity.records.fields import Field
from holdfast.models.identity.records.near import SHORT_FORM, SWAPPED, UNKNOWN, near_level
from holdfast.models.identity.records.scripts import is_unspaced

_LEVELS: Final = 16  # of one comparison, at most, unknown included
LEAST_OF_CHANCE: Final = 0.02  # of the agreements that chance makes, the least that are chance


def read_columns(records: pd.DataFrame, fields: Sequence[Field], country: str) -> list[Column]:
    """The fields of all records; a full name becomes a first and a last one. The first address
    goes with the first house number.
    """
    house = NO_HOUSE
    columns: list[Column] = []
    for field in sorted(fields, key=lambda field: field.kind != "number"):
        values = records[field.name]
        if field.kind == "full_name":
            columns += _split_name(field, values, country)
            continue
        is_first_address = field.kind == "address" and not any(len(one.homes) for one in columns)
        columns.append(read_column(field, values, country, house if is_first_address else NO_HOUSE))
        if field.kind == "number" and not len(house):
            house = columns[-1].codes
    return columns


def _split_name(field: Field, values: "pd.Series[str]", country: str) -> list[Column]:
    """The first word of a full name, and the last one where there are two."""
    words = values.astype("string").str.replace(",", " ").str.split()
    parts = {"first_name": words.str[0], "last_name": words.str[-1].where(words.str.len() > 1)}
    return [
        read_column(Field(f"{field.name}.{kind}", kind), part, country, NO_HOUSE)
        for kind, part in parts.items()
    ]


def compare(columns: Sequence[Column], left: Ints, right: Ints) -> Ints:
    """Levels of pairs of records, one row per pair, one column per field; UNKNOWN where a side is
    null.
    """
    levels = np.stack([_compare_field(column, left, right) for column in columns], axis=1)
    _join_homes(columns, levels, left, right)
    _find_swapped(columns, levels, left, right)
    _find_whole(columns, levels, left, right)
    return levels


def _compare_field(column: Column, left: Ints, right: Ints) -> Ints:
    one, other = column.codes[left], column.codes[right]
    known = (one >= 0) & (other >= 0)
    equal = known & (one == other)
    level = np.full(len(left), UNKNOWN, dtype=np.int64)
    level[equal] = column.near + column.rarity[one[equal]]
    apart = np.flatnonzero(known & ~equal)
    if len(apart):  # each pair of values once
        low, high = np.minimum(one[apart], other[apart]), np.maximum(one[apart], other[apart])
        pair, place = np.unique(low * len(column.texts) + high, return_inverse=True)
        level[apart] = near_level(column, pair // len(column.texts), pair % len(column.texts))[
            place
        ]
    return level


def _join_homes(columns: Sequence[Column], levels: Ints, left: Ints, right: Ints) -> None:
    """Street and house number that both agree are one fact: as rare as the house is."""
    numbers = [at for at, column in enumerate(columns) if column.field.kind == "number"]
    for at, column in enumerate(columns):
        if not len(column.homes):
            continue
        home = column.homes[left]
        one = (home >= 0) & (home == column.homes[right])
        levels[one, at] = column.near + RARITIES + column.home_rarity[home[one]]
        levels[one, numbers[0]] = UNKNOWN


def _find_swapped(columns: Sequence[Column], levels: Ints, left: Ints, right: Ints) -> None:
    """First and last name in each other's place: said once, on the first name."""
    place = {column.field.kind: at for at, column in enumerate(columns)}
    if not {"first_name", "last_name"} <= set(place):
        return
    at, beside = place["first_name"], place["last_name"]
    first, last = columns[at], columns[beside]
    number = {text: code for code, text in enumerate(last.texts)}
    as_last = np.array([number.get(text, -2) for text in first.texts] or [-2], dtype=np.int64)
    one, other = (
        np.where(first.codes[side] >= 0, as_last[first.codes[side]], -3) for side in (left, right)
    )
    to_right, to_left = one == last.codes[right], other == last.codes[left]
    is_open = (first.codes[right] < 0) | (last.codes[left] < 0)
    is_other_open = (first.codes[left] < 0) | (last.codes[right] < 0)
    crossed = (to_right & (to_left | is_open)) | (to_left & is_other_open)
    swapped = crossed & (levels[:, at] <= 1) & (levels[:, beside] <= 1)
    levels[swapped, at], levels[swapped, beside] = SWAPPED, UNKNOWN


def _find_whole(columns: Sequence[Column], levels: Ints, left: Ints, right: Ints) -> None:
    """One side's only name, in a script that writes no space in names, holds the other's first."""
    place = {column.field.kind: at for at, column in enumerate(columns)}
    if not {"first_name", "last_name"} <= set(place):
        return
    at, last = place["first_name"], columns[place["last_name"]]
    first = columns[at]
    unspaced = np.array([is_unspaced(form) for form in first.forms] or [False])
    is_whole = (last.codes[left] < 0) | (last.codes[right] < 0)
    for pair in np.flatnonzero(is_whole & (levels[:, at] == 0)).tolist():
        one, other = first.codes[left[pair]], first.codes[right[pair]]
        if unspaced[one] and unspaced[other]:
            names = first.forms[one], first.forms[other]
            if names[0] in names[1] or names[1] in names[0]:
                levels[pair, at] = SHORT_FORM


def count_patterns(levels: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
    """The different rows of levels, which of them each row is, and the weight of each."""
    rows = np.ascontiguousarray(levels.astype(np.int8))
    key = np.zeros(len(rows), dtype=np.int64)
    for at in range(levels.shape[1]):  # renumbered as it grows, so that it never overflows
        key = key * _LEVELS + rows[:, at] + 1
        if at % 8 == 7:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    _, first, row = np.unique(key, return_index=True, return_inverse=True)
    counts = np.bincount(row, weight, minlength=len(first))
    return levels[first], row.astype(np.int64), np.asarray(counts, dtype=np.float64)


def chance_of_levels(columns: Sequence[Column], levels: Ints) -> list[Floats]:
    """u of each field: of equality from how often each value occurs, of nearness from `levels` of
    random pairs.
    """
    found = []
    for at, column in enumerate(columns):
        size, level = column.comparison.levels, levels[:, at]
        row = normalise(np.bincount(level[level >= 0], minlength=size).astype(float), SMOOTH / size)
        row[column.near :] = chance_of_equality(column)
        found.append(row / row.sum())
    return found


def chance_of_equality(column: Column) -> Floats:
    """How often two records have one value, by level of equality, whoever they are."""
    known = max(1, column.known)
    of_values = [float(((count / known) ** 2).sum()) for count in column.exact_counts()]
    return np.array(of_values) + 1e-12


def estimate_unrelated(
    columns: Sequence[Column], chance: Sequence[Floats], levels: Ints
) -> EstimateUnrelated:
    """u of equality as EM goes on: of all pairs of records that agree on a value, which are
    counted, those are chance that are neither one person's nor one household's.
    """
    agreeing, known, least = [], [], []
    for column in columns:
        counts = column.exact_counts()
        agreeing.append(np.array([float((count * (count - 1.0) / 2).sum()) for count in counts]))
        known.append(max(1.0, column.known * (column.known - 1) / 2))
        least.append(LEAST_OF_CHANCE * chance_of_equality(column))

    def estimate(expected: Floats) -> dict[str, Floats]:
        related = expected[:, :2].sum(axis=1)
        rows = {}
        for at, column in enumerate(columns):
            level = levels[:, at] - column.near
            equal = level >= 0
            taken = np.bincount(level[equal], related[equal], minlength=len(agreeing[at]))
            row = chance[at].copy()
            row[column.near :] = np.maximum((agreeing[at] - taken) / known[at], least[at])
            row[0] = max(1e-9, 1 - row[1:].sum())
            rows[column.field.name] = row / row.sum()
        return rows

    return estimate
