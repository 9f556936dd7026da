"""What each play would change for each customer: the probability to stay, the margin that follows,
and what it costs.

A play keeps a share of those who would leave, and a contact drives away a small share of those who
would stay, so its effect on a customer is leave x keep - (1 - leave) x harm. Keep shares are by
play and the customer's cell (driver, stage, tier).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Final

import numpy as np
from scipy.stats import beta

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.vocabulary import DRIVERS, LIFECYCLES, VALUE_TIERS

COVERAGE: Final = 0.9
CELL: Final = ("driver", "lifecycle", "value_tier")
CELL_WORDS: Final = (DRIVERS, LIFECYCLES, VALUE_TIERS)  # the last place of each: unknown
SHAPE: Final = tuple(len(words) + 1 for words in CELL_WORDS)
_LEAST: Final = 1e-9  # pseudo-customers, where a prior knows of none


@dataclass(frozen=True, eq=False)
class KeepShares:
    """Of those who would leave, the share that a play keeps, with the ends of its interval: arrays
    plays x drivers x stages x tiers; and whether it follows from what was tried, else from the
    catalogue alone.
    """

    mean: Floats
    low: Floats
    high: Floats
    is_tried: Flags


@dataclass(frozen=True, eq=False)
class Effects:
    """Of customers x plays: effect with its interval, margin before costs, and costs."""

    mean: Floats
    low: Floats
    high: Floats
    margin: Floats
    cost: Floats

    def round_costs(self, decimals: int) -> "Effects":
        """With costs in whole minor units, so that sums of what is written keep a budget."""
        return replace(self, cost=self.cost.round(decimals))

    @property
    def value(self) -> Floats:
        """Expected gain: margin less cost."""
        return self.margin - self.cost


def expect_priors(plays: Sequence[Play]) -> KeepShares:
    """Keep shares as the catalogue expects them, before anything was tried: beta distributions of
    the plays' means and weights.
    """
    mean = np.zeros((len(plays), *SHAPE))
    low, high = np.zeros_like(mean), np.zeros_like(mean)
    tail = (1.0 - COVERAGE) / 2.0
    for number, play in enumerate(plays):
        weight = play.effect.pseudo_customers
        is_matching = [driver in play.audience.drivers for driver in (*DRIVERS, None)]
        for place, matches in enumerate(is_matching):
            share = play.effect.keeps_matching if matches else play.effect.keeps_other
            shape = np.maximum([share * weight, (1.0 - share) * weight], _LEAST)
            mean[number, place] = share
            low[number, place] = beta.ppf(tail, *shape)
            high[number, place] = beta.ppf(1.0 - tail, *shape)
    return KeepShares(mean, low, high, np.zeros(mean.shape, bool))


def place_in_cells(words: Sequence[Sequence[str | None]]) -> tuple[Ints, ...]:
    """The places of customers' drivers, stages and tiers in KeepShares, the last of each where it
    is not known.
    """
    places = []
    for known, own in zip(CELL_WORDS, words, strict=True):
        place = {word: at for at, word in enumerate(known)}
        places.append(np.array([place.get(one or "", len(known)) for one in own], dtype=np.int64))
    return tuple(places)


def name_bases(shares: KeepShares, cells: tuple[Ints, ...], rows: Ints, plays: Ints) -> Any:
    """What the effects of pairs of customers (`rows` of `cells`) and plays follow from."""
    is_tried = shares.is_tried[(plays, *(place[rows] for place in cells))]
    return np.where(is_tried, "cells", "prior")


def expect_effects(
    plays: Sequence[Play],
    shares: KeepShares,
    cells: tuple[Ints, ...],
    leave: Floats,
    margin_if_stays: Floats,
    order_amount: Floats,
    harm: float,
) -> Effects:
    """Effects of every play on every customer. `leave` is the probability to place no order in the
    horizon, `margin_if_stays` the margin of the horizon of who does, `order_amount` a usual order.
    """

    cell = np.ravel_multi_index(cells, SHAPE)

    def change(kept: Floats) -> Floats:
        own = kept.reshape(len(plays), prod(SHAPE))[:, cell].T  # customers x plays
        return np.asarray(leave[:, None] * own - (1.0 - leave[:, None]) * harm)

    mean = change(shares.mean)
    cost = np.zeros_like(mean)
    for number, play in enumerate(plays):
        cost[:, number] = expect_cost(play, order_amount)
    return Effects(
        mean, change(shares.low), change(shares.high), mean * margin_if_stays[:, None], cost
    )


def expect_cost(play: Play, order_amount: Floats) -> Floats:
    """Contact and offer: what a redeemed offer costs, times how often it is redeemed."""
    offer = play.offer
    each = (offer.share or 0.0) * order_amount + (offer.amount or 0.0)
    return play.contact_cost + offer.redeemed * each
