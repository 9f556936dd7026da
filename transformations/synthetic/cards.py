"""Who has a customer card, and so what the shop sees of a person: an order at the till counts for
its customer only by card.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import CHANNELS, expect_channel_share
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.customer_behaviour import Lifecycles
from holdfast.transformations.synthetic.retailer import Flags, Ints

CARD_SHARE: Final = 0.8  # of those who ever buy at a till have a customer card


def draw_card_holders(random: np.random.Generator, people: int) -> Flags:
    """Who has a card; the first draw of the stream of the tills."""
    return np.asarray(random.random(people) < CARD_SHARE)


def find_seen_channels(block: Block) -> Ints:
    """Where most of each person's orders are placed that the shop knows to be theirs."""
    has_card = draw_card_holders(block.random("square"), len(block))
    shares = np.stack(
        [expect_channel_share(block.orders.favourite, at) for at in range(len(CHANNELS))]
    )
    shares[CHANNELS.index("pos"), ~has_card] = 0.0
    return np.asarray(shares.argmax(axis=0))


def find_seen_lifecycles(block: Block) -> Lifecycles:
    """The block's people, each at the rate of those orders that the shop knows to be theirs."""
    has_card = draw_card_holders(block.random("square"), len(block))
    at_till = expect_channel_share(block.orders.favourite, CHANNELS.index("pos"))
    seen = np.where(has_card, 1.0, 1.0 - at_till)
    return replace(block.lifecycles, rate=block.lifecycles.rate * seen)


def find_seen_orders(block: Block) -> Flags:
    """Orders that the shop knows to be their customer's."""
    has_card = draw_card_holders(block.random("square"), len(block))
    is_till = block.orders.channel == CHANNELS.index("pos")
    return np.asarray(~is_till | has_card[block.orders.person])
