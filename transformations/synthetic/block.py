"""The people of one block: who they are, what is hidden of them, and what they do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import (
    HABITS,
    Events,
    Orders,
    draw_events,
    draw_orders,
)
from holdfast.transformations.synthetic.contacts import People, draw_people
from holdfast.transformations.synthetic.customer_behaviour import Lifecycles, draw_lifecycles
from holdfast.transformations.synthetic.retailer import (
    NEVER,
    Floats,
    Ints,
    SyntheticRetailer,
    Texts,
)
from holdfast.transformations.synthetic.shapes import Shapes, draw_shapes
from holdfast.transformations.synthetic.tastes import follow_tastes

ACCOUNT_SHARE: Final = 0.72


@dataclass(frozen=True, eq=False)
class Block:
    """Up to 1,000 people of a retailer, who share no record with other blocks.

    `account_day` is the day on which each person opened an account in the web shop, below zero for
    old customers, NEVER for those without one. `events` are by habit. `numbered_from` is added to
    the numbers of which ids of orders and events are made: more that the same people do, in a
    block of its own, has ids of its own.
    """

    retailer: SyntheticRetailer
    number: int
    people: People
    lifecycles: Lifecycles
    account_day: Ints
    orders: Orders
    shapes: Shapes
    events: Mapping[str, Events]
    numbered_from: int = 0

    def __len__(self) -> int:
        return len(self.people.number)

    @property
    def first_number(self) -> int:
        """The number of the block's first person, from which numbers of orders and lines follow."""
        return int(self.people.number[0]) + self.numbered_from

    def random(self, stream: str) -> np.random.Generator:
        """Random numbers of one purpose."""
        return self.retailer.random(self.number, stream)

    def instants(self, day: Ints, second: Ints | int) -> Texts:
        """Day numbers and seconds of the day as ISO 8601 instants in UTC."""
        return self.retailer.instants(day, second)


def draw_block(retailer: SyntheticRetailer, number: int) -> Block:
    """Draw the people of a block and what they do."""
    lifecycles = draw_lifecycles(retailer, number)
    phase = lifecycles.phase(np.arange(retailer.days))
    liveliness = draw_liveliness(retailer, number)
    drawn = draw_orders(retailer, number, lifecycles, phase)
    product = follow_tastes(retailer, number, drawn.person[drawn.line_order], drawn.line_product)
    orders = replace(drawn, line_product=product)
    account_day = _account_days(retailer, number, lifecycles)
    return Block(
        retailer,
        number,
        draw_people(retailer, number),
        lifecycles,
        account_day,
        orders,
        draw_shapes(retailer, number, orders, account_day),
        {
            habit: draw_events(retailer, number, habit, lifecycles, phase, liveliness)
            for habit in HABITS
        },
    )


def draw_liveliness(retailer: SyntheticRetailer, number: int) -> Floats:
    """Each person's own factor on how often anything but an order happens."""
    return retailer.random(number, "liveliness").gamma(3.0, 1 / 3.0, retailer.size(number))


def _account_days(retailer: SyntheticRetailer, number: int, lifecycles: Lifecycles) -> Ints:
    random, n = retailer.random(number, "accounts"), retailer.size(number)
    day = np.where(lifecycles.joined == 0, -random.integers(1, 400, n), lifecycles.joined)
    return np.where(random.random(n) < ACCOUNT_SHARE, day, NEVER)
