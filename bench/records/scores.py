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


def compare_households(
    person: pd.Series, home: pd.Series, found: pd.Series, largest: int
) -> tuple[float, float]:
    """Precision and recall over pairs of people who live together: `home` as it is, `found` as it
    was found (null: with nobody), all by record. Homes of more people than `largest` are a prison
    or a hostel, and their people are left out.
    """
    true = pd.DataFrame({"person": person, "home": home}).dropna().drop_duplicates()
    people = true.groupby("home")["person"].transform("size")
    apart = person.isin(true["person"][people > largest])
    claimed = pd.DataFrame({"person": person, "home": found})[~apart].dropna().drop_duplicates()
    sides = (true[people <= largest], claimed)
    known, guessed = (_pair_people(one) for one in sides)
    return len(known & guessed) / max(1, len(guessed)), len(known & guessed) / max(1, len(known))


def _pair_people(homes: pd.DataFrame) -> set[tuple[int, int]]:
    both = homes.merge(homes, on="home")
    both = both[both["person_x"] < both["person_y"]]
    return set(zip(both["person_x"], both["person_y"], strict=True))
