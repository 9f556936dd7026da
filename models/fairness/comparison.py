"""A group beside all others, from sums alone: how far their means lie apart, and how often chance
would part them as far.

Sums stand by stratum: people are compared within theirs, with the weights of Mantel and Haenszel
(1959); one stratum is the plain difference. A p-value is the largest of three. Two are those of a
permutation within strata: by its mean and variance, and with its skewness, too (Pearson type III;
Mielke & Berry 2007). Either alone is wrong in one tail for rare actions and for money, of which
a few have most. The third is that of Welch (1947), for groups that only vary more than the others.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from scipy import special

from holdfast.models.arrays import Flags, Floats

_NOTHING: Final = 1e-12
_STRAIGHT: Final = 1e-4  # below, a skewness changes no figure that is shown


@dataclass(frozen=True, eq=False)
class Sums:
    """By stratum: how many people, and sums of their values, squares and cubes."""

    count: Floats
    total: Floats
    squares: Floats
    cubes: Floats

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.count + other.count,
            self.total + other.total,
            self.squares + other.squares,
            self.cubes + other.cubes,
        )

    def __getitem__(self, strata: Flags) -> "Sums":
        return Sums(*(one[strata] for one in self.parts))

    @property
    def parts(self) -> tuple[Floats, ...]:
        """Count and sums, in order of the fields."""
        return self.count, self.total, self.squares, self.cubes


@dataclass(frozen=True)
class Comparison:
    """Means of a group and of all others, in strata as weighted, with ends of intervals, and the
    p-value of their difference.
    """

    customers: int
    estimate: float
    low: float
    high: float
    others: int
    others_estimate: float
    difference: float
    difference_low: float
    difference_high: float
    p_value: float


def compare(group: Sums, others: Sums, coverage: float, *, is_share: bool) -> Comparison | None:
    """The group beside the others, in strata that hold both; None where there are none, or a sum is
    not known. `is_share` says that all values are 0 or 1.
    """
    held = (group.count > 0) & (others.count > 0)
    group, others = group[held], others[held]
    if not held.any() or not all(np.isfinite(p).all() for p in (group + others).parts):
        return None
    pair = group.count * others.count / (group.count + others.count)
    weight = pair / pair.sum()
    means = [float(weight @ (one.total / one.count)) for one in (group, others)]
    spread = _spread(group + others)
    errors = [weight**2 * _variance(one, spread) / one.count for one in (group, others)]
    counts = [one.count for one in (group, others)]
    gap = means[0] - means[1]
    error, degrees = _satterthwaite(np.concatenate(errors), np.concatenate(counts))
    chances = _permute(group, others), _two_sided(gap, error, degrees)
    own = _satterthwaite(errors[0], counts[0])
    if is_share and held.sum() == 1:
        low, high = wilson(means[0], counts[0].sum(), coverage)
        difference = _newcombe(means, [count.sum() for count in counts], coverage)
    else:
        low, high = _around(means[0], *own, coverage)
        difference = _around(gap, error, degrees, coverage)
    return Comparison(
        int(counts[0].sum()),
        means[0],
        low,
        high,
        int(counts[1].sum()),
        means[1],
        gap,
        *difference,
        max(chances),
    )


def wilson(share: float, of: float, coverage: float) -> tuple[float, float]:
    """Ends of the score interval of a share (Wilson 1927)."""
    z = float(special.ndtri((1 + coverage) / 2))
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _newcombe(shares: list[float], of: list[float], coverage: float) -> tuple[float, float]:
    """Ends of the interval of a difference of two shares (Newcombe 1998, method 10)."""
    ends = [wilson(share, n, coverage) for share, n in zip(shares, of, strict=True)]
    (low, high), (other_low, other_high) = ends
    gap = shares[0] - shares[1]
    below = sqrt((shares[0] - low) ** 2 + (other_high - shares[1]) ** 2)
    above = sqrt((high - shares[0]) ** 2 + (shares[1] - other_low) ** 2)
    return gap - below, gap + above


def _spread(whole: Sums) -> Floats:
    """Sums of squared deviations from the mean."""
    squares: Floats = np.maximum(whole.squares - whole.total**2 / whole.count, 0.0)
    return squares


def _variance(one: Sums, spread: Floats) -> Floats:
    """Sample variances by stratum; that of everybody in the stratum (with `spread`) where the one
    side is a single person.
    """
    alone = one.count < 2
    own = _spread(one) / np.maximum(one.count - 1, 1)
    return np.where(alone, spread, own)


def _satterthwaite(parts: Floats, counts: Floats) -> tuple[float, float]:
    """The standard error of a sum of independent means, and its degrees of freedom (1946)."""
    variance = float(parts.sum())
    shrink = float((parts**2 / np.maximum(counts - 1, 1)).sum())
    return sqrt(variance), variance**2 / shrink if shrink > 0 else float("inf")


def _around(middle: float, error: float, degrees: float, coverage: float) -> tuple[float, float]:
    half = error * _quantile((1 + coverage) / 2, degrees)
    return middle - half, middle + half


def _two_sided(gap: float, error: float, degrees: float) -> float:
    if error < _NOTHING:
        return 0.0 if abs(gap) > _NOTHING else 1.0
    return 2 * float(special.stdtr(degrees, -abs(gap) / error))


def _quantile(share: float, degrees: float) -> float:
    """Of Student's t, which is normal with degrees without end."""
    known = np.isfinite(degrees)
    return float(special.stdtrit(degrees, share) if known else special.ndtri(share))


def _permute(group: Sums, others: Sums) -> float:
    """The two-sided p-value of the group's total where who is of it is drawn anew within strata."""
    whole = group + others
    n, m, count = group.count, others.count, whole.count
    mean = whole.total / count
    second = _spread(whole)
    third = whole.cubes - 3 * mean * whole.squares + 2 * count * mean**3
    beyond = float((group.total - n * mean).sum())
    variance = float((n * m * second / (count * np.maximum(count - 1, 1))).sum())
    triples = count * np.maximum(count - 1, 1) * np.maximum(count - 2, 1)
    cubed = float(np.where(count > 2, n * m * (m - n) * third / triples, 0.0).sum())
    if variance < _NOTHING**2:
        return 1.0
    at = beyond / sqrt(variance)
    tail = max(float(special.ndtr(-abs(at))), _skewed_tail(at, cubed / variance**1.5))
    return min(1.0, 2 * tail)


def _skewed_tail(at: float, skewness: float) -> float:
    """How often a standardised Pearson III variable lies beyond `at`, on its side."""
    if abs(skewness) < _STRAIGHT:
        return float(special.ndtr(-abs(at)))
    shape = 4 / skewness**2
    end = max(shape + np.sign(skewness) * at * sqrt(shape), 0.0)
    is_upper = at * skewness > 0
    return float(special.gammaincc(shape, end) if is_upper else special.gammainc(shape, end))
