"""Customers of known groups, drawn from the model's own story."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from holdfast.models.arrays import Ints
from holdfast.models.segments.mixture import Behaviour

WATCHED: Final = 730.0
ORDER_VARIANCE: Final = 0.09


def draw(
    groups: Sequence[tuple[float, float, float]], each: int, seed: int = 1
) -> tuple[Behaviour, Ints]:
    """Customers of groups (orders a year, mean log value, discounted share), and their groups."""
    random = np.random.default_rng(seed)
    member = np.repeat(np.arange(len(groups)), each)
    pace, value, discounted = np.array(groups).T[:, member]
    rate = pace / 365.0 * random.gamma(2.0, 0.5, len(member))
    repeats, span, silence = (np.zeros(len(member)) for _ in range(3))
    for one, own in enumerate(rate):
        gaps = random.exponential(1.0 / own, 400).cumsum()
        seen = gaps[gaps < WATCHED]
        repeats[one] = len(seen)
        span[one] = seen[-1] if len(seen) else 0.0
        silence[one] = WATCHED - span[one]
    orders = repeats + 1.0
    centre = random.normal(value, 0.2)
    behaviour = Behaviour(
        repeats=repeats,
        span=span,
        silence=silence,
        valued=orders,
        log_value=random.normal(centre, np.sqrt(ORDER_VARIANCE / orders)),
        orders=orders,
        discounted=random.binomial(orders.astype(int), discounted).astype(float),
        order_variance=ORDER_VARIANCE,
    )
    return behaviour, member
