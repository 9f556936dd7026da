"""Intervals that hold because they held before: split-conformal, within bands of the forecast.

Vovk et al. (2005), "Algorithmic learning in a random world" (Mondrian conformal prediction). On
customers whose outcome is known and whom the model has not seen, the ratios of outcome to forecast
are read off band by band.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.value.metrics import SMALLEST

FEWEST: Final = 50  # customers in a band


@dataclass(frozen=True, eq=False)
class Bands:
    """`edges` part the forecasts into bands; an interval is [low, high] x the forecast, which is at
    least `floor`.
    """

    coverage: float
    floor: float
    edges: Floats
    low: Floats
    high: Floats

    def interval(self, expected: Floats) -> tuple[Floats, Floats]:
        """Low and high of each forecast. Neither is below 0, and the forecast lies between them."""
        band = np.searchsorted(self.edges, expected, side="right")
        scale = np.maximum(expected, self.floor)
        return np.minimum(self.low[band] * scale, expected), np.maximum(
            self.high[band] * scale, expected
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        arrays = {name: getattr(self, name).tolist() for name in ("edges", "low", "high")}
        return {"coverage": self.coverage, "floor": self.floor, **arrays}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        arrays = {name: np.asarray(values[name], np.float64) for name in ("edges", "low", "high")}
        return cls(coverage=values["coverage"], floor=values["floor"], **arrays)


def fit(expected: Floats, actual: Floats, coverage: float, bands: int) -> Bands:
    """Bands with equal numbers of customers, fewer where one would hold too few. Raises ValueError
    for no rows.
    """
    if not len(expected):
        raise ValueError("intervals need customers whose outcome is known")
    count = max(1, min(bands, len(expected) // FEWEST))
    floor = max(SMALLEST * float(expected.mean()), 1e-9)
    edges = np.unique(np.quantile(expected, np.arange(1, count) / count))
    band = np.searchsorted(edges, expected, side="right")
    ratios = actual / np.maximum(expected, floor)
    ends = [_ends(np.sort(ratios[band == number]), coverage) for number in range(len(edges) + 1)]
    low, high = np.array(ends).T
    return Bands(coverage, floor, edges, low, high)


def _ends(ratios: Floats, coverage: float) -> tuple[float, float]:
    """Ends between which a new ratio falls with probability `coverage`.

    Each tail would miss half of the rest; but where many bought nothing the lower end is 0 and
    misses nobody, so what it leaves is given to the upper one. Otherwise such bands would cover too
    much.
    """
    n = len(ratios)
    if n == 0:
        return 0.0, 1.0
    rank = int((n + 1) * (1.0 - coverage) / 2.0)
    low = max(float(ratios[rank - 1]), 0.0) if rank else 0.0
    missed = float((ratios < low).mean())
    upper = min(int(np.ceil((n + 1) * (coverage + missed))), n)
    return low, max(float(ratios[upper - 1]), low)
