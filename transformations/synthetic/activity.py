"""What the people of a block do day by day: orders with their lines, refunds, visits, messages,
tickets, surveys.

Everything follows from the phase of the day: the signs of a grievance show before the customer
leaves, with noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.customer_behaviour import (
    AGGRIEVED,
    APPETITE,
    CAUSES,
    CONTENT,
    KEPT,
    LEFT,
    REFUNDED,
    Fates,
    season,
)
from holdfast.transformations.synthetic.generator import Flags, Floats, Ints, SyntheticRetailer

# Happenings a year: content, aggrieved, and aggrieved for one cause where that differs.
HABITS: Final[Mapping[str, tuple[float, float, Mapping[str, float]]]] = {
    "visit": (15.0, 6.0, {}),
    "price_view": (2.0, 2.0, {"price": 18.0}),
    "competitor": (0.3, 0.3, {"price": 5.0}),
    "core_use": (16.0, 11.0, {"feature": 2.0}),
    "adopted": (2.2, 1.2, {"feature": 0.1}),
    "community": (1.2, 0.6, {}),
    "message": (13.0, 13.0, {}),
    "ticket": (0.45, 0.6, {"service": 7.0, "quality": 4.5, "price": 1.8, "feature": 2.0}),
    "survey": (0.9, 0.9, {"service": 2.0, "quality": 2.5}),
}
DISCOUNTED: Final = np.array(
    [0.10, 0.50, 0.22, 0.10, 0.28]
)  # share of orders with a discount, by segment
CHANNELS: Final = ("web", "app", "pos")
PRODUCTS: Final = 300
_TYPICAL: Final = np.array([0.46, 0.2, 0.34])


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders in order of time, their lines (`line_order` numbers the order), and refunds of whole
    orders (-1 for none).

    Money in cents; `cancelled` is the second after the order at which it was cancelled, -1 for
    never.
    """

    person: Ints
    day: Ints
    second: Ints
    channel: Ints
    discount: Ints
    coupon: Flags
    cancelled: Ints
    refunded: Ints
    line_order: Ints
    line_product: Ints
    line_quantity: Ints
    line_net: Ints
    line_discount: Ints


@dataclass(frozen=True, eq=False)
class Happenings:
    """When something happened to whom, in order of time, and the person's phase on that day."""

    person: Ints
    day: Ints
    second: Ints
    phase: Ints

    def __len__(self) -> int:
        return len(self.person)


def phases(fate: Fates, retailer: SyntheticRetailer) -> Ints:
    """Phase of each person on each day."""
    return fate.phase(np.arange(retailer.days))


def happenings(
    retailer: SyntheticRetailer, block: int, name: str, fate: Fates, phase: Ints, liveliness: Floats
) -> Happenings:
    """Draw the happenings of one habit; `liveliness` is each person's own factor."""
    content, aggrieved, special = HABITS[name]
    by_cause = np.array([special.get(cause, aggrieved) for cause in CAUSES])[fate.cause]
    after = (
        content if name == "message" else 0.0
    )  # a shop goes on writing to those who left: it does not know
    rate = (
        np.where(
            phase == CONTENT,
            content,
            np.where(phase == AGGRIEVED, by_cause[:, None], np.where(phase == LEFT, after, 0.0)),
        )
        * liveliness[:, None]
        / 365
    )
    random = retailer.random(block, name)
    person, day = _drawn(random.poisson(rate))
    return Happenings(
        person, day, random.integers(6 * 3600, 23 * 3600, len(person)), phase[person, day]
    )


def _drawn(counts: Ints) -> tuple[Ints, Ints]:
    person, day = np.nonzero(counts)
    times = counts[person, day]
    person, day = np.repeat(person, times), np.repeat(day, times)
    order = np.lexsort((person, day))
    return person[order], day[order]


def orders(retailer: SyntheticRetailer, block: int, fate: Fates, phase: Ints) -> Orders:
    """Draw the orders of a block."""
    random = retailer.random(block, "orders")
    appetite = np.where(phase == CONTENT, 1.0, np.where(phase == AGGRIEVED, APPETITE, 0.0))
    person, day = _drawn(
        random.poisson(fate.rate[:, None] * season(np.arange(retailer.days))[None, :] * appetite)
    )
    n = len(person)
    aggrieved = phase[person, day] == AGGRIEVED
    favourite = random.choice(3, size=len(fate.rate), p=_TYPICAL)
    channel = np.where(
        random.random(n) < 0.82, favourite[person], random.choice(3, size=n, p=_TYPICAL)
    )
    net = np.maximum(
        np.rint(100 * fate.order_value[person] * np.exp(random.normal(0, 0.3, n) - 0.3**2 / 2)), 300
    )
    price = (fate.cause[person] == CAUSES.index("price")) & aggrieved
    is_cheap = random.random(n) < np.where(price, 0.85, DISCOUNTED[fate.segment[person]])
    discount = np.where(is_cheap, np.rint(net * random.uniform(0.08, 0.3, n)), 0).astype(np.int64)
    quality = (fate.cause[person] == CAUSES.index("quality")) & aggrieved
    refunded = np.where(
        random.random(n) < REFUNDED[quality.astype(np.int64)], random.integers(3, 15, n), -1
    )
    cancelled = np.where(random.random(n) < 1 - KEPT, random.integers(600, 86_400, n), -1)
    lines = 1 + random.poisson(0.7, n)
    line_order = np.repeat(np.arange(n), lines)
    return Orders(
        person,
        day,
        random.integers(6 * 3600, 23 * 3600, n),
        channel,
        discount,
        is_cheap & (random.random(n) < 0.5),
        cancelled,
        np.where(cancelled >= 0, -1, refunded),
        line_order,
        random.integers(0, PRODUCTS, len(line_order)),
        1 + random.poisson(0.3, len(line_order)),
        _divided(random, net.astype(np.int64), lines),
        _divided(random, discount, lines),
    )


def _divided(random: np.random.Generator, total: Ints, parts: Ints) -> Ints:
    """Each total in random parts that sum to it to the cent."""
    owner = np.repeat(np.arange(len(total)), parts)
    weight = random.uniform(0.3, 1.0, len(owner))
    share = np.floor(total[owner] * weight / np.bincount(owner, weight, len(total))[owner]).astype(
        np.int64
    )
    rest = total - np.bincount(owner, share, len(total)).astype(np.int64)
    first = np.cumsum(parts) - parts
    share[first] += rest
    return share
