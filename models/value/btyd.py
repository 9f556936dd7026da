"""Buy till you die: BG/NBD for how often, gamma-gamma for how much, MBG/NBD for who is still a
customer.

Time is in weeks inside, in days at the edges; spend is in minor units.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.value.predictions import (
    BgNbd,
    GammaGamma,
    alive_probability,
    expected_purchases,
    expected_spend,
    purchase_probability,
    purchase_range,
)

DAYS_A_WEEK: Final = 7.0


@dataclass(frozen=True, eq=False)
class Histories:
    """Customers' pasts, one row per customer: repeat purchase days, days from first to last
    purchase and to the day of scoring, mean spend per repeat purchase (below 0 without one).
    """

    frequency: Floats
    recency_days: Floats
    age_days: Floats
    mean_spend: Floats

    @property
    def weeks(self) -> tuple[Floats, Floats, Floats]:
        """(x, t_x, T) as the count models want them."""
        return self.frequency, self.recency_days / DAYS_A_WEEK, self.age_days / DAYS_A_WEEK


@dataclass(frozen=True, eq=False)
class Expected:
    """What is expected of each customer in a horizon: orders, spend, probability of being a
    customer still, and of at least one order.
    """

    orders: Floats
    spend: Floats
    alive: Floats
    ordering: Floats

    @property
    def spend_if_ordering(self) -> Floats:
        """Expected spend of those who order at all."""
        return np.divide(
            self.spend, self.ordering, out=np.zeros_like(self.spend), where=self.ordering > 0
        )


@dataclass(frozen=True)
class Btyd:
    """The three fitted models of one day."""

    counts: BgNbd
    alive: BgNbd
    spend: GammaGamma

    @property
    def why_not_identified(self) -> str:
        """Empty when counts and spend can both be trusted."""
        reasons = [
            ("counts", self.counts.why_not_identified),
            ("spend", self.spend.why_not_identified),
        ]
        return "; ".join(f"{name}: {why}" for name, why in reasons if why)

    def expected(self, past: Histories, horizon_days: float) -> Expected:
        """Expected orders and spend in the next `horizon_days`, and who orders at all."""
        horizon = horizon_days / DAYS_A_WEEK
        orders = expected_purchases(self.counts, *past.weeks, horizon)
        spend = orders * expected_spend(self.spend, past.frequency, past.mean_spend)
        alive = alive_probability(self.alive, *past.weeks)
        ordering = purchase_probability(self.counts, *past.weeks, horizon)
        return Expected(orders, spend, alive, ordering)

    def spend_range(
        self, past: Histories, horizon_days: float, coverage: float
    ) -> tuple[Floats, Floats]:
        """Range of spend by the model alone, for want of a past to calibrate on."""
        low, high = purchase_range(self.alive, *past.weeks, horizon_days / DAYS_A_WEEK, coverage)
        each = expected_spend(self.spend, past.frequency, past.mean_spend)
        return low * each, high * each

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "counts": asdict(self.counts),
            "alive": asdict(self.alive),
            "spend": asdict(self.spend),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        counts, alive = (
            BgNbd(**{**values[name], "standard_errors": tuple(values[name]["standard_errors"])})
            for name in ("counts", "alive")
        )
        return cls(counts, alive, GammaGamma(**values["spend"]))
