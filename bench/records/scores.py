"""Figures of groups of records against the truth."""

import pandas as pd


def pair_f1(person: pd.Series, group: pd.Series) -> float:
    """F1 over pairs of records: claimed by one group, true by one person."""
    joined = pd.DataFrame({"person": person, "group": group.reindex(person.index)})
    true, claimed, both = (
        count_pairs(joined.groupby(by, sort=False).size())
        for by in ("person", "group", ["person", "group"])
    )
    return 2 * both / (true + claimed)


def count_pairs(sizes: pd.Series) -> float:
    """Pairs of records within sets of these sizes."""
    return float((sizes * (sizes - 1) / 2).sum())
