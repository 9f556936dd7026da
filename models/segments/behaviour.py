"""Rows of habits as the models read them, from Arrow or pandas."""

from typing import Any

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.segments.gaps import HALF_A_DAY, Gaps
from holdfast.models.segments.mixture import Behaviour


def read_gaps(habits: Any, as_of: np.datetime64) -> Gaps:
    """Gaps of the rows of one day."""
    count = habits["gaps"].to_numpy()
    return Gaps(
        count,
        habits["gap_days"].to_numpy() - HALF_A_DAY * count,
        habits["log_gap_days"].to_numpy(),
        np.maximum(_days_since(habits, as_of) - HALF_A_DAY, 0.0),
    )


def read_behaviour(habits: Any, as_of: np.datetime64, order_variance: float) -> Behaviour:
    """What groups differ in, of the rows of one day."""
    valued = habits["valued_orders"].to_numpy()
    return Behaviour(
        repeats=habits["gaps"].to_numpy(),
        span=habits["gap_days"].to_numpy(),
        silence=_days_since(habits, as_of),
        valued=valued,
        log_value=habits["log_value"].to_numpy() / np.maximum(valued, 1.0),
        orders=habits["orders"].to_numpy(),
        discounted=habits["discounted_orders"].to_numpy(),
        order_variance=order_variance,
    )


def fit_order_variance(habits: Any) -> float:
    """Variance of the logarithm of the value among orders of one customer, of all together."""
    orders, total, squared = (
        habits[name].to_numpy() for name in ("valued_orders", "log_value", "log_value_squared")
    )
    within = squared - np.square(total) / np.maximum(orders, 1.0)
    free = float(np.maximum(orders - 1.0, 0.0).sum())
    return max(float(within.sum()) / free, 0.01) if free else 1.0


def _days_since(habits: Any, as_of: np.datetime64) -> Floats:
    last = habits["last_on"].to_numpy().astype("datetime64[D]")
    return np.asarray((as_of - last).astype(float))
