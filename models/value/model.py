"""The value model as data: parameters, trees and interval bands in, amounts out, the same on driver
and workers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.artifacts import Artifacts, pack_values, unpack_values
from holdfast.models.trees.importance import importances
from holdfast.models.trees.nodes import NODES, NodeTable
from holdfast.models.trees.scoring import MISSING, margins
from holdfast.models.value.btyd import Btyd, Expected, Histories
from holdfast.models.value.intervals import Bands
from holdfast.models.value.reconciliation import find_expected_spend, find_value_if_stays

BOOSTED: Final = "boosted"  # on what BTYD expects
BOOSTED_RATE: Final = "boosted_rate"  # on the own past rate, of which BTYD knows nothing
BG_NBD: Final = "bg_nbd"
PAST_RATE: Final = "past_rate"

HISTORY: Final = tuple(
    f"past_{name}"
    for name in ("frequency", "recency_days", "age_days", "mean_spend", "repeat_spend")
)
LEAVING: Final = "churn_probability"  # of no order in the horizon, where it is known
DERIVED: Final = ("btyd_orders", "btyd_spend", "btyd_alive")


@dataclass(frozen=True, eq=False)
class Forecast:
    """Of each customer, for one horizon: expected spend and its interval in minor units, orders,
    P(alive), and the spend if there is an order: NaN where nothing says who leaves, and for every
    horizon but the trained one.
    """

    spend: Floats
    low: Floats
    high: Floats
    orders: Floats
    alive: Floats
    if_stays: Floats


@dataclass(frozen=True, eq=False)
class ValueModel:
    """What is needed to score.

    `basis` says which forecast is used; `level` is what it is multiplied by, but for the own past
    rate; `floor` what trees correct at least, in minor units; `bands` are None where nothing was
    known to calibrate them on; `features` are columns of the frame. `trained_through_on` is the
    newest cut-off whose labels grew trees or calibrated intervals, `evaluated_on` the held-out one;
    `medians` are those of its customers, by input; `card` is for people.
    """

    basis: str
    currency: str
    horizon_days: int
    coverage: float
    btyd: Btyd
    features: tuple[str, ...] = ()
    level: float = 1.0
    floor: float = 0.0
    nodes: NodeTable | None = None
    bands: Bands | None = None
    trained_through_on: date | None = None
    evaluated_on: date | None = None
    medians: Mapping[str, float] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that `forecast` wants in its matrix, in this order."""
        return HISTORY + self.features

    @property
    def example(self) -> dict[str, float]:
        """A row to score that is nobody's: medians of the inputs, 0 where there is none, and no
        LEAVING, which may be missing.
        """
        known = {name: self.medians.get(name, 0.0) for name in self.inputs}
        return known | {LEAVING: float("nan")}

    def answers(self, horizon_days: int, features: Collection[str]) -> bool:
        """Whether it was fitted for this horizon, on features that are still made."""
        return self.horizon_days == horizon_days and set(self.features) <= set(features)

    def expected_spend(self, inputs: Floats) -> Floats:
        """Expected spend in the trained horizon by the model's basis."""
        if self.basis == PAST_RATE:
            return past_rate(inputs, self.horizon_days)
        expected = self.btyd.expected(histories(inputs), self.horizon_days)
        if self.basis == BG_NBD or self.nodes is None:
            return self.level * expected.spend
        offset = expected.spend
        if self.basis == BOOSTED_RATE:
            offset = past_rate(inputs, self.horizon_days)
        shape = np.maximum(margins(self.nodes, self._tree_inputs(inputs, expected)), 0.0)
        return np.asarray(self.level * np.maximum(offset, self.floor) * shape)

    def rate_inputs(self, inputs: Floats) -> dict[str, float]:
        """How much each input, and what BTYD makes of them (DERIVED) where trees correct it, moves
        the factor that trees put on a forecast: mean absolute Shapley contribution; empty without
        trees, since BTYD has parameters and no importances.
        """
        if self.basis not in (BOOSTED_RATE, BOOSTED) or self.nodes is None:
            return {}
        expected = self.btyd.expected(histories(inputs), self.horizon_days)
        return importances(self.nodes, self._tree_inputs(inputs, expected))

    def _tree_inputs(self, inputs: Floats, expected: Expected) -> Floats:
        """The matrix of the trees: the inputs, and beside them DERIVED where they correct BTYD."""
        if self.basis == BOOSTED_RATE:
            return inputs
        derived = np.column_stack([expected.orders, expected.spend, expected.alive])
        return np.hstack([inputs, derived])

    def reconcile(self, inputs: Floats, leaving: Floats) -> tuple[Floats, Floats]:
        """Expected spend in the trained horizon and spend of those who stay, of whom `leaving` says
        how likely they place no order in it; below 0 where that is unknown: NaN is then what they
        spend who stay.
        """
        spend, known = self.expected_spend(inputs), leaving >= 0
        if_stays = np.full(len(spend), np.nan)
        bound = self._spend_if_ordering(inputs)
        if_stays[known] = find_value_if_stays(spend[known], leaving[known], bound[known])
        spend[known] = find_expected_spend(if_stays[known], leaving[known])
        return spend, if_stays

    def order_probability(self, inputs: Floats) -> Floats:
        """Probability of at least one order in the trained horizon, by the purchase model."""
        return self.btyd.expected(histories(inputs), self.horizon_days).ordering

    def _spend_if_ordering(self, inputs: Floats) -> Floats:
        """Expected spend in the trained horizon of those who order in it, by the purchase model;
        without one, at the own past rate with orders that come by chance.
        """
        if self.basis != PAST_RATE:
            return self.btyd.expected(histories(inputs), self.horizon_days).spend_if_ordering
        spend, past = past_rate(inputs, self.horizon_days), histories(inputs)
        orders = past.frequency / np.maximum(past.age_days, 1.0) * self.horizon_days
        return np.divide(spend, -np.expm1(-orders), out=np.zeros_like(spend), where=orders > 0)

    def forecast(
        self, inputs: Floats, horizon_days: int, leaving: Floats | None = None
    ) -> Forecast:
        """The forecast of a horizon; one that was not trained is stretched as BG/NBD says, interval
        included. `leaving` as `reconcile` wants it; without it nothing is known of who leaves.
        """
        past = histories(inputs)
        unknown = np.full(len(inputs), -1.0)
        spend, if_stays = self.reconcile(inputs, unknown if leaving is None else leaving)
        trained = wanted = self.btyd.expected(past, self.horizon_days)
        if horizon_days != self.horizon_days:
            wanted = self.btyd.expected(past, horizon_days)
            if_stays = np.full(len(spend), np.nan)
        stretch = np.full(len(spend), horizon_days / self.horizon_days)
        if self.basis != PAST_RATE:
            is_known = trained.spend > 0
            stretch = np.divide(wanted.spend, trained.spend, out=stretch, where=is_known)
        if self.bands is not None:
            low, high = self.bands.interval(spend)
            low, high = low * stretch, high * stretch
        else:
            low, high = self.btyd.spend_range(past, horizon_days, self.coverage)
        spend = spend * stretch
        return Forecast(
            spend,
            np.minimum(low, spend),
            np.maximum(high, spend),
            wanted.orders,
            wanted.alive,
            if_stays,
        )

    def to_artifacts(self) -> dict[str, bytes]:
        """JSON, and the node table's own files where there are trees."""
        values = {
            "basis": self.basis,
            "currency": self.currency,
            "horizon_days": self.horizon_days,
            "coverage": self.coverage,
            "features": list(self.features),
            "level": self.level,
            "floor": self.floor,
            "btyd": self.btyd.to_json(),
            "bands": self.bands.to_json() if self.bands else None,
            "trained_through_on": _text(self.trained_through_on),
            "evaluated_on": _text(self.evaluated_on),
            "medians": dict(self.medians),
            "card": dict(self.card),
        }
        return {
            "value.json": pack_values(values),
            **(self.nodes.to_artifacts() if self.nodes else {}),
        }

    @classmethod
    def from_artifacts(cls, artifacts: Artifacts) -> Self:
        """The inverse of `to_artifacts`."""
        values = unpack_values(artifacts["value.json"])
        return cls(
            **{
                **values,
                "features": tuple(values["features"]),
                "trained_through_on": _day(values["trained_through_on"]),
                "evaluated_on": _day(values["evaluated_on"]),
                "btyd": Btyd.from_json(values["btyd"]),
                "bands": Bands.from_json(values["bands"]) if values["bands"] else None,
                "nodes": NodeTable.from_artifacts(artifacts) if NODES in artifacts else None,
            }
        )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def histories(inputs: Floats) -> Histories:
    """The pasts in a matrix whose first columns are HISTORY."""
    return Histories(*(inputs[:, place] for place in range(4)))


def past_rate(inputs: Floats, horizon_days: float) -> Floats:
    """Everybody goes on as before: repeat spend per day since the first purchase, times
    the horizon.
    """
    age, spend = (
        inputs[:, HISTORY.index("past_age_days")],
        inputs[:, HISTORY.index("past_repeat_spend")],
    )
    return np.asarray(np.where(spend == MISSING, 0.0, spend) / np.maximum(age, 1.0) * horizon_days)
