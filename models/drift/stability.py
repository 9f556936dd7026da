"""One test over all features: are customers of today drawn from what the reference days were?

Of each feature the mean midrank among known values is compared, and the share of each cell, between
halves of the customers that have nobody in common. Month firsts differ by themselves, by season and
growth: how far the reference days lie from each other beyond chance is part of what today may
differ by (a random effect of the day; degrees of freedom by Satterthwaite 1946). Bonferroni's bound
over features holds however they depend on each other.
"""

from collections.abc import Iterable
from math import pi, sqrt
from typing import Final

import numpy as np
from scipy import stats

from holdfast.models.arrays import Floats
from holdfast.models.drift.cells import Counts

POWER: Final = 0.99
_TESTS: Final = 2  # of a feature: where its values lie, and its cells
_EFFICIENCY: Final = 3 / pi  # of midranks against means where a feature is normal
_NOTHING: Final = 1e-12


def rate_features(counts: Iterable[Counts]) -> Floats:
    """The p-value of each feature, adjusted for their number: the smallest is that of all together.

    1 for features that are the same for everybody, which count as none.
    """
    found = np.array([rate_feature(one) for one in counts])
    varied = np.isfinite(found)
    return np.where(varied, np.minimum(found * varied.sum(), 1.0), 1.0)


def rate_feature(counts: Counts) -> float:
    """The p-value of one feature by itself; NaN where it is the same for everybody."""
    known, pooled = counts.known, counts.half_before + counts.half_today
    filled = pooled > 0
    if filled.sum() < _TESTS:
        return float("nan")
    location = compare_means(_midranks(known.half_before + known.half_today)[None, :], known)
    shares = compare_means(np.eye(len(pooled))[filled], counts)
    return float(min(1.0, _TESTS * location[0], _TESTS * len(shares) * shares.min()))


def compare_means(scores: Floats, counts: Counts) -> Floats:
    """Two-sided p-values of the gap between today and the reference in the mean of each of
    `scores`, which has a row per statistic and a column per cell.
    """
    before, now = counts.half_before.sum(), counts.half_today.sum()
    if not before or not now:
        return np.ones(len(scores))
    pooled = (counts.half_before + counts.half_today) / (before + now)
    spread = scores**2 @ pooled - (scores @ pooled) ** 2
    moved, freedom = _movement(scores, counts.days, spread)
    variance = np.maximum(spread * (1 / before + 1 / now) + moved, _NOTHING**2)
    gap = scores @ (counts.half_today / now - counts.half_before / before)
    # chance has no end of degrees of freedom, the movement of days has those of the days
    degrees = freedom * (variance / np.maximum(moved, _NOTHING**2)) ** 2
    return np.where(spread > _NOTHING, 2 * stats.t.sf(np.abs(gap) / np.sqrt(variance), degrees), 1)


def _movement(scores: Floats, days: Floats, spread: Floats) -> tuple[Floats, int]:
    """The variance that the movement of days adds to the gap between one and the mean of the
    others, and the degrees of freedom it is known to.
    """
    seen = days[days.sum(axis=1) > 0]
    if len(seen) < _TESTS:
        return np.zeros(len(scores)), 1
    sizes = seen.sum(axis=1)
    means = seen @ scores.T / sizes[:, None]
    beyond_chance = means.var(axis=0, ddof=1) - spread * np.mean(1 / sizes)
    return np.maximum(beyond_chance, 0.0) * (1 + 1 / len(seen)), len(seen) - 1


def _midranks(pooled: Floats) -> Floats:
    """Of each cell the share of customers below it and half of those in it."""
    return np.asarray((np.cumsum(pooled) - pooled / 2) / max(pooled.sum(), 1.0))


def find_smallest_shift(before: float, now: float, features: int, false_alarms: float) -> float:
    """By how many standard deviations a normal feature, one of so many, must shift to be found with
    probability POWER, with so many customers before and now and no movement of days.
    """
    tests = _TESTS * max(features, 1)
    reach = stats.norm.isf(false_alarms / tests / 2) + stats.norm.ppf(POWER)
    return float(reach * sqrt((1 / max(before, 1) + 1 / max(now, 1)) / _EFFICIENCY))
