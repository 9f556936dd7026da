"""What a generated retailer is: its size, its days, its seed, and how often its
systems go wrong.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

BLOCK: Final = 1_000


@dataclass(frozen=True)
class SyntheticRetailer:
    """A retailer of `customers` people over `days` days from `start`; everything follows from
    `seed`.

    `deliveries` is in how many portions its exports come: all at once, or a first load and one a
    day at the end. Rates are shares of rows: `duplicate_rate` sent twice, `late_rate` delivered
    later than they could have been (where there is a later delivery), `broken_rate` followed by an
    unreadable copy.
    """

    seed: int
    customers: int
    start: date
    days: int
    deliveries: int
    duplicate_rate: float
    late_rate: float
    broken_rate: float

    @property
    def blocks(self) -> int:
        """Blocks of 1,000 people."""
        return -(-self.customers // BLOCK)

    @property
    def end(self) -> date:
        """The first day after the last."""
        return self.start + timedelta(days=self.days)

    def size(self, block: int) -> int:
        """People of a block."""
        return min(BLOCK, self.customers - block * BLOCK)

    def random(self, block: int, stream: str) -> np.random.Generator:
        """The stream of chance of one block and purpose, the same on every machine."""
        return np.random.default_rng(
            np.random.SeedSequence([self.seed, block, crc32(stream.encode())])
        )

    def instants(self, day: Ints | Floats, second: Ints | Floats) -> Texts:
        """Day numbers and seconds as ISO 8601 instants in UTC."""
        at = np.datetime64(self.start, "s") + (
            np.asarray(day, dtype=np.int64) * 86_400 + np.asarray(second, dtype=np.int64)
        ).astype("timedelta64[s]")
        return np.char.add(np.datetime_as_string(at, unit="s"), "Z")

    def dates(self, day: Ints) -> NDArray[np.datetime64]:
        """Day numbers as dates."""
        return np.datetime64(self.start, "D") + np.asarray(day, dtype=np.int64).astype(
            "timedelta64[D]"
        )


def chosen(random: np.random.Generator, shares: Floats) -> Ints:
    """One choice a row of `shares` (rows that sum to 1)."""
    edges = shares.cumsum(axis=1)
    return np.asarray((random.random(len(shares))[:, None] > edges[:, :-1]).sum(axis=1))
