"""Buy till you die: BG/NBD for how often, gamma-gamma for how much, MBG/NBD for who is still a
customer.

Time is in weeks inside, in days at the edges; spend is in minor units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.value import bg_nbd, gamma_gamma
from holdfast.models.value.bg_nbd import BgNbd, Cells
from holdfast.models.value.gamma_gamma import GammaGamma, SpendCells
from holdfast.models.value.predictions import alive_probability, expected_purchases, purchase_range

DAYS_A_WEEK: Final = 7.0


@dataclass(frozen=True, eq=False)
class Histories:
    """Customers' pasts, one row per customer: repeat purchase days, days from first to last
    purchase and to the day of scoring, mean spend a repeat purchase (0 or less without one).
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
    customer still.
    """

    orders: Floats
    spend: Floats
    alive: Floats


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
        """Expected orders and spend in the next `horizon_days`."""
        horizon = horizon_days / DAYS_A_WEEK
        orders = expected_purchases(self.counts, *past.weeks, horizon)
        spend = orders * gamma_gamma.expected_spend(self.spend, past.frequency, past.mean_spend)
        return Expected(orders, spend, alive_probability(self.alive, *past.weeks))

    def spend_range(
        self, past: Histories, horizon_days: float, coverage: float
    ) -> tuple[Floats, Floats]:
        """Range of spend by the model alone, for want of a past to calibrate on."""
        low, high = purchase_range(self.alive, *past.weeks, horizon_days / DAYS_A_WEEK, coverage)
        each = gamma_gamma.expected_spend(self.spend, past.frequency, past.mean_spend)
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


def fit(cells: Mapping[str, Floats]) -> Btyd:
    """Fit on the purchase cells of one day and currency, columns of features.purchase_cells. Never
    raises.

    A cell enters with the means of its customers, so that whole weeks lose only second-order terms.
    """
    (x, _, _), (people, last, age) = _grouped(
        cells,
        ("frequency", "recency_weeks", "age_weeks"),
        ("customers", "recency_days", "age_days"),
    )
    days = people * DAYS_A_WEEK
    counted = Cells.of(x, last / days, age / days, people)
    (bought, _), (spenders, log_spend) = _grouped(
        cells, ("frequency", "spend_bin"), ("spenders", "log_spend")
    )
    known = spenders > 0
    spent = SpendCells.of(bought[known], log_spend[known] / spenders[known], spenders[known])
    return Btyd(
        bg_nbd.fit(counted), bg_nbd.fit(counted, leaves_at_first=True), gamma_gamma.fit(spent)
    )


def _grouped(
    cells: Mapping[str, Floats], keys: Sequence[str], sums: Sequence[str]
) -> tuple[Floats, list[Floats]]:
    """Distinct keys in ascending order, one row per key column, and the sums that
    belong to them.
    """
    columns = np.stack([np.asarray(cells[name], np.float64) for name in keys])
    distinct, index = np.unique(columns, axis=1, return_inverse=True)
    index = index.ravel()
    return distinct, [
        np.bincount(index, cells[name], distinct.shape[1]).astype(np.float64) for name in sums
    ]
