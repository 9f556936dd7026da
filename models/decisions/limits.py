"""What plays use of which limit, and pairs of customers and plays as an allocation takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.arrays import Floats, Ints
from holdfast.models.decisions.parity import GROUP, NO_PARITY, Parity, parity_uses, with_parity
from holdfast.transformations.plays.play import Play

MOST_OPTIONS: Final = 10  # of a customer


@dataclass(frozen=True, eq=False)
class Limits:
    """What plays use: `names` of the limits with their `bounds`; `teams` is the number of the limit
    of each play's team, -1 without one; who is of `low_tiers` uses the second limit, too. `parity`
    bounds the plan of the rest beside them.
    """

    names: tuple[str, ...]
    bounds: Floats
    teams: Ints
    low_tiers: tuple[str, ...]
    parity: Parity = NO_PARITY

    @property
    def names_of_plan(self) -> tuple[str, ...]:
        """All limits of the plan of the rest."""
        return (*self.names, *self.parity.names)

    @property
    def bounds_of_plan(self) -> Floats:
        """The most that may be used of each of them."""
        return np.append(self.bounds, np.full(len(self.parity.names), self.parity.most_points))


def name_limits(
    plays: Sequence[Play],
    budget: float,
    low_value_share: float,
    low_tiers: Sequence[str],
    capacities: Mapping[str, int],
) -> Limits:
    """The limits of a decision: budget, low_value and the teams that plays name; a team without
    capacity has none.
    """
    teams = sorted({play.team for play in plays if play.team})
    names = ("budget", "low_value", *teams)
    bounds = [budget, budget * low_value_share, *(capacities.get(team, 0) for team in teams)]
    place = [names.index(play.team) if play.team else NONE for play in plays]
    return Limits(names, np.array(bounds, float), np.array(place, np.int64), tuple(low_tiers))


def read_pairs(options: pa.Table, limits: Limits) -> Pairs:
    """The pairs of `find_options`, customers in the order of its rows."""
    start = options["play"].combine_chunks().offsets.to_numpy().astype(np.int64)
    play, cost = read_flat(options, "play").astype(np.int64), read_flat(options, "cost")
    row = np.repeat(np.arange(options.num_rows), np.diff(start))
    uses = np.zeros((len(limits.names), len(play)))
    uses[0] = cost
    tiers = np.array(options["value_tier"].to_pylist(), dtype=object)
    uses[1] = np.where(np.isin(tiers.astype(str), limits.low_tiers)[row], cost, 0.0)
    of_team = limits.teams[play]
    people = np.flatnonzero(of_team >= 0)
    uses[of_team[people], people] = 1.0
    ids = options["customer_id"].to_numpy()
    return Pairs(ids, start - start[0], play, read_flat(options, "value"), uses)


def read_planned(options: pa.Table, limits: Limits) -> Pairs:
    """The pairs with what they use of all limits of the plan."""
    return with_parity(read_pairs(options, limits), options, limits.parity)


def list_uses(options: DataFrame, limits: Limits) -> DataFrame:
    """The pairs of `read_planned` as rows: customer_id, play, value and a column per limit."""
    each = options.select(
        "customer_id", "value_tier", GROUP, F.inline(F.arrays_zip("play", "value", "cost"))
    )
    is_low = F.col("value_tier").isin(*limits.low_tiers)
    teams = F.array(*map(F.lit, limits.teams.tolist()))
    of_team = F.get(teams, F.col("play"))
    budget, low_value, *others = limits.names
    uses = {
        budget: F.col("cost"),
        low_value: F.when(is_low, F.col("cost")).otherwise(0.0),
        **{name: F.when(of_team == at, 1.0).otherwise(0.0) for at, name in enumerate(others, 2)},
        **parity_uses(limits.parity),
    }
    columns = [use.alias(name) for name, use in uses.items()]
    return each.select("customer_id", "play", "value", *columns)


def read_flat(options: pa.Table, name: str) -> Floats:
    """The numbers of all options of `find_options`, one after the other."""
    return np.asarray(options[name].combine_chunks().flatten().to_numpy(zero_copy_only=False))
