"""Customers who got a play or were left alone, and what came of it: what learners of effects are
fitted on.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.hashing import hash_customers

FEWEST: Final = 50  # customers of each arm who stayed, and who left


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
    """The fold of each customer, by a hash, for all rows of the customer alike."""
    return (hash_customers(customer, salt + 1) % np.uint64(folds)).astype(np.int64)
