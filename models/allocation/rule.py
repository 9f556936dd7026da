"""What each customer gets by a plan. Workers import this: no solver is in here."""

from dataclasses import dataclass

import numpy as np

from holdfast.models.allocation.kernels import NONE, add_up, choose, measure_distance, mix
from holdfast.models.allocation.pairs import Pairs, mark_lowest
from holdfast.models.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class PlanRule:
    """What each customer gets: the choice of one of several rules, drawn with their shares by
    customer id; for those of `few` (ascending) the play in `play_of_few`, or NONE. `multipliers`
    are the prices of the limits.
    """

    multipliers: Floats
    rules: Floats
    shares: Floats
    few: Ints
    play_of_few: Ints

    def apply(self, pairs: Pairs) -> tuple[Ints, Flags]:
        """The play of each customer or NONE, and whether the multipliers alone choose another.

        The pairs are rounded as those were for which the plan was made: ask customers to `choose`.
        """
        mixed, greedy = mix(pairs, self.rules, self.shares), choose(pairs, self.multipliers)
        play = name_plays(pairs, mixed)
        if len(self.few):
            place = np.minimum(np.searchsorted(self.few, pairs.customer), len(self.few) - 1)
            play = np.where(self.few[place] == pairs.customer, self.play_of_few[place], play)
        return play, play != name_plays(pairs, greedy)


def mark_nearest(pairs: Pairs, prices: Floats, rules: Floats, shares: Floats, size: int) -> Flags:
    """For each limit the `size` customers who are nearest to using it otherwise."""
    distance = measure_distance(pairs, mix(pairs, rules, shares), prices)
    marks = [mark_lowest(each, pairs.customer, size) for each in distance]
    return np.asarray(np.logical_or.reduce(marks))


def add_up_mixed(pairs: Pairs, rules: Floats, shares: Floats) -> Floats:
    """Value, then use of each limit, of the mixture's choices."""
    return add_up(pairs, mix(pairs, rules, shares))


def name_plays(pairs: Pairs, chosen: Ints) -> Ints:
    """The play of each customer's chosen pair, or NONE."""
    if not len(pairs.play):
        return np.full(len(chosen), NONE)
    return np.where(chosen == NONE, NONE, pairs.play[np.maximum(chosen, 0)])
