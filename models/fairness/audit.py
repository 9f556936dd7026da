"""All comparisons of an audit: each group of each attribute beside the others, and which of them
chance does not explain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.fairness.comparison import Comparison, Sums, compare

SUMS: Final = ("count", "total", "squares", "cubes")


@dataclass(frozen=True)
class Measure:
    """What is compared: the sums that it is read from (`values`), within which strata, and how far
    means must lie apart to matter: `smallest`, in units of the mean of `scale` where that is named.
    """

    name: str
    values: str
    smallest: float
    is_share: bool = False
    is_alike: bool = False
    scale: str = ""


@dataclass(frozen=True)
class Finding:
    """One group under one measure; `p_value` is adjusted for all comparisons of the audit."""

    attribute: str
    word: str
    measure: str
    compared: Comparison
    p_value: float
    is_alarm: bool


@dataclass(frozen=True)
class Rule:
    """Groups of fewer than `least` people are not looked at; at most the share `false_alarms` of
    audits of a fair world raises any alarm; intervals cover the share `coverage`.
    """

    least: int
    false_alarms: float
    coverage: float


def audit(cells: pd.DataFrame, measures: Sequence[Measure], rule: Rule) -> list[Finding]:
    """Every comparison that can be made. `cells` have attribute, word, stratum and, by name of
    values, `<values>_count`, `_total`, `_squares` and `_cubes`.

    People of groups that are too small to be shown count among no others either: what is hidden
    cannot be found by subtraction.
    """
    found = [
        (str(attribute), word, measure, one)
        for measure in measures
        for attribute, own in cells.groupby("attribute", sort=True)
        for word, one in _compare_groups(own, measure, rule).items()
    ]
    p_values = adjust(np.array([one.p_value for *_, one in found])).tolist()
    scales = {m.scale: _mean(cells, m.scale) for m in measures if m.scale}
    return [
        Finding(
            attribute,
            word,
            measure.name,
            one,
            p_value,
            p_value < rule.false_alarms
            and abs(one.difference) >= measure.smallest * scales.get(measure.scale, 1.0),
        )
        for (attribute, word, measure, one), p_value in zip(found, p_values, strict=True)
    ]


def adjust(p_values: Floats) -> Floats:
    """p-values adjusted for their number (Holm 1979), however they depend on each other: how often
    any of those that chance made lies below a rate is that rate at most.
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * (len(p_values) - np.arange(len(p_values)))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _compare_groups(cells: pd.DataFrame, measure: Measure, rule: Rule) -> dict[str, Comparison]:
    """By word the comparison of one attribute's groups."""
    groups = _read_groups(cells, measure)
    shown = {word: one for word, one in groups.items() if one.count.sum() >= rule.least}
    found = {}
    for word, one in shown.items():
        rest = [other for name, other in shown.items() if name != word]
        if not rest:
            continue
        others = sum(rest[1:], rest[0])
        compared = compare(one, others, rule.coverage, is_share=measure.is_share)
        if compared is not None:
            found[word] = compared
    return found


def _read_groups(cells: pd.DataFrame, measure: Measure) -> Mapping[str, Sums]:
    """By word the sums of each stratum; of all as one where people are not compared within any."""
    words, row = np.unique(cells["word"].to_numpy(dtype=str), return_inverse=True)
    strata, column = np.unique(cells["stratum"].to_numpy(dtype=str), return_inverse=True)
    if not measure.is_alike:
        strata, column = strata[:1], np.zeros_like(column)
    sums = np.zeros((len(words), len(strata), len(SUMS)))
    values = cells[[f"{measure.values}_{name}" for name in SUMS]].to_numpy(dtype=float)
    np.add.at(sums, (row, column), values)
    return {str(word): Sums(*own.T) for word, own in zip(words, sums, strict=True)}


def _mean(cells: pd.DataFrame, values: str) -> float:
    """The mean over all people of all attributes."""
    count = float(cells[f"{values}_count"].astype(float).sum())
    return float(cells[f"{values}_total"].astype(float).sum()) / count if count else 0.0
