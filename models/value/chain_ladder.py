"""What the rest of a triangle will hold, by chain ladder.

Rows are cohorts, columns their age. Of all cohorts that have reached an age the total up to it is
divided by their total up to the age before; each younger cohort grows by these factors (Mack 1993,
"Distribution-free calculation of the standard error of chain ladder reserve estimates").
"""

import numpy as np

from holdfast.models.arrays import Flags, Floats


def project_triangle(increments: Floats) -> Floats:
    """The expected increments of the cells that are NaN, NaN elsewhere.

    `increments` has one row per cohort and one column per age, NaN from the first age on that is
    not observed. A cohort of which nothing is observed has no projection, nor has an age from a
    total of 0 or less on.
    """
    is_observed = ~np.isnan(increments)
    totals = np.cumsum(np.where(is_observed, increments, 0.0), axis=1)
    factors = _find_factors(totals, is_observed)
    projected = np.full(increments.shape, np.nan)
    for cohort, reached in enumerate(is_observed.sum(axis=1)):
        if reached:
            growth = np.cumprod(factors[reached - 1 :])
            total = totals[cohort, reached - 1]
            projected[cohort, reached:] = np.diff(total * growth, prepend=total)
    return projected


def _find_factors(totals: Floats, is_observed: Flags) -> Floats:
    """By how much totals grow from each age to the next; NaN where nothing says it."""
    both = is_observed[:, 1:]
    before = np.where(both, totals[:, :-1], 0.0).sum(axis=0)
    after = np.where(both, totals[:, 1:], 0.0).sum(axis=0)
    factors = np.full(before.shape, np.nan)
    np.divide(after, before, out=factors, where=before > 0)
    return factors
