"""What a generated retailer is: its size, its days, its seed, how often its systems go wrong."""

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

BLOCK_SIZE: Final = 1_000
NEVER: Final = 10**6  # the day number of what does not happen
NEVER_COMES: Final = "9999-1"  # how the instants begin of what would have come without a treatment


@dataclass(frozen=True)
class SyntheticRetailer:
    """A retailer of `customers` people over `days` days from `start`; everything follows from
    `seed`.

    `treatment_seed` above 0 gives its last year treatments, drawn by that seed, to which people
    respond; whoever got none does what they do without. `attribute_seed` above 0 says of account
    holders, drawn by that seed, what no decision may depend on; all else stays as it is.
    `deliveries` is in how many portions its exports come: all at once, or a first load and one per
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
    treatment_seed: int = 0
    attribute_seed: int = 0

    @property
    def blocks(self) -> int:
        """Blocks of 1,000 people."""
        return -(-self.customers // BLOCK_SIZE)

    @property
    def end(self) -> date:
        """The first day after the last."""
        return self.start + timedelta(days=self.days)

    def size(self, block: int) -> int:
        """People of a block."""
        return min(BLOCK_SIZE, self.customers - block * BLOCK_SIZE)

    def random(self, block: int, stream: str) -> np.random.Generator:
        """Random numbers of one block and purpose, the same on every machine."""
        return np.random.default_rng(
            np.random.SeedSequence([self.seed, block, crc32(stream.encode())])
        )

    def instants(self, day: Ints, second: Ints | int) -> Texts:
        """Day numbers and seconds of the day as ISO 8601 instants in UTC."""
        seconds = np.asarray(day, dtype=np.int64) * 86_400 + np.asarray(second, dtype=np.int64)
        at = np.datetime64(self.start, "s") + seconds.astype("timedelta64[s]")
        return np.char.add(np.datetime_as_string(at, unit="s"), "Z")

    def never_second(self, day: Ints) -> Ints:
        """Second of a day that begins NEVER_COMES: of what no export tells."""
        first = (np.datetime64("9999-10-01", "D") - np.datetime64(self.start, "D")).astype(np.int64)
        return np.asarray((first - day) * 86_400, dtype=np.int64)

    def dates(self, day: Ints) -> NDArray[np.datetime64]:
        """Day numbers as dates."""
        return np.datetime64(self.start, "D") + np.asarray(day, dtype=np.int64).astype(
            "timedelta64[D]"
        )
