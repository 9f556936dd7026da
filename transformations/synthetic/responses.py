"""What a block's people do in a world with treatments: what they did without, less what never came
to be, with what an offer took off, and what those cured do more.

What never came to be has an instant that no line keeps: its days stay, so that nothing that others
do is drawn otherwise.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import (
    HABITS,
    Events,
    Orders,
    draw_events_at,
    draw_order_details,
    event_rates,
)
from holdfast.transformations.synthetic.block import Block, draw_liveliness
from holdfast.transformations.synthetic.plays import OFFER_DAYS, OFFERED, REDEEMED
from holdfast.transformations.synthetic.retailer import BLOCK_SIZE, NEVER, Ints
from holdfast.transformations.synthetic.shapes import Shapes, draw_shapes
from holdfast.transformations.synthetic.tastes import follow_tastes
from holdfast.transformations.synthetic.treatments import (
    Fates,
    draw_treatments,
    seed_of_year,
    take,
)

# Exports of which a block of more orders and visits has lines: all others tell of people, once.
MORE: Final = (
    "shopify/orders",
    "shopify/order_lines",
    "shopify/refunds",
    "square/orders",
    "smile/points_transactions",
    "rudderstack/pages",
    "rudderstack/tracks",
    "rudderstack/feature_used",
    "rudderstack/feature_adopted",
    "delighted/survey_responses",
)
UNAWARE: Final = ("message", "survey")  # a shop goes on writing and asking: it does not know


@dataclass(frozen=True, eq=False)
class TreatedBlock:
    """`before` is a block without what never came to be, `more` what its people do beside it, and
    `fates` what became of whom by which treatment.
    """

    before: Block
    more: Block
    fates: Fates

    def on(self, day: int) -> Block:
        """The block with lifecycles as they hold on a day."""
        return replace(self.before, lifecycles=self.fates.on(day, self.before.lifecycles))


def treat_block(block: Block) -> TreatedBlock:
    """A block after its year of treatments."""
    fates = draw_treatments(block)
    gone = np.where(fates.changed < NEVER, fates.lifecycles.left, NEVER)
    random = seed_of_year(block).random(block.number, "responses")
    orders = block.orders
    kept = replace(orders, second=_drop(block, orders, gone))
    events = {
        habit: one if habit in UNAWARE else replace(one, second=_drop(block, one, gone))
        for habit, one in block.events.items()
    }
    before = replace(block, orders=_redeem(random, kept, fates), events=events)
    return TreatedBlock(before, _draw_more(block, fates), fates)


def _drop(block: Block, happened: Orders | Events, gone: Ints) -> Ints:
    """Seconds, those of no day where the person was gone."""
    is_gone = happened.day >= gone[happened.person]
    return np.where(is_gone, block.retailer.never_second(happened.day), happened.second)


def _draw_more(block: Block, fates: Fates) -> Block:
    """What those cured do beside what they did: orders, and what people do who are content."""
    retailer, number, made = block.retailer, block.number, seed_of_year(block)
    random = made.random(number, "more orders")
    phase = fates.lifecycles.phase(np.arange(retailer.days))
    favourite = block.orders.favourite
    drawn = draw_order_details(random, fates.lifecycles, phase, fates.more_orders, favourite)
    product = follow_tastes(retailer, number, drawn.person[drawn.line_order], drawn.line_product)
    orders = _redeem(random, replace(drawn, line_product=product), fates)
    shapes = draw_shapes(made, number, orders, block.account_day)
    return replace(
        block,
        lifecycles=fates.lifecycles,
        orders=orders,
        shapes=_of_same_people(shapes, block.shapes, orders),
        events={habit: _draw_more_events(random, block, fates, habit) for habit in HABITS},
        numbered_from=retailer.blocks * BLOCK_SIZE,
    )


def _of_same_people(shapes: Shapes, people: Shapes, orders: Orders) -> Shapes:
    """Shapes of orders whose people are those of other shapes, all in their main currency."""
    currency = people.main_currency[orders.person]
    return replace(
        shapes,
        main_currency=people.main_currency,
        abroad_share=people.abroad_share,
        has_tax_inside=people.has_tax_inside,
        has_old_api=people.has_old_api,
        currency=currency,
        goodwill_currency=currency,
    )


def _draw_more_events(
    random: np.random.Generator, block: Block, fates: Fates, habit: str
) -> Events:
    days = np.arange(block.retailer.days)
    rows = np.flatnonzero(fates.more_orders.any(axis=1))
    own, other = take(fates.lifecycles, rows), take(block.lifecycles, rows)
    lively = draw_liveliness(block.retailer, block.number)[rows]
    phase = own.phase(days)
    rates = event_rates(habit, own, phase, lively)
    rates = rates - event_rates(habit, other, other.phase(days), lively)
    rates = np.where(days >= fates.changed[rows, None], np.maximum(rates, 0.0), 0.0)
    drawn = draw_events_at(random, rates, phase)
    return replace(drawn, person=rows[drawn.person])


def _redeem(random: np.random.Generator, orders: Orders, fates: Fates) -> Orders:
    """Orders with the offer taken off that holds for them, where it is redeemed."""
    share = np.zeros(len(orders))
    given = fates.treatments
    for person, day, offered in zip(
        given.person.tolist(), given.day.tolist(), OFFERED[given.arm].tolist(), strict=True
    ):
        if offered:
            holds = (orders.day >= day) & (orders.day < day + OFFER_DAYS)
            share[(orders.person == person) & holds] = offered
    share = np.where(random.random(len(orders)) < REDEEMED, share, 0.0)
    taken = np.rint(orders.line_net * share[orders.line_order]).astype(np.int64)
    sums = np.bincount(orders.line_order, taken, len(orders)).astype(np.int64)
    return replace(
        orders,
        discount=orders.discount + sums,
        coupon=orders.coupon | (sums > 0),
        line_net=orders.line_net - taken,
        line_discount=orders.line_discount + taken,
    )
