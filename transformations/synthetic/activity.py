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
    Lifecycles,
    season_factor,
)
from holdfast.transformations.synthetic.retailer import Flags, Floats, Ints, SyntheticRetailer

# Events per year: content, aggrieved, and aggrieved for one cause where that differs.
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
DISCOUNTED: Final = np.array([0.10, 0.50, 0.22, 0.10, 0.28])  # share of orders, by segment
CHANNELS: Final = ("web", "app", "pos")
PRODUCTS: Final = 300
LAST_SECOND: Final = 86_400  # of a day: what would come later does not
CHANNEL_SHARES: Final = np.array([0.46, 0.2, 0.34])
_FAVOURITE_SHARE: Final = 0.82  # of orders come by the customer's favourite channel


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders in order of time, their lines (`line_order` numbers the order), and refunds of whole
    orders (-1 for none); `favourite` is each person's channel, by its place in CHANNELS.

    Money in cents; `cancelled` is the second after the order at which it was cancelled, -1 for
    never.
    """

    favourite: Ints
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

    def __len__(self) -> int:
        return len(self.person)

    @property
    def net(self) -> Ints:
        """Cents of each order's lines together."""
        return np.bincount(self.line_order, self.line_net, len(self)).astype(np.int64)

    @property
    def is_real(self) -> Flags:
        """Whether each was placed: some never came to be for what a treatment did."""
        return np.asarray(self.second < LAST_SECOND)


@dataclass(frozen=True, eq=False)
class Events:
    """When something happened to whom, in order of time, and the person's phase on that day."""

    person: Ints
    day: Ints
    second: Ints
    phase: Ints

    def __len__(self) -> int:
        return len(self.person)

    @property
    def is_aggrieved(self) -> Flags:
        """Whether the person had a grievance on that day."""
        return np.asarray(self.phase == AGGRIEVED)

    @property
    def is_real(self) -> Flags:
        """Whether each happened, as for orders."""
        return np.asarray(self.second < LAST_SECOND)


def draw_events(
    retailer: SyntheticRetailer,
    block: int,
    habit: str,
    lifecycles: Lifecycles,
    phase: Ints,
    liveliness: Floats,
) -> Events:
    """Draw the events of one habit; `phase` is by person and day, `liveliness` each person's own
    factor.
    """
    rates = event_rates(habit, lifecycles, phase, liveliness)
    return draw_events_at(retailer.random(block, habit), rates, phase)


def event_rates(habit: str, lifecycles: Lifecycles, phase: Ints, liveliness: Floats) -> Floats:
    """Expected events of a habit by person and day."""
    content, aggrieved, special = HABITS[habit]
    by_cause = np.array([special.get(cause, aggrieved) for cause in CAUSES])[lifecycles.cause]
    # A shop goes on writing to those who left: it does not know.
    after = content if habit == "message" else 0.0
    per_year = np.where(
        phase == CONTENT,
        content,
        np.where(phase == AGGRIEVED, by_cause[:, None], np.where(phase == LEFT, after, 0.0)),
    )
    return np.asarray(per_year * liveliness[:, None] / 365)


def draw_events_at(random: np.random.Generator, rates: Floats, phase: Ints) -> Events:
    """Events at these rates by person and day."""
    person, day = _expand_counts(random.poisson(rates))
    return Events(
        person, day, random.integers(6 * 3600, 23 * 3600, len(person)), phase[person, day]
    )


def _expand_counts(counts: Ints) -> tuple[Ints, Ints]:
    """Person and day of each of the `counts` by person and day, in order of days."""
    person, day = np.nonzero(counts)
    times = counts[person, day]
    person, day = np.repeat(person, times), np.repeat(day, times)
    order = np.lexsort((person, day))
    return person[order], day[order]


