"""Exact Shapley contributions of boosted trees, a player being a feature or a whole group of
features.

The game is the path-dependent one of TreeSHAP (Lundberg et al., 2020, "From local explanations to
global understanding with explainable AI for trees"): where a player is absent, a row goes both ways
at its splits, in the shares of the training rows. A leaf's part in it depends only on which of its
few players the row satisfies, so all 2^k answers of a leaf are worked out once, and a row merely
looks its answer up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.trees.nodes import NodeTable

MOST_PLAYERS: Final = 12  # of one leaf: its table has 2^k rows

Interval = tuple[int, float, float]  # column of the matrix, above, up to and including


@dataclass(frozen=True, eq=False)
class LeafGame:
    """One leaf: its players, the intervals each must satisfy to reach it, and contributions by
    pattern.

    Bit j of a pattern says that player j's intervals hold; `contributions[pattern, j]` is what the
    leaf gives j.
    """

    players: tuple[int, ...]
    intervals: tuple[tuple[Interval, ...], ...]
    contributions: Floats


@dataclass(frozen=True, eq=False)
class Explainer:
    """The games of all leaves. `base` is the margin of nobody, the mean over the training rows."""

    players: tuple[str, ...]
    features: tuple[str, ...]
    base: float
    games: tuple[LeafGame, ...]

    def contributions(self, values: Floats) -> Floats:
        """What each player adds to the margin, (rows, players); a row's sum is its
        margin - `base`.
        """
        columns = np.ascontiguousarray(values.T)
        total = np.zeros((len(self.players), len(values)))
        known: dict[Interval, Flags] = {}
        for game in self.games:
            pattern = np.zeros(len(values), dtype=np.uint16)
            for bit, intervals in enumerate(game.intervals):
                holds = np.ones(len(values), dtype=np.bool_)
                for interval in intervals:
                    if interval not in known:
                        known[interval] = _inside(columns, interval)
                    holds &= known[interval]
                pattern |= holds.astype(np.uint16) << np.uint16(bit)
            for bit, player in enumerate(game.players):
                total[player] += game.contributions[:, bit].take(pattern)
        return total.T


def _inside(columns: Floats, interval: Interval) -> Flags:
    column, above, up_to = interval
    return np.asarray((columns[column] > above) & (columns[column] <= up_to))


def explainer(table: NodeTable, player_of: Mapping[str, str] | None = None) -> Explainer:
    """Prepare exact contributions by `player_of` (feature to group), or by feature.

    Raises ValueError for a feature without a player, and for a leaf with more than 12 players.
    """
    groups = dict(player_of) if player_of is not None else {name: name for name in table.features}
    if lost := sorted(
        {table.features[column] for column in set(table.feature.tolist()) - {-1}} - set(groups)
    ):
        raise ValueError(f"features without a player: {', '.join(lost)}")
    players = tuple(dict.fromkeys(groups[name] for name in table.features if name in groups))
    player = [players.index(groups[name]) if name in groups else -1 for name in table.features]
    games, base = [], table.base
    for leaf in np.flatnonzero(table.is_leaf):
        worth = float(table.prediction[leaf])
        intervals, share = _path(table, int(leaf))
        game, reached = _game(intervals, share, player, worth)
        base += worth * reached
        if game.players:
            games.append(game)
    return Explainer(players, table.features, base, tuple(games))


def _path(table: NodeTable, leaf: int) -> tuple[dict[int, Interval], dict[int, float]]:
    """By column: the interval a row must lie in to reach the leaf, and the share of training rows
    that do.
    """
    parents = _parents(table)
    intervals: dict[int, Interval] = {}
    share: dict[int, float] = {}
    at = leaf
    while (parent := int(parents[at])) >= 0:
        column, threshold = int(table.feature[parent]), float(table.threshold[parent])
        _, above, up_to = intervals.get(column, (column, -np.inf, np.inf))
        is_left = at == table.left[parent]
        intervals[column] = (
            (column, above, min(up_to, threshold))
            if is_left
            else (column, max(above, threshold), up_to)
        )
        share[column] = share.get(column, 1.0) * float(table.cover[at] / table.cover[parent])
        at = parent
    return intervals, share


def _parents(table: NodeTable) -> Ints:
    parents = np.full(len(table.node), -1)
    inner = np.flatnonzero(~table.is_leaf)
    parents[table.left[inner]] = inner
    parents[table.right[inner]] = inner
    return parents


def _game(
    intervals: Mapping[int, Interval], share: Mapping[int, float], player: list[int], worth: float
) -> tuple[LeafGame, float]:
    """The leaf's game, and the share of rows that reach it when every player is absent."""
    here = sorted({player[column] for column in intervals})
    if len(here) > MOST_PLAYERS:
        raise ValueError(
            f"a leaf with {len(here)} players: exact contributions end at {MOST_PLAYERS}"
        )
    shares = [float(np.prod([share[c] for c in intervals if player[c] == one])) for one in here]
    conditions = tuple(tuple(i for c, i in intervals.items() if player[c] == one) for one in here)
    return LeafGame(tuple(here), conditions, worth * pattern_table(shares)), float(np.prod(shares))


def pattern_table(shares: list[float]) -> Floats:
    """Shapley contributions of a leaf worth 1, (2^k patterns, k players), given each player's share
    when absent.

    A coalition S is worth the product of (1 if satisfied else 0) over S and of the shares outside
    S. The products over all coalitions of one size are coefficients of prod_i (share_i +
    satisfied_i y), so they are summed by size and weighted |S|! (k - |S| - 1)! / k!.
    """
    k = len(shares)
    satisfied = ((np.arange(1 << k)[:, None] >> np.arange(k)) & 1).astype(np.float64)
    weights = np.array(
        [factorial(size) * factorial(k - size - 1) / factorial(k) for size in range(k)]
    )
    table = np.zeros((1 << k, k))
    for j in range(k):
        by_size = np.zeros((1 << k, k))
        by_size[:, 0] = 1.0
        for other in (i for i in range(k) if i != j):
            grown = by_size * shares[other]
            grown[:, 1:] += by_size[:, :-1] * satisfied[:, [other]]
            by_size = grown
        table[:, j] = (by_size @ weights) * (satisfied[:, j] - shares[j])
    return table
