"""Definitions hang together: what they count exists, and what they are cut by is explained."""

import re

from holdfast.transformations.kpis.bases import BASES
from holdfast.transformations.kpis.registry import DEFINITIONS, DIMENSIONS, kpis_of

WORDS = {"cast", "as", "int", "between", "and", "coalesce"}


def test_every_figure_is_defined_once_and_over_measures_of_its_base() -> None:
    names = [kpi.name for kpi in DEFINITIONS]
    assert len(names) == len(set(names))
    assert sum(len(kpis_of(base)) for base in BASES) == len(names)
    for kpi in DEFINITIONS:
        used = set(re.findall(r"[a-z_]+", f"{kpi.numerator} {kpi.denominator or ''}")) - WORDS
        assert used <= set(kpi.base.measures), kpi.name


def test_every_measure_of_a_base_is_counted_by_a_figure() -> None:
    for base in BASES:
        text = " ".join(f"{kpi.numerator} {kpi.denominator}" for kpi in kpis_of(base))
        assert [name for name in base.measures if not re.search(rf"\b{name}\b", text)] == []


def test_a_share_or_ratio_has_a_denominator_and_a_sum_has_none() -> None:
    assert all((kpi.denominator is None) == (kpi.kind == "sum") for kpi in DEFINITIONS)


def test_dimensions_are_explained_and_the_overlapping_are_among_them() -> None:
    for kpi in DEFINITIONS:
        assert set(kpi.dimensions) <= set(DIMENSIONS) - {"all"}, kpi.name
        assert set(kpi.overlapping) <= set(kpi.dimensions), kpi.name