def draw_orders(
    retailer: SyntheticRetailer, block: int, lifecycles: Lifecycles, phase: Ints
) -> Orders:
    """Draw the orders of a block; `phase` is by person and day."""
    random = retailer.random(block, "orders")
    counts = random.poisson(order_rates(lifecycles, phase))
    favourite = random.choice(len(CHANNELS), size=len(phase), p=CHANNEL_SHARES)
    return draw_order_details(random, lifecycles, phase, counts, favourite)


def draw_order_details(
    random: np.random.Generator,
    lifecycles: Lifecycles,
    phase: Ints,
    counts: Ints,
    favourite: Ints,
) -> Orders:
    """Draw what is in the orders of which there are `counts`, by person and day."""
    person, day = _expand_counts(counts)
    n = len(person)
    cause, is_aggrieved = lifecycles.cause[person], phase[person, day] == AGGRIEVED
    channel = _draw_channels(random, favourite[person])
    noise = np.exp(random.normal(0, 0.3, n) - 0.3**2 / 2)
    net = np.maximum(np.rint(100 * lifecycles.order_value[person] * noise), 300)
    is_price = (cause == CAUSES.index("price")) & is_aggrieved
    is_cheap = random.random(n) < np.where(is_price, 0.85, DISCOUNTED[lifecycles.segment[person]])
    discount = np.where(is_cheap, np.rint(net * random.uniform(0.08, 0.3, n)), 0).astype(np.int64)
    is_quality = (cause == CAUSES.index("quality")) & is_aggrieved
    is_refunded = random.random(n) < REFUNDED[is_quality.astype(np.int64)]
    refunded = np.where(is_refunded, random.integers(3, 15, n), -1)
    cancelled = np.where(random.random(n) < 1 - KEPT, random.integers(600, 86_400, n), -1)
    lines = 1 + random.poisson(0.7, n)
    line_order = np.repeat(np.arange(n), lines)
    return Orders(
        favourite=favourite,
        person=person,
        day=day,
        second=random.integers(6 * 3600, 23 * 3600, n),
        channel=channel,
        discount=discount,
        coupon=is_cheap & (random.random(n) < 0.5),
        cancelled=cancelled,
        refunded=np.where(cancelled >= 0, -1, refunded),
        line_order=line_order,
        line_product=random.integers(0, PRODUCTS, len(line_order)),
        line_quantity=1 + random.poisson(0.3, len(line_order)),
        line_net=_split_totals(random, net.astype(np.int64), lines),
        line_discount=_split_totals(random, discount, lines),
    )


def order_rates(lifecycles: Lifecycles, phase: Ints) -> Floats:
    """Expected orders by person and day."""
    appetite = np.where(phase == CONTENT, 1.0, np.where(phase == AGGRIEVED, APPETITE, 0.0))
    season = season_factor(np.arange(phase.shape[1]))
    return np.asarray(lifecycles.rate[:, None] * season[None, :] * appetite)


def expect_channel_share(favourite: Ints, channel: int) -> Floats:
    """Share of the orders of people with these favourites that come by a channel."""
    other = (1 - _FAVOURITE_SHARE) * CHANNEL_SHARES[channel]
    return np.asarray(_FAVOURITE_SHARE * (favourite == channel) + other)


def _draw_channels(random: np.random.Generator, favourite: Ints) -> Ints:
    """The channel of each order, which mostly is its person's favourite."""
    is_favourite = random.random(len(favourite)) < _FAVOURITE_SHARE
    other = random.choice(len(CHANNELS), size=len(favourite), p=CHANNEL_SHARES)
    return np.where(is_favourite, favourite, other)


def _split_totals(random: np.random.Generator, total: Ints, parts: Ints) -> Ints:
    """Each total in random parts that sum to it to the cent."""
    owner = np.repeat(np.arange(len(total)), parts)
    weight = random.uniform(0.3, 1.0, len(owner))
    weight_sum = np.bincount(owner, weight, len(total))
    share = np.floor(total[owner] * weight / weight_sum[owner]).astype(np.int64)
    rest = total - np.bincount(owner, share, len(total)).astype(np.int64)
    first = np.cumsum(parts) - parts
    share[first] += rest
    return share
