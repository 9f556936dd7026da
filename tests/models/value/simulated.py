"""Customers simulated from BG/NBD and gamma-gamma: purchases drawn one by one, nothing taken from
the code under test.
"""

from dataclasses import dataclass

import numpy as np

from holdfast.models.arrays import Flags, Floats


@dataclass(frozen=True)
class Customers:
    """Of each customer: x, t_x and age in weeks, mean spend (0 without repeat), and the future:
    orders and spend.
    """

    x: Floats
    t_x: Floats
    age: Floats
    mean_spend: Floats
    is_alive: Flags
    future_orders: Floats
    future_spend: Floats


def simulate(
    seed: int,
    customers: int,
    counts: tuple[float, float, float, float],
    spend: tuple[float, float, float],
    horizon: float = 13.0,
    *,
    leaves_at_first: bool = False,
) -> Customers:
    """Buying histories of 26 to 104 weeks; after each repeat purchase (and the first, if asked) one
    may leave.
    """
    random = np.random.default_rng(seed)
    r, alpha, a, b = counts
    p, q, v = spend
    age = random.uniform(26, 104, customers)
    rate = random.gamma(r, 1 / alpha, customers)
    leaves = random.beta(a, b, customers)
    shape = random.gamma(q, 1 / v, customers)
    now = np.zeros(customers)
    x, t_x, total, orders, later = (np.zeros(customers) for _ in range(5))
    buying = np.ones(customers, bool) if not leaves_at_first else random.random(customers) >= leaves
    left_at = np.where(buying, np.inf, 0.0)
    while buying.any():
        now = now + random.exponential(1 / np.maximum(rate, 1e-12))
        amount = random.gamma(p, 1 / shape)
        seen, coming = buying & (now <= age), buying & (now > age) & (now <= age + horizon)
        x += seen
        t_x = np.where(seen, now, t_x)
        total += np.where(seen, amount, 0.0)
        orders += coming
        later += np.where(coming, amount, 0.0)
        gone = (seen | coming) & (random.random(customers) < leaves)
        left_at = np.where(gone, now, left_at)
        buying &= ~gone & (now <= age + horizon)
    mean = np.where(x > 0, total / np.maximum(x, 1), 0.0)
    return Customers(x, t_x, age, mean, left_at > age, orders, later)


def cells(past: Customers) -> dict[str, Floats]:
    """One row per customer in the columns of features.purchase_cells."""
    spends = (past.x > 0) & (past.mean_spend > 0)
    logs = np.log(np.where(spends, past.mean_spend, 1.0))
    return {
        "frequency": past.x,
        "recency_weeks": np.floor(past.t_x),
        "age_weeks": np.floor(past.age),
        "spend_bin": np.where(spends, np.floor(logs / 0.01), -1),
        "customers": np.ones(len(past.x)),
        "recency_days": past.t_x * 7,
        "age_days": past.age * 7,
        "spenders": spends.astype(float),
        "log_spend": logs,
    }
