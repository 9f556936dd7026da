"""A decision for each customer: what the plan gives it or what it draws by lot, and how likely that
was: a kernel over the options of `find_options`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from holdfast.models.allocation.kernels import NONE, choose
from holdfast.models.allocation.pairs import Pairs, round_pairs
from holdfast.models.allocation.rule import PlanRule
from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.decisions.lottery import draw, keep_within, thompson
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.vocabulary import NO_ACTION

_NUMBERS: Final = (
    "effect",
    "effect_low",
    "effect_high",
    "value",
    "value_low",
    "value_high",
    "saved",
    "cost",
)
_SCHEMA: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("action", T.StringType()),
        T.StructField("left_alone_because", T.StringType()),
        *(T.StructField(name, T.DoubleType()) for name in _NUMBERS),
        T.StructField("propensity", T.DoubleType()),
        T.StructField("is_explored", T.BooleanType()),
        T.StructField("is_repaired", T.BooleanType()),
    ]
)


@dataclass(frozen=True, eq=False)
class Limits:
    """What plays use: `names` of the limits with their `bounds`; `teams` is the number of the limit
    of each play's team, -1 without one; who is of `low_tiers` uses the second limit, too.
    """

    names: tuple[str, ...]
    bounds: Floats
    teams: Ints
    low_tiers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Exploration:
    """The share of customers who draw, the floor of every probability, and by which share the
    probability of each play counts, so that lots keep within their part of the limits.
    """

    share: float
    floor: float
    scales: Floats


@dataclass(frozen=True, eq=False)
class Plan:
    """What the rest get, by pairs rounded to `grains`; what is explored, and who of the explored
    had to get nothing, so that no limit breaks.
    """

    rule: PlanRule
    grains: Floats
    exploration: Exploration
    withdrawn: frozenset[int]


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
    return Limits(names, np.array(bounds, float), np.array(place), tuple(low_tiers))


def read_pairs(options: pa.Table, limits: Limits) -> Pairs:
    """The pairs of `find_options`, customers in the order of its rows."""
    start = options["play"].combine_chunks().offsets.to_numpy().astype(np.int64)
    play, cost = _flat(options, "play").astype(np.int64), _flat(options, "cost")
    row = np.repeat(np.arange(options.num_rows), np.diff(start))
    uses = np.zeros((len(limits.names), len(play)))
    uses[0] = cost
    tiers = np.array(options["value_tier"].to_pylist(), dtype=object)
    uses[1] = np.where(np.isin(tiers.astype(str), limits.low_tiers)[row], cost, 0.0)
    of_team = limits.teams[play]
    people = np.flatnonzero(of_team >= 0)
    uses[of_team[people], people] = 1.0
    ids = options["customer_id"].to_numpy()
    return Pairs(ids, start - start[0], play, _flat(options, "value"), uses)


def list_uses(options: DataFrame, limits: Limits) -> DataFrame:
    """The pairs of `read_pairs` as rows: customer_id, play, value and a column per limit."""
    each = options.select(
        "customer_id", "value_tier", F.inline(F.arrays_zip("play", "value", "cost"))
    )
    is_low = F.col("value_tier").isin(*limits.low_tiers)
    teams = F.array(*map(F.lit, limits.teams.tolist()))
    of_team = F.get(teams, F.col("play"))
    budget, low_value, *others = limits.names
    uses = {
        budget: F.col("cost"),
        low_value: F.when(is_low, F.col("cost")).otherwise(0.0),
        **{name: F.when(of_team == at, 1.0).otherwise(0.0) for at, name in enumerate(others, 2)},
    }
    return each.withColumns(uses).select("customer_id", "play", "value", *limits.names)


def lots(options: pa.Table, pairs: Pairs, exploration: Exploration) -> tuple[Ints, Floats]:
    """The pair that each customer draws, or would draw, and the probability of every pair and, in
    the places after, of nothing for every customer.
    """
    size = options.num_rows
    owner, start = pairs.owner, pairs.start[:-1]
    place = np.arange(len(owner)) - start[owner]
    width = max(int(place.max()) + 1 if len(place) else 0, 1)
    value, low, high, scale = (np.full((size, width), np.nan) for _ in range(4))
    at = owner, place
    value[at], scale[at] = pairs.value, exploration.scales[pairs.play]
    low[at], high[at] = _value_ends(options, pairs)
    chances = keep_within(thompson(value, low, high, exploration.floor), np.nan_to_num(scale))
    drawn = draw(chances, options["play_draw"].to_numpy())
    is_play = drawn < width
    pair = np.where(is_play, start + np.minimum(drawn, width - 1), NONE)
    return pair, np.concatenate([chances[at], chances[:, -1]])


def decide(options: DataFrame, plays: Sequence[Play], limits: Limits, plan: Plan) -> DataFrame:
    """One row per row of options: customer_id, action, left_alone_because, effect with its ends,
    value with its ends, saved (margin before costs), cost, propensity, is_explored, is_repaired.
    """
    arrow = to_arrow_schema(_SCHEMA)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                table = decide_table(pa.Table.from_batches([batch]), plays, limits, plan)
                yield from table.select(arrow.names).cast(arrow).to_batches()

    return options.mapInArrow(kernel, _SCHEMA)


def decide_table(options: pa.Table, plays: Sequence[Play], limits: Limits, plan: Plan) -> pa.Table:
    """`decide` of one table."""
    size, pairs = options.num_rows, read_pairs(options, limits)
    rounded = round_pairs(pairs, plan.grains)
    greedy = choose(rounded, plan.rule.multipliers)
    planned, is_planned_otherwise = plan.rule.apply(rounded)
    drawn, chances = lots(options, pairs, plan.exploration)
    has_options = np.diff(pairs.start) > 0
    is_explored = options["is_explored"].to_numpy(zero_copy_only=False) & has_options
    is_withdrawn = is_explored & np.isin(pairs.customer, list(plan.withdrawn))
    chosen = np.where(is_explored, drawn, _find_pairs(pairs, planned))
    chosen[is_withdrawn] = NONE
    is_repaired = np.where(is_explored, is_withdrawn, is_planned_otherwise)
    share = plan.exploration.share
    lot = chances[np.where(chosen == NONE, len(pairs.play) + np.arange(size), chosen)]
    propensity = share * lot + (1.0 - share) * (greedy == chosen)
    columns = {
        "customer_id": options["customer_id"].to_numpy(),
        "action": np.array([*(play.id for play in plays), NO_ACTION], dtype=object)[
            np.where(chosen == NONE, len(plays), pairs.play[chosen] if len(pairs.play) else 0)
        ],
        "left_alone_because": _alone(options, pairs, chosen, is_explored & ~is_repaired),
        **_numbers(options, pairs, chosen),
        "propensity": np.where(has_options, np.clip(propensity, 0.0, 1.0), 1.0),
        "is_explored": is_explored,
        "is_repaired": is_repaired,
    }
    return pa.table({name: pa.array(one, from_pandas=True) for name, one in columns.items()})


def _find_pairs(pairs: Pairs, plays: Ints) -> Ints:
    """The pair of each customer with the play given, NONE without one."""
    found = np.full(len(pairs), NONE)
    owner = pairs.owner
    rows = np.flatnonzero(pairs.play == plays[owner])
    found[owner[rows]] = rows
    return found


def _alone(options: pa.Table, pairs: Pairs, chosen: Ints, is_drawn: Flags) -> Any:
    """Why nothing is done: what refused every option, the lot, that none is worth it, or limits."""
    best = np.full(options.num_rows, -np.inf)
    np.maximum.at(best, pairs.owner, pairs.value)
    refusal = options["refusal"].combine_chunks()
    is_refused = refusal.is_valid().to_numpy(zero_copy_only=False)
    reason = np.where(best > 0.0, "limits", "not_worth").astype(object)
    reason[is_drawn] = "drawn"
    reason[is_refused] = refusal.drop_null().to_pylist()
    reason[chosen != NONE] = None
    return reason


def _numbers(options: pa.Table, pairs: Pairs, chosen: Ints) -> dict[str, Floats]:
    low, high = _value_ends(options, pairs)
    every = {
        **{name: _flat(options, name) for name in _NUMBERS[:3]},
        "value": pairs.value,
        "value_low": low,
        "value_high": high,
        "saved": _flat(options, "margin"),
        "cost": _flat(options, "cost"),
    }
    return {name: np.append(one, np.nan)[chosen] for name, one in every.items()}


def _value_ends(options: pa.Table, pairs: Pairs) -> tuple[Floats, Floats]:
    margin = options["margin_if_stays"].to_numpy()[pairs.owner]
    cost = _flat(options, "cost")
    return (
        _flat(options, "effect_low") * margin - cost,
        _flat(options, "effect_high") * margin - cost,
    )


def _flat(options: pa.Table, name: str) -> Floats:
    return np.asarray(options[name].combine_chunks().flatten().to_numpy(zero_copy_only=False))
