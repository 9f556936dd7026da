"""How many leavers probabilities expect, and between which numbers chance puts them.

The count of leavers follows a Poisson-binomial law. Its mean, variance and third central moment are
sums over customers, so they can be added over any groups, in Spark as on the driver; the refined
normal approximation needs no more. Hong (2013), "On computing the distribution function for the
Poisson binomial distribution", section 2.4.
"""

from dataclasses import dataclass, replace
from math import ceil, erf, exp, floor, pi, sqrt
from typing import Final, Self

from holdfast.models.arrays import Floats

COVERAGE: Final = 0.95


@dataclass(frozen=True)
class Leavers:
    """Customers who are asked about, and the central moments of how many of them leave."""

    customers: int
    expected: float
    variance: float
    third: float

    def under(self, level_spread: float) -> Self:
        """The same where the level of all log-odds is itself known to that standard deviation only:
        raising it by one unit adds `variance` leavers, to first order.
        """
        return replace(self, variance=self.variance + (level_spread * self.variance) ** 2)

    @classmethod
    def of(cls, probability: Floats) -> Self:
        """The leavers of customers with these probabilities."""
        spread = probability * (1 - probability)
        third = spread * (1 - 2 * probability)
        sums = (float(part.sum()) for part in (probability, spread, third))
        return cls(len(probability), *sums)

    def interval(self, coverage: float = COVERAGE) -> tuple[int, int]:
        """The least and the most leavers that chance alone makes, each tail left out alike."""
        tail = (1 - coverage) / 2
        return self._quantile(tail), self._quantile(1 - tail)

    def _quantile(self, level: float) -> int:
        """The smallest number of leavers with at least `level` of the probability at or below."""
        if self.variance <= 0:
            return round(self.expected)
        reach = 10 * sqrt(self.variance) + 1
        low = max(floor(self.expected - reach), 0)
        high = min(ceil(self.expected + reach), self.customers)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._reached(middle) >= level else (middle + 1, high)
        return low

    def _reached(self, leavers: int) -> float:
        """Probability of that many leavers or fewer."""
        sigma = sqrt(self.variance)
        z = (leavers + 0.5 - self.expected) / sigma
        skew = self.third / sigma**3
        density = exp(-(z**2) / 2) / sqrt(2 * pi)
        return (1 + erf(z / sqrt(2))) / 2 + skew * (1 - z**2) * density / 6
