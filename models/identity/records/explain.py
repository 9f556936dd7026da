"""What a linkage learnt, in tables and in sentences."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, UNRELATED
from holdfast.models.identity.records.columns import RARITIES, Column
from holdfast.models.identity.records.linkage import Linkage

_RARITIES: Final = ("equal", "equal, rare", "equal, rarer", "equal, rarest")
_NEAR: Final = {
    "first_name": ("differs", "alike", "short form", "two slips", "one slip", "swapped"),
    "last_name": ("differs", "alike", "beginning", "two slips", "one slip", "swapped"),
    "date": ("differs", "same year", "close", "day and month swapped", "one slip"),
    "postcode": ("differs", "same area", "one slip"),
    "place": ("differs", "shares a word", "part of the other", "a few slips"),
    "address": ("differs", "shares a word", "part of the other", "a few slips"),
    "id": ("differs", "two slips", "one slip"),
    "email": ("differs", "same before @", "one or two slips"),
    "phone": ("differs",),
    "number": ("differs", "one slip"),
    "category": ("differs",),
}
FEW: Final = 0.9  # estimated recall below which it is said


def describe_rules(linkage: Linkage) -> pd.DataFrame:
    """rule, new_pairs, new_matches, recall, left_out, in the order in which they were chosen."""
    columns = ["rule", "new_pairs", "new_matches", "recall", "left_out"]
    rows = [
        (rule.name, round(rule.new_pairs), round(rule.new_matches), rule.recall, rule.left_out)
        for rule in linkage.rules
    ]
    return pd.DataFrame(rows, columns=columns)


def describe_weights(linkage: Linkage, columns: Sequence[Column]) -> pd.DataFrame:
    """field, level, same_person, same_household, unrelated, bits (log2 of first to last)."""
    rows = []
    for column in columns:
        table = linkage.model.level_probability[column.field.name]
        for level, name in enumerate(_name_levels(column)):
            same, household, unrelated = (
                float(table[place, level]) for place in (SAME, HOUSEHOLD, UNRELATED)
            )
            bits = float(np.log2(same / unrelated))
            rows.append((column.field.name, name, same, household, unrelated, bits))
    names = ["field", "level", "same_person", "same_household", "unrelated", "bits"]
    return pd.DataFrame(rows, columns=names)


def _name_levels(column: Column) -> list[str]:
    names = [*_NEAR[column.field.kind], *_RARITIES]
    if column.comparison.levels > column.near + RARITIES:
        names += [f"{name}, with the house number" for name in _RARITIES]
    return names


def write_notes(
    linkage: Linkage, columns: Sequence[Column], clusters: pd.DataFrame, households: pd.DataFrame
) -> tuple[list[str], list[str]]:
    """Notes and warnings."""
    people = clusters["cluster_id"].nunique()
    homes = households["household_id"].nunique()
    notes = [
        f"{len(clusters):,} records of {people:,} people; {len(linkage.left):,} pairs compared, "
        f"{len(linkage.rules)} blocking rules",
        _describe_classes(linkage, columns),
    ]
    if homes:
        notes.append(f"{homes:,} households of more than one person")
    recall = linkage.rules[-1].recall if linkage.rules else 0.0
    warnings = []
    if people == len(clusters):
        warnings.append(
            "No pair was found: no two records are taken to be one person. Look at the weights: "
            "too few fields, or there are none."
        )
    elif recall < FEW:
        warnings.append(
            f"Blocking reaches an estimated {recall:.0%} of the matches: more fields, or "
            "cleaner ones, would find more."
        )
    if homes > people / 2:
        warnings.append(
            f"{homes:,} households for {people:,} people: the table may list homes, not people."
        )
    left_out = sum(rule.left_out for rule in linkage.rules)
    if left_out:
        notes.append(
            f"{left_out:,} times a record shared a value with too many to compare under one rule"
        )
    return notes, warnings


def _describe_classes(linkage: Linkage, columns: Sequence[Column]) -> str:
    model = linkage.model
    if not model.class_prior[HOUSEHOLD]:
        return "two classes of pairs fit best: one person, unrelated"
    if linkage.has_households:
        return "three classes of pairs fit best: one person, one household, unrelated"
    shared = [
        column.field.name
        for column in columns
        if model.level_probability[column.field.name][HOUSEHOLD, column.near :].sum() > 1 / 2
        and not column.field.is_personal
    ]
    return (
        "three classes of pairs fit best: one person, unrelated, and unrelated ones that share "
        f"{' and '.join(shared) or 'something'}, which is no household"
    )
