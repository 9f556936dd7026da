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

    def mean_of(self, kind: Floats, orders: Floats) -> Floats:
        """Posterior mean share of each customer."""
        return (self.strength * self.mean + kind) / (self.strength + orders)

    def above(self, share: float, kind: Floats, orders: Floats) -> Floats:
        """Probability that each customer's share is above one."""
        a = self.strength * self.mean + kind
        b = self.strength * (1.0 - self.mean) + orders - kind
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
    strength = 1.0 / max(rho, 1e-6) - 1.0
    return SharePrior(mean, float(np.clip(strength, *_STRENGTHS)))
