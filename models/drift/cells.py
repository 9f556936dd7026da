"""Customers counted by cell of each feature: all that a comparison of days needs, in one pass.

Cells are cut on the reference, with one below and one above all that was seen there, and one for
what is missing.

A customer of today was mostly there on the reference days, too, and two samples of the same people
differ less than chance would have it. So a hash parts the customers: each of the one half is looked
at on one of the reference days, each of the other half today. These counts are kept apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats, Ints

BINS: Final = 20
CELLS: Final = BINS + 3  # those between the edges, below and above all, and missing
_PARTED: Final = "drift"  # hashed with the customer: another word draws other halves


@dataclass(frozen=True, eq=False)
class Counts:
    """Customers by cell of one feature; the last cell is that of missing values.

    `days` are all customers of each reference day, `today` all of today; `half_before` those of the
    one half, each on one reference day, `half_today` those of the other.
    """

    days: Floats
    today: Floats
    half_before: Floats
    half_today: Floats

    @property
    def reference(self) -> Floats:
        """All customers of all reference days."""
        return np.asarray(self.days.sum(axis=0))

    @property
    def known(self) -> "Counts":
        """The same without missing values."""
        parts = (self.days, self.today, self.half_before, self.half_today)
        return Counts(*(part[..., :-1] for part in parts))


def find_edges(values: Floats) -> Floats:
    """Upper ends of cells with about equally many of `values`: BINS - 1 quantiles, each a value
    that occurs, the largest one, and what lies just below the least. Empty where no value is
    finite.
    """
    known = np.sort(values[np.isfinite(values)])
    if not len(known):
        return np.empty(0)
    quantiles = known[np.arange(1, BINS) * len(known) // BINS]
    below = np.nextafter(known[0], -np.inf)
    return np.unique(np.concatenate([[below], quantiles, [known[-1]]]))


def place_in_cells(values: Floats, edges: Floats) -> Ints:
    """The cell of each value, 0 for those below all edges, CELLS - 1 for NaN."""
    cells = np.searchsorted(edges, values, side="left")
    return np.where(np.isnan(values), CELLS - 1, cells).astype(np.int64)


def sample_values(
    snapshots: DataFrame, features: Sequence[str], most: int = 5000
) -> dict[str, Floats]:
    """Values of the features in at most so many rows, chosen by hash: enough to cut cells by."""
    order = (F.xxhash64("customer_id", "as_of"), F.col("customer_id"), F.col("as_of"))
    values = (F.col(name).cast("double").alias(name) for name in features)
    rows = pd.DataFrame(snapshots.orderBy(*order).limit(most).select(*values).toPandas())
    return {name: np.asarray(rows[name], dtype=np.float64) for name in features}


def count_cells(
    snapshots: DataFrame, edges: Mapping[str, Floats], days: Sequence[date], today: date
) -> dict[str, Counts]:
    """Counts of each feature that has `edges`, over the `snapshots` of the reference days and of
    today.
    """
    shape = (len(edges), len(days) + 1, 2, CELLS)
    dates = F.array(*map(F.lit, (*days, today)))
    day = (F.array_position(dates, F.col("as_of")) - 1).cast("long")
    drawn = F.pmod(F.xxhash64(F.lit(_PARTED), "customer_id"), F.lit(2 * len(days)))
    is_apart = F.least(drawn, F.lit(len(days))) == day  # the upper half of the draws is today's
    values = (F.col(name).cast("double").alias(f"_{at}") for at, name in enumerate(edges))
    asked = snapshots.filter(F.col("as_of").isin(*days, today))
    rows = asked.select(day.alias("day"), is_apart.cast("long").alias("is_apart"), *values)
    cuts = list(edges.values())

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        counts = np.zeros(np.prod(shape), dtype=np.int64)
        for batch in batches:
            counts += _count_batch(batch, cuts, shape)
        place = np.flatnonzero(counts)
        yield pa.RecordBatch.from_arrays(
            [pa.array(place), pa.array(counts[place])], names=["place", "customers"]
        )

    made = rows.mapInArrow(kernel, "place long, customers long")
    sums = made.groupBy("place").agg(F.sum("customers").alias("customers"))
    found = pd.DataFrame(sums.toPandas())
    table = np.zeros(np.prod(shape))
    table[found["place"]] = found["customers"]
    return {
        name: _read_counts(part) for name, part in zip(edges, table.reshape(shape), strict=True)
    }


def _count_batch(
    batch: pa.RecordBatch, cuts: Sequence[Floats], shape: tuple[int, int, int, int]
) -> Ints:
    day, is_apart = (batch.column(at).to_numpy(zero_copy_only=False) for at in (0, 1))
    places = [
        np.ravel_multi_index(
            (np.full(len(day), at), day, is_apart, place_in_cells(_floats(batch, at), edges)), shape
        )
        for at, edges in enumerate(cuts)
    ]
    return np.bincount(np.concatenate(places), minlength=np.prod(shape)).astype(np.int64)


def _floats(batch: pa.RecordBatch, at: int) -> Floats:
    return np.asarray(batch.column(at + 2).to_numpy(zero_copy_only=False), dtype=np.float64)


def _read_counts(part: Floats) -> Counts:
    """Counts of one feature from the array (day, is_apart, cell)."""
    everyone = part.sum(axis=1)
    return Counts(everyone[:-1], everyone[-1], part[:-1, 1].sum(axis=0), part[-1, 1])
