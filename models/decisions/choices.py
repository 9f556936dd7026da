"""A decision for each customer: what the plan gives it or what it draws by lot, and how likely that
was: a kernel over the options of `find_options`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.allocation.kernels import NONE, choose
from holdfast.models.allocation.pairs import Pairs, round_pairs
from holdfast.models.allocation.rule import PlanRule
from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.batches import map_batches
from holdfast.models.decisions.limits import Limits, read_flat, read_pairs, read_planned
from holdfast.models.decisions.lots import Lottery, draw_lots, read_value_ends
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.vocabulary import NO_PLAY

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
        T.StructField("options", T.StringType()),
    ]
)


@dataclass(frozen=True, eq=False)
class Plan:
    """What the rest get, by pairs rounded to `grains`; what is explored, and who of the explored
    had to get nothing, so that no limit breaks.
    """

    rule: PlanRule
    grains: Floats
    lottery: Lottery
    withdrawn: frozenset[int]


def choose_actions(
    options: DataFrame, plays: Sequence[Play], limits: Limits, plan: Plan
) -> DataFrame:
    """One row per row of options: customer_id, action, left_alone_because, effect with its ends,
    value with its ends, saved (margin before costs), cost, propensity (null where is_repaired: the
    lots and prices alone would have done otherwise), is_explored, is_repaired, and options (the
    plays that a lot could fall on, comma-separated, null without any).
    """
    work = partial(choose_in_table, plays=plays, limits=limits, plan=plan)
    return map_batches(options, _SCHEMA, work)


def choose_in_table(
    options: pa.Table, plays: Sequence[Play], limits: Limits, plan: Plan
) -> pa.Table:
    """`choose_actions` of one table."""
    size, pairs = options.num_rows, read_pairs(options, limits)
    rounded = round_pairs(read_planned(options, limits), plan.grains)
    greedy = choose(rounded, plan.rule.multipliers)
    planned, is_planned_otherwise = plan.rule.apply(rounded)
    lots = draw_lots(options, pairs, plan.lottery)
    has_options = np.diff(pairs.start) > 0
    is_explored = options["is_explored"].to_numpy(zero_copy_only=False) & has_options
    is_withdrawn = is_explored & np.isin(pairs.customer, list(plan.withdrawn))
    chosen = np.where(is_explored, lots.pairs, _find_pairs(pairs, planned))
    chosen[is_withdrawn] = NONE
    is_repaired = np.where(is_explored, is_withdrawn, is_planned_otherwise)
    share = plan.lottery.exploration.share
    lot = lots.chances[np.where(chosen == NONE, len(pairs.play) + np.arange(size), chosen)]
    propensity = np.where(has_options, share * lot + (1.0 - share) * (greedy == chosen), 1.0)
    propensity[is_repaired] = np.nan
    columns = {
        "customer_id": options["customer_id"].to_numpy(),
        "action": np.array([*(play.id for play in plays), NO_PLAY], dtype=object)[
            np.where(chosen == NONE, len(plays), pairs.play[chosen] if len(pairs.play) else 0)
        ],
        "left_alone_because": _alone(options, pairs, chosen, is_explored, is_repaired),
        **_numbers(options, pairs, chosen),
        "propensity": np.minimum(propensity, 1.0),
        "is_explored": is_explored,
        "is_repaired": is_repaired,
        "options": _name_options(pairs, plays, lots.chances[: len(pairs.play)] > 0.0),
    }
    return pa.table({name: pa.array(one, from_pandas=True) for name, one in columns.items()})


def _name_options(pairs: Pairs, plays: Sequence[Play], is_drawn: Flags) -> Any:
    starts = np.append(0, np.cumsum(is_drawn))[pairs.start]
    ids = np.array([play.id for play in plays], dtype=object)[pairs.play[is_drawn]]
    lists = pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(ids, pa.string()))
    named = pc.binary_join(lists, ",").to_numpy(zero_copy_only=False)
    return np.where(np.diff(starts) > 0, named, None)


def _find_pairs(pairs: Pairs, plays: Ints) -> Ints:
    """The pair of each customer with the play given, NONE without one."""
    found = np.full(len(pairs), NONE)
    owner = pairs.owner
    rows = np.flatnonzero(pairs.play == plays[owner])
    found[owner[rows]] = rows
    return found


def _alone(
    options: pa.Table, pairs: Pairs, chosen: Ints, is_drawn: Flags, is_repaired: Flags
) -> Any:
    """Why nothing is done: what refused every option, the lot, that none is worth it, or limits."""
    best = np.full(options.num_rows, -np.inf)
    np.maximum.at(best, pairs.owner, pairs.value)
    refusal = options["refusal"].combine_chunks()
    is_refused = refusal.is_valid().to_numpy(zero_copy_only=False)
    reason = np.where(best > 0.0, "limits", "not_worth").astype(object)
    reason[is_drawn] = "drawn"
    reason[is_repaired] = "limits"
    reason[is_refused] = refusal.drop_null().to_pylist()
    reason[chosen != NONE] = None
    return reason


def _numbers(options: pa.Table, pairs: Pairs, chosen: Ints) -> dict[str, Floats]:
    low, high = read_value_ends(options, pairs)
    every = {
        **{name: read_flat(options, name) for name in _NUMBERS[:3]},
        "value": pairs.value,
        "value_low": low,
        "value_high": high,
        "saved": read_flat(options, "margin"),
        "cost": read_flat(options, "cost"),
    }
    return {name: np.append(one, np.nan)[chosen] for name, one in every.items()}
