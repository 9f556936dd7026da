"""What share of a customer's orders is of a kind: beta-binomial, so that few orders say little."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import betainc

from holdfast.models.arrays import Floats

_STRENGTHS: Final = (0.5, 200.0)  # orders that the base's share is worth, at least and at most


@dataclass(frozen=True)
class SharePrior:
    """The base's mean share, and how many orders it is worth beside a customer's own."""

    mean: float
    strength: float

    def above(self, share: float, kind: Floats, orders: Floats) -> Floats:
        """Probability that each customer's share is above one."""
        return tail(share, self.mean, self.strength, kind, orders)


def tail(
    share: float | Floats, mean: float | Floats, strength: float, kind: Floats, orders: Floats
) -> Floats:
    """Probability that a share is above one, of a prior of a mean and what it is worth, and of what
    was seen.
    """
    a = strength * mean + kind
    b = strength * (1.0 - mean) + orders - kind
    return np.asarray(1.0 - betainc(a, b, share))


def fit_share(kind: Floats, orders: Floats) -> SharePrior | None:
    """The prior of a base by moments (Kleinman 1973); None where none or all orders are of the
    kind.
    """
    total, of_kind = float(orders.sum()), float(kind.sum())
    if not 0.0 < of_kind < total:
        return None
    mean = of_kind / total
    several = orders > 1
    if not several.any():
        return SharePrior(mean, 1.0)
    size, share = orders[several], kind[several] / orders[several]
    weight = size / size.sum()
    between = float(weight @ np.square(share - mean))
    within = mean * (1.0 - mean)
    noise = float(weight @ (1.0 / size))
    # Var(share) = within (1 + (n - 1) rho) / n, where 1 / rho = strength + 1.
    rho = (between / within - noise) / max(1.0 - noise, 1e-9)
    return SharePrior(mean, _strength(rho))


def fit_strength(pairs: Floats, sizes: Floats, means: Floats) -> float | None:
    """How many lines the base's `means` of many kinds are worth together; None where the base has
    one kind alone, or none.

    `pairs` are, of each customer's lines (`sizes` many), the ordered pairs of one kind: two lines
    of one customer are of one kind more often than any two by the share of 1 / (1 + strength).
    """
    chance, most = float(means @ means), float(means.sum())
    if not most - chance > 0.0:
        return None
    several = sizes > 1
    if not several.any():
        return 1.0
    alike = float((pairs[several] / (sizes[several] - 1.0)).sum() / sizes[several].sum())
    return _strength((alike - chance) / (most - chance))


def _strength(rho: float) -> float:
    return float(np.clip(1.0 / max(rho, 1e-6) - 1.0, *_STRENGTHS))
