"""A bound on how far the share of the treated in a group of customers may lie from that of all:
demographic parity with slack (Agarwal et al. 2018, "A reductions approach to fair classification").
It counts those of the rest (not explored) for whom some play is worth more than nothing, and the
plays that are: nobody gets one at a loss so that shares are alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.allocation.pairs import Pairs
from holdfast.models.arrays import Floats

GROUP: Final = "parity_group"
SHARE_OF: Final = "share of "  # begins the names of these limits
UNKNOWN: Final = "unknown"  # the group of those without the label
_POINTS: Final = 100.0  # percentage points in a whole


@dataclass(frozen=True)
class Parity:
    """How many customers each group has, and the percentage points by which its treated share may
    lie above and below that of all. No groups: no bound.
    """

    sizes: Mapping[str, int]
    most_points: float

    @property
    def names(self) -> list[str]:
        """Two limits of each group."""
        sides = ("above", "below")
        return [f"{SHARE_OF}{group} treated, {side} all" for group in self.sizes for side in sides]

    def list_steps(self, group: str) -> list[float]:
        """What one more treated customer of the group uses of each limit."""
        own, total = self.sizes.get(group, 0), sum(self.sizes.values())
        steps = [_POINTS * ((each == group) / max(own, 1) - 1.0 / total) for each in self.sizes]
        return [side * step for step in steps for side in (1.0, -1.0)]


NO_PARITY: Final = Parity({}, 0.0)


def count_groups(options: DataFrame) -> dict[str, int]:
    """The customers of `find_options` by group, of those for whom a play is worth something."""
    is_worth = F.exists("value", lambda value: value > 0)
    rows = options.filter(is_worth).groupBy(name_group().alias("name")).count().collect()
    return {row["name"]: row["count"] for row in sorted(rows)}


def name_group() -> Column:
    """The group of a row of `find_options`."""
    return F.coalesce(GROUP, F.lit(UNKNOWN))


def with_parity(pairs: Pairs, options: pa.Table, parity: Parity) -> Pairs:
    """The pairs of `options` with what they use of the bound."""
    if not parity.sizes:
        return pairs
    groups = [UNKNOWN if one is None else one for one in options[GROUP].to_pylist()]
    known = {group: number for number, group in enumerate(sorted({*groups, *parity.sizes}))}
    steps = np.array([parity.list_steps(group) for group in known])
    place = np.array([known[group] for group in groups], np.int64)
    own: Floats = np.where(pairs.value > 0.0, steps[place][pairs.owner].T, 0.0)
    return replace(pairs, uses=np.concatenate([pairs.uses, own]))


def parity_uses(parity: Parity) -> dict[str, Column]:
    """What an option with the columns value and parity_group uses of each limit."""
    steps = {group: parity.list_steps(group) for group in parity.sizes}
    uses = {}
    for number, name in enumerate(parity.names):
        by_group = F.create_map(
            *(F.lit(one) for group, own in steps.items() for one in (group, own[number]))
        )
        uses[name] = F.when(F.col("value") > 0, by_group[name_group()]).otherwise(0.0)
    return uses
