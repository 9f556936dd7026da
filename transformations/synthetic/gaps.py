"""What exports do not tell of the people and orders they name: accounts that were deleted, ids
written otherwise, users never exported, orders that never came.

Each gap draws its own random numbers, so that one more changes nothing else of the retailer.
"""

from typing import Final

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.retailer import Flags

# Shares of people.
DELETED_ACCOUNT: Final = 0.02  # whose orders carry what they wrote at the checkout
DELETED_CARD: Final = 0.01
NO_HELP_DESK_USER: Final = 0.02
NEVER_IDENTIFIED: Final = 0.02
DELETED_PROFILE: Final = 0.01
COLONS_IN_DEVICE: Final = 0.2  # ids such as `$device:4f1a`
# Shares of orders.
ID_WRITTEN_OTHERWISE: Final = 0.003  # a spreadsheet made 6100000017.0 of the account's id
NEVER_DELIVERED: Final = 0.001  # lines and refunds without their order
PLACEHOLDER_EMAIL: Final = 0.04  # of guests who would not say: the form wanted some address

PLACEHOLDER: Final = "noemail@shop.example"


def draw_people(block: Block, gap: str, share: float) -> Flags:
    """Whom a gap is about, by place in the block."""
    return block.random(f"gap {gap}").random(len(block)) < share


def draw_orders(block: Block, gap: str, share: float) -> Flags:
    """Which orders a gap is about."""
    return block.random(f"gap {gap}").random(len(block.orders)) < share
