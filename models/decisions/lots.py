"""Who of the explored draws which play: lots that keep within their part of every limit."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.arrays import Floats, Ints
from holdfast.models.decisions.limits import MOST_OPTIONS, Limits, read_flat
from holdfast.models.decisions.lottery import draw, keep_within, thompson


@dataclass(frozen=True)
class Exploration:
    """The share of customers who draw, and of each limit that is for them; and the floor of every
    probability.
    """

    share: float
    floor: float


@dataclass(frozen=True, eq=False)
class Lottery:
    """An exploration and its `room`: for each limit the share with which the probability of what
    uses it counts, 1 or more where there is room for all.
    """

    exploration: Exploration
    room: Floats


@dataclass(frozen=True, eq=False)
class Lots:
    """The pair that each customer draws, or would draw, NONE for none; and the `chances` of every
    pair and, in the places after, of none for every customer.
    """

    pairs: Ints
    chances: Floats


def plan_lottery(
    explored: pa.Table, pairs: Pairs, limits: Limits, exploration: Exploration
) -> Lottery:
    """The lottery, with plays drawn so much less often that the explored are expected to use their
    share of each limit at most.
    """
    free = np.full(len(limits.names), np.inf)
    chances = draw_lots(explored, pairs, Lottery(exploration, free)).chances
    expected = pairs.uses @ chances[: len(pairs.play)]
    room = exploration.share * limits.bounds
    return Lottery(exploration, np.divide(room, expected, out=free, where=expected > 0.0))


def draw_lots(options: pa.Table, pairs: Pairs, lottery: Lottery) -> Lots:
    """What the customers of `find_options` draw, as explored or as if they were."""
    size, owner, start = options.num_rows, pairs.owner, pairs.start[:-1]
    place = np.arange(len(owner)) - start[owner]
    width = MOST_OPTIONS  # of every batch: sums of more columns round otherwise
    value, low, high, scale = (np.full((size, width), np.nan) for _ in range(4))
    at = owner, place
    value[at] = pairs.value
    low[at], high[at] = read_value_ends(options, pairs)
    room = np.where(pairs.uses > 0.0, lottery.room[:, None], 1.0)
    scale[at] = np.minimum(room.min(axis=0), 1.0)
    likely = thompson(value, low, high, lottery.exploration.floor)
    chances = keep_within(likely, np.nan_to_num(scale))
    drawn = draw(chances, options["play_draw"].to_numpy())
    pair = np.where(drawn < width, start + np.minimum(drawn, width - 1), NONE)
    return Lots(pair, np.concatenate([chances[at], chances[:, -1]]))


def take_drawn(pairs: Pairs, drawn: Ints, limits: Limits) -> tuple[Ints, frozenset[int]]:
    """The pairs that were `drawn`, by customer, as far as the limits have room; and the customers
    whose play has none.
    """
    rows = np.flatnonzero(drawn != NONE)
    rows = rows[np.argsort(pairs.customer[rows])]
    kept, withdrawn, left = [], set(), limits.bounds.copy()
    for row in rows:
        use = pairs.uses[:, drawn[row]]
        if np.all(use <= left):
            kept.append(drawn[row])
            left -= use
        else:
            withdrawn.add(int(pairs.customer[row]))
    return np.array(kept, dtype=np.int64), frozenset(withdrawn)


def read_value_ends(options: pa.Table, pairs: Pairs) -> tuple[Floats, Floats]:
    """What each pair is worth at both ends of its effect."""
    margin = options["margin_if_stays"].to_numpy()[pairs.owner]
    cost = read_flat(options, "cost")
    return (
        read_flat(options, "effect_low") * margin - cost,
        read_flat(options, "effect_high") * margin - cost,
    )
