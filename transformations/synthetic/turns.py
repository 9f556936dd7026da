"""What is said and taken back: which of a block's records end, come back, or are set aside by a
newer version, and when. Days are numbers, NEVER where it does not happen.

Each draws from random numbers of its own, so that nothing else of the retailer moves.
"""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints

REOPENED: Final = 0.06  # of tickets that were solved
SOLVED_AGAIN: Final = 0.5  # of those
TAKEN_BACK: Final = 0.004  # of orders that were not cancelled: cancelled, and back within days
BLANK: Final = 0.3  # of orders whose flag `test` is blank
TRIED_OUT: Final = 0.002  # of orders: an order beside it that is marked as a test an hour later
PUT_BACK: Final = 0.01  # of receipts with several lines: the last is taken off and put back
RETURNED: Final = 0.3  # of those who withdrew a consent and give it again
RECOVERED: Final = 0.5  # of charges that failed and are paid days later
MISTAKEN: Final = 0.012  # of accounts: another's e-mail stands in them for a time
EMPTIED: Final = 0.004  # of accounts: their contacts are erased


def draw_reopened(block: Block, solved: Ints) -> tuple[Ints, Ints]:
    """The day on which each ticket is reopened, and on which it is solved again; `solved` is the
    day of its solution.
    """
    random, n, days = block.random("reopened tickets"), len(solved), block.retailer.days
    reopened = solved + random.integers(1, 10, n)
    is_reopened = (random.random(n) < REOPENED) & (reopened < days)
    again = reopened + random.integers(1, 6, n)
    is_again = is_reopened & (random.random(n) < SOLVED_AGAIN) & (again < days)
    return np.where(is_reopened, reopened, NEVER), np.where(is_again, again, NEVER)


def draw_taken_back(block: Block, day: Ints, is_kept: Flags) -> Ints:
    """The day on which the cancellation of an order is taken back, made an hour after it."""
    random, n = block.random("cancellations taken back"), len(day)
    back = day + random.integers(1, 6, n)
    is_back = is_kept & (random.random(n) < TAKEN_BACK) & (back < block.retailer.days)
    return np.where(is_back, back, NEVER)


def draw_blanks(block: Block, n: int) -> Flags:
    """Orders whose flags are left blank."""
    return np.asarray(block.random("blank flags").random(n) < BLANK)


def draw_tried_out(block: Block, n: int) -> Flags:
    """Orders beside which somebody tries the shop out."""
    return np.asarray(block.random("orders tried out").random(n) < TRIED_OUT)


def draw_put_back(block: Block, lines: Ints) -> Flags:
    """Receipts whose last line is taken off and put back; `lines` is how many each has."""
    return np.asarray((lines > 1) & (block.random("lines put back").random(len(lines)) < PUT_BACK))


def draw_returned(block: Block, withdrawn: Ints) -> Ints:
    """The day on which a consent that was withdrawn on a day is given again."""
    random, n = block.random("consents given again"), len(withdrawn)
    again = withdrawn + random.integers(20, 90, n)
    is_again = (random.random(n) < RETURNED) & (again < block.retailer.days)
    return np.where(is_again, again, NEVER)


def draw_recovered(block: Block, day: Ints, is_failed: Flags) -> Ints:
    """The day on which a charge that failed is paid."""
    random, n = block.random("charges paid later"), len(day)
    paid = day + random.integers(2, 6, n)
    is_paid = is_failed & (random.random(n) < RECOVERED) & (paid < block.retailer.days)
    return np.where(is_paid, paid, NEVER)


def draw_mistaken(block: Block, opened: Ints) -> tuple[Ints, Ints]:
    """From when until when an account opened on a day holds another's e-mail."""
    random, n = block.random("mistaken e-mails"), len(opened)
    wrong = np.maximum(opened, 0) + random.integers(20, 120, n)
    right = wrong + random.integers(10, 60, n)
    is_wrong = (random.random(n) < MISTAKEN) & (right < block.retailer.days)
    return np.where(is_wrong, wrong, NEVER), np.where(is_wrong, right, NEVER)


def draw_emptied(block: Block, opened: Ints) -> Ints:
    """The day on which the contacts of an account opened on a day are erased."""
    random, n = block.random("erased contacts"), len(opened)
    erased = np.maximum(opened, 0) + random.integers(60, 400, n)
    is_erased = (random.random(n) < EMPTIED) & (erased < block.retailer.days)
    return np.where(is_erased, erased, NEVER)
