"""Lines of raw exports as they are written, with the day each became available and whose record it
is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import Ints, SyntheticRetailer, Texts


@dataclass
class Book:
    """Everything one block writes: by export the lines and the day each became available, and the
    parties it names.
    """

    lines: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, list[int]] = field(default_factory=dict)
    parties: list[str] = field(default_factory=list)
    people: list[int] = field(default_factory=list)

    def csv(self, key: str, day: Ints, columns: Sequence[Texts]) -> None:
        """Add rows of a CSV export, a column for each of its header."""
        if len(columns) != len(BY_KEY[key].columns):
            raise ValueError(f"{key} has {len(BY_KEY[key].columns)} columns, not {len(columns)}")
        self.add(
            key,
            day,
            [",".join(row) for row in zip(*(column.tolist() for column in columns), strict=True)],
        )

    def add(self, key: str, day: Ints, lines: Sequence[str]) -> None:
        """Add finished lines."""
        self.lines.setdefault(key, []).extend(lines)
        self.days.setdefault(key, []).extend(np.asarray(day).tolist())

    def record(self, prefix: str, ids: Texts, person: Ints) -> None:
        """Note whose records the ids of a source are; `prefix` is `<source>:` and what its mapping
        puts before the id.
        """
        self.parties.extend(f"{prefix}{one}" for one in ids.tolist())
        self.people.extend(person.tolist())


def ids(base: int, step: int, number: Ints) -> Texts:
    """Ids of one system: its own numbers, equal to nobody else's."""
    return np.char.mod("%d", base + step * number.astype(np.int64))


def money(cents: Ints) -> Texts:
    """Cents as an amount with two decimals."""
    return np.char.mod("%.2f", cents / 100)


def same(value: str, like: Sequence[object] | Ints) -> Texts:
    """One text on every row."""
    return np.full(len(like), value)


def stamp(retailer: SyntheticRetailer, day: Ints, second: Ints) -> Texts:
    """Instants; empty where the second is below zero."""
    return np.where(second < 0, "", retailer.instants(day, np.maximum(second, 0)))
