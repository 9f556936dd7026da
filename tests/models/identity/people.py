"""Records of people for the tests of matching: made by rules written here, with the truth beside
them.
"""

from typing import Final

import numpy as np
import pandas as pd

FIELDS: Final = {
    "given": "first_name",
    "family": "last_name",
    "born": "date",
    "street": "address",
    "house": "number",
    "code": "postcode",
}
_SOUNDS: Final = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "za", "dor", "fen", "gal")


def make_names(random: np.random.Generator, size: int, parts: int) -> list[str]:
    """Names of so many syllables."""
    return ["".join(random.choice(_SOUNDS, parts)) for _ in range(size)]


def make_people(
    people: int, copies: int = 3, share_home: float = 0.0, seed: int = 4
) -> pd.DataFrame:
    """`copies` records of each person with typos, nulls and swapped names in some; columns of
    FIELDS, then person and home. A `share_home` of people live with the one before them and have
    the same last name.
    """
    random = np.random.default_rng(seed)
    firsts, lasts = make_names(random, 150, 3), make_names(random, 600, 4)
    streets = make_names(random, 400, 3)
    rows = []
    home: dict[str, object] = {}
    for person in range(people):
        if person == 0 or random.random() >= share_home:
            home = {
                "family": lasts[random.integers(600)],
                "street": f"{streets[random.integers(400)]} street",
                "house": str(random.integers(1, 300)),
                "code": f"{random.integers(10_000, 10_400)}",
                "home": person,
            }
        year, month, day = (random.integers(*of) for of in ((1940, 2005), (1, 13), (1, 29)))
        born = f"{year}-{month:02}-{day:02}"
        own = {"given": firsts[random.integers(150)], "born": born, "person": person, **home}
        rows += [_spoil(own, random) for _ in range(copies)]
    return pd.DataFrame(rows).sample(frac=1, random_state=seed).reset_index(drop=True)


def _spoil(own: dict[str, object], random: np.random.Generator) -> dict[str, object]:
    row = dict(own)
    for name in FIELDS:
        chance, text = random.random(), str(row[name])
        if chance < 0.05:
            row[name] = None
        elif chance < 0.15 and name != "house":
            at = int(random.integers(len(text)))
            letter = "0123456789"[random.integers(10)] if text[at].isdigit() else "e"
            row[name] = text[:at] + letter + text[at + 1 :]
    if random.random() < 0.03:
        row["given"], row["family"] = row["family"], row["given"]
    return row


def pair_f1(person: pd.Series, cluster: pd.Series) -> float:
    """F1 over pairs of records: claimed by one cluster, true by one person."""
    table = pd.DataFrame({"person": person.to_numpy(), "cluster": cluster.to_numpy()})
    sizes = [table.groupby(by).size() for by in ("person", "cluster", ["person", "cluster"])]
    true, claimed, both = (float((size * (size - 1) / 2).sum()) for size in sizes)
    return 2 * both / max(true + claimed, 1.0)
