"""What was tried, added up by cell: all that the effects of plays by cell need of a history.

A cell is a play x driver x lifecycle stage x value tier. Its treated customers got the play, its
untreated ones were left alone; each counts with the inverse of the probability with which that was
chosen for them (Horvitz and Thompson 1952). The sums add up over any partition of the rows.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Arm:
    """Sums over one arm of each cell: w is the inverse propensity, y is 1 for who stayed, else 0.

    `count` of customers, `weight` of w, `weight_squared` of w², `stayed` of w y, `stayed_squared`
    of w² y.
    """

    count: Floats
    weight: Floats
    weight_squared: Floats
    stayed: Floats
    stayed_squared: Floats

    @property
    def customers(self) -> Floats:
        """How many equally weighted customers say as much (Kish 1965), 0 where nobody is."""
        return self.weight**2 / np.where(self.count > 0, self.weight_squared, 1.0)

    @property
    def rate(self) -> Floats:
        """Share that stayed, weights adding up to 1 (Hájek 1971); NaN where nobody is."""
        return self.stayed / np.where(self.count > 0, self.weight, np.nan)

    @property
    def variance(self) -> Floats:
        """Of `rate`, by linearisation: the sum of w² (y - rate)² over the square of that of w."""
        rate = self.rate
        squares = self.stayed_squared * (1.0 - 2.0 * rate) + self.weight_squared * rate**2
        return np.asarray(squares / self.weight**2)

    @classmethod
    def add_up(cls, cell: Ints, cells: int, stayed: Flags, propensity: Floats) -> Self:
        """The sums of rows, each in the `cell` of that number; `propensity` is of what was done."""
        weight = 1.0 / propensity
        terms = (np.ones(len(cell)), weight, weight**2, weight * stayed, weight**2 * stayed)
        return cls(*(np.bincount(cell, term, cells).astype(np.float64) for term in terms))


def find_refused(propensity: Floats) -> Flags:
    """Which rows say nothing, because the probability of what was done is missing, not above 0 or
    above 1: nothing is estimated from them.
    """
    return ~((propensity > 0.0) & (propensity <= 1.0))
