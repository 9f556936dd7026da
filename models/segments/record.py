"""The model of record of segments: a row of numbers per group, in gold.segment_profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from holdfast.models.segments.mixture import Mixture
from holdfast.transformations.tables.gold.segments import PARAMETER_DECIMALS


@dataclass(frozen=True, eq=False)
class Segments:
    """Groups with their names, the day of their fit, and the variance among a customer's orders."""

    mixture: Mixture
    names: tuple[str, ...]
    fitted_on: date
    order_variance: float

    def to_rows(self) -> list[dict[str, Any]]:
        """One row per segment, numbers as decimals."""
        mixture = self.mixture
        return [
            {
                "segment_number": number,
                "segment": name,
                "fitted_on": self.fitted_on,
                "weight": _exact(mixture.weight[number]),
                "rate_shape": _exact(mixture.rate_shape[number]),
                "rate_scale": _exact(mixture.rate_scale[number]),
                "centre": _exact(mixture.centre[number]),
                "variance": _exact(mixture.variance[number]),
                "beta_a": _exact(mixture.beta[number, 0]),
                "beta_b": _exact(mixture.beta[number, 1]),
                "dropout": _exact(mixture.dropout),
                "order_variance": _exact(self.order_variance),
            }
            for number, name in enumerate(self.names)
        ]

    def round(self) -> "Segments":
        """As its rows give it back: what labels must follow from."""
        return read_segments(self.to_rows())


def read_segments(rows: Sequence[Mapping[str, Any]]) -> Segments:
    """The segments of `to_rows`."""
    ordered = sorted(rows, key=lambda row: int(row["segment_number"]))
    numbers = {
        name: np.array([float(row[name]) for row in ordered])
        for name in ("weight", "rate_shape", "rate_scale", "centre", "variance", "beta_a", "beta_b")
    }
    first = ordered[0]
    mixture = Mixture(
        numbers["weight"],
        numbers["rate_shape"],
        numbers["rate_scale"],
        numbers["centre"],
        numbers["variance"],
        np.stack([numbers["beta_a"], numbers["beta_b"]], axis=1),
        float(first["dropout"]),
    )
    names = tuple(str(row["segment"]) for row in ordered)
    return Segments(mixture, names, first["fitted_on"], float(first["order_variance"]))


def _exact(value: Any) -> Decimal:
    return round(Decimal(float(value)), PARAMETER_DECIMALS)
