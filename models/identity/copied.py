"""A retailer's records that are there more than once, against their copies, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.batches import map_batches
from holdfast.models.identity.records.columns import rarity_of
from holdfast.models.identity.records.copies import OwnPairs, weigh_own_pairs
from holdfast.models.identity.records.fields import KINDS
from holdfast.models.identity.records.near import UNKNOWN
from holdfast.models.identity.retailer import FIELDS, PATTERN, write_patterns
from holdfast.models.identity.study import ValueCounts
from holdfast.transformations.identity.people import name_seen

_WEIGHED: Final = T.StructType(
    [T.StructField(PATTERN, T.StringType()), T.StructField("weight", T.DoubleType())]
)


@dataclass(frozen=True, eq=False)
class CopyCounts:
    """What a worker must know to compare equal records: places of the fields of which any value is
    known, and of each how many records have one (`seen`) and share that of two unrelated ones
    (`usual`); how many different people there are.
    """

    known: Sequence[int]
    seen: Sequence[float]
    usual: Sequence[float]
    people: int

    @staticmethod
    def of(counts: ValueCounts, people: int) -> "CopyCounts":
        """Those of all records."""
        names = [FIELDS[at].name for at in counts.known]
        seen, usual = ([by[name] for name in names] for by in (counts.seen, counts.usual_seen))
        return CopyCounts(counts.known, seen, usual, people)

    def compare(self, copied: pd.DataFrame) -> OwnPairs:
        """The own pairs of `with_counts` records that are there more than once."""
        fields = [FIELDS[at] for at in self.known]
        seen = copied[[name_seen(field.name) for field in fields]].to_numpy(float)
        known = ~np.isnan(seen)
        often = np.where(known, seen, 1.0)
        levels = np.full(seen.shape, UNKNOWN)
        for at, field in enumerate(fields):
            equal = KINDS[field.kind].near + rarity_of(often[:, at], self.usual[at])
            levels[:, at] = np.where(known[:, at], equal, UNKNOWN)
        log_chance = np.where(known, np.log(often / np.array(self.seen)), 0.0).sum(axis=1)
        copies = copied["copies"].to_numpy(np.int64)
        place = np.arange(len(copied))
        return weigh_own_pairs(place, levels, known, log_chance, copies, self.people)

    def write_patterns(self, own: OwnPairs) -> list[str]:
        """Patterns of all FIELDS."""
        levels = np.full((len(own.levels), len(FIELDS)), UNKNOWN)
        levels[:, self.known] = own.levels
        return write_patterns(levels)


def weigh_copies(copied: DataFrame, counts: CopyCounts) -> DataFrame:
    """pattern, weight: what EM takes from each of `with_counts` records that are there more than
    once.
    """
    return map_batches(copied, _WEIGHED, partial(_weigh_copies, counts))


def _weigh_copies(counts: CopyCounts, batch: pa.Table) -> pa.Table:
    own = counts.compare(batch.to_pandas())
    return pa.table({PATTERN: counts.write_patterns(own), "weight": own.weight})
