"""Customers who got a play or were left alone, and what came of it: what learners of effects are
fitted on.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints

FEWEST: Final = 50  # customers of each arm who stayed, and who left
_STEP: Final = 0x9E3779B97F4A7C15
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, eq=False)
class Experiment:
    """One element per customer and time: a row of features without NaN (`trees.scoring.MISSING` in
    its place), whether the play was sent, whether the customer stayed, the probability with which
    it was the play that was sent, of the play and nothing, and the customer's number.
    """

    values: Floats
    is_treated: Flags
    stayed: Floats
    propensity: Floats
    customer: Ints

    def __len__(self) -> int:
        return len(self.stayed)

    def take(self, rows: Flags) -> Self:
        """Some rows."""
        return type(self)(*(part[rows] for part in vars(self).values()))


def find_fault(experiment: Experiment) -> str | None:
    """Why effects cannot be learnt from these rows, None where they can."""
    own = experiment
    if np.isnan(own.values).any():
        return "features are missing: put MISSING in their place"
    if not np.isin(own.stayed, (0.0, 1.0)).all():
        return "an outcome is neither 0 nor 1"
    refused = int((~((own.propensity > 0.0) & (own.propensity < 1.0))).sum())
    if refused:
        return f"{refused} rows had no known chance of both, to be treated and not: drop them"
    for arm, is_in in (("treated", own.is_treated), ("untreated", ~own.is_treated)):
        for what, outcome in (("stayed", 1.0), ("left", 0.0)):
            count = len(np.unique(own.customer[is_in & (own.stayed == outcome)]))
            if count < FEWEST:
                return f"{count} {arm} customers {what}, and {FEWEST} are needed"
    return None


def assign_folds(customer: Ints, folds: int, salt: int = 0) -> Ints:
    """The fold of each customer, by a hash (SplitMix64; Steele et al. 2014): the same on every
    machine, in every order, and for all rows of a customer.
    """
    state = customer.astype(np.uint64) + np.uint64((salt + 1) * _STEP % 2**64)
    state = (state ^ (state >> np.uint64(30))) * _MIX[0]
    state = (state ^ (state >> np.uint64(27))) * _MIX[1]
    return ((state ^ (state >> np.uint64(31))) % np.uint64(folds)).astype(np.int64)
