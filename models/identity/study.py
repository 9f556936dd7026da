"""What the driver learns of a retailer's people before they are compared: how often values occur,
and from a sample by which keys to block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Ints
from holdfast.models.identity.records.blocking import Rule
from holdfast.models.identity.records.columns import Column, read_counts_only, usual_count
from holdfast.models.identity.records.compare import chance_of_levels, compare
from holdfast.models.identity.records.copies import no_own_pairs
from holdfast.models.identity.records.keys import name_names
from holdfast.models.identity.records.linkage import choose_keys
from holdfast.models.identity.records.pairs import random_pairs
from holdfast.models.identity.retailer import FIELDS, read_people

SAMPLE: Final = 50_000  # people from whom blocking rules are learnt, at most
# Keys of a retailer's records whatever a sample says of them: a shared e-mail is worth what it is
# in the smallest shop.
ALWAYS: Final = ("email", "phone", name_names("first_name", "last_name"))


@dataclass(frozen=True, eq=False)
class ValueCounts:
    """How often values occur, by field: `columns` of distinct records; records with copies that
    have any value (`seen`), and how many share the value of two unrelated ones (`usual`,
    `usual_seen`).
    """

    columns: Sequence[Column]
    usual: dict[str, float]
    seen: dict[str, float]
    usual_seen: dict[str, float]

    @property
    def known(self) -> list[int]:
        """Places of the fields of which any value is known."""
        return [at for at, column in enumerate(self.columns) if column.known]

    @property
    def known_columns(self) -> list[Column]:
        """Those fields."""
        return [self.columns[at] for at in self.known]


def read_counts(table: pd.DataFrame) -> ValueCounts:
    """Read the rows of `count_counts`."""
    by_field = {field.name: table[table["field"] == field.name] for field in FIELDS}
    counts = {
        name: np.repeat(rows["records"].to_numpy(np.int64), rows["values"].to_numpy(np.int64))
        for name, rows in by_field.items()
    }
    seen = {name: float(rows["seen"].sum()) for name, rows in by_field.items()}
    return ValueCounts(
        [read_counts_only(field, counts[field.name]) for field in FIELDS],
        {name: usual_count(one) for name, one in counts.items()},
        seen,
        {
            name: float(rows["seen_squared"].sum()) / max(1.0, seen[name])
            for name, rows in by_field.items()
        },
    )


@dataclass(frozen=True, eq=False)
class Study:
    """What a sample says: the parts of each key to block by, what each brings, and how near the
    values of random pairs are (levels of FIELDS).
    """

    parts: Sequence[tuple[str, ...]]
    rules: Sequence[Rule]
    random_levels: Ints


def study_sample(sample: pd.DataFrame, counts: ValueCounts, neighbours: int) -> Study:
    """Choose blocking rules on a sample of people; each is compared with so many at random."""
    columns, size = read_people(sample), len(sample)
    random = compare(columns, *random_pairs(size, size * neighbours, seed=0))
    known = [columns[at] for at in counts.known]
    chance = chance_of_levels(known, random[:, counts.known])
    pool, chosen, rules = choose_keys(known, chance, no_own_pairs(len(known)), size, ALWAYS)
    return Study([pool.keys[at].parts for at in chosen], rules, random)
