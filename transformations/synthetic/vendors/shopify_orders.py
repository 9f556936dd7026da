"""Orders of the web shop: of account holders and guests, again when they change."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import CHANNELS
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    format_money,
    number_ids,
    party_records,
    repeat_text,
    true_states,
)
from holdfast.transformations.synthetic.gaps import (
    ID_WRITTEN_OTHERWISE,
    NEVER_DELIVERED,
    PLACEHOLDER,
    PLACEHOLDER_EMAIL,
    draw_orders,
)
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts
from holdfast.transformations.synthetic.shapes import IMPORT_DAY
from holdfast.transformations.synthetic.turns import (
    draw_blanks,
    draw_taken_back,
    draw_tried_out,
)
from holdfast.transformations.synthetic.vendors.shopify_accounts import (
    account_ids,
    has_no_account,
)

GUEST_SHARE: Final = 0.08  # of orders of account holders are made without logging in
TAX_RATE: Final = 0.07
FIRST_ORDER: Final = 450_000_000


@dataclass(frozen=True, eq=False)
class Sold:
    """When the shop knew of orders, each given by its place in the block: an imported one on the
    day of the import.
    """

    block: Block
    rows: Ints

    @property
    def day(self) -> Ints:
        """Day on which each was made in the shop, or imported."""
        day = self.block.orders.day[self.rows]
        return np.asarray(np.where(self.block.shapes.is_imported[self.rows], IMPORT_DAY, day))

    @property
    def created_at(self) -> Texts:
        """Instant of the same."""
        return self.block.instants(self.day, self.block.orders.second[self.rows])

    @property
    def currency(self) -> Texts:
        """Each one's currency."""
        return self.block.shapes.currency[self.rows]

    @property
    def has_tax_inside(self) -> Flags:
        """Whether each one's prices are with tax."""
        return self.block.shapes.has_tax_inside[self.block.orders.person[self.rows]]


def order_ids(block: Block) -> Texts:
    """Ids of all orders of a block, those of tills among them."""
    number = block.first_number * 1_000 + np.arange(len(block.orders))
    return number_ids(FIRST_ORDER, 1, number)


def tax_of(net: Ints) -> Ints:
    """The tax on what was sold, gift cards left out."""
    return np.asarray(np.rint(net * TAX_RATE), dtype=np.int64)


def export_orders(block: Block, random: np.random.Generator) -> SystemExports:
    """Orders, again when they are edited, cancelled, or that is taken back."""
    orders, ids = block.orders, order_ids(block)
    rows = np.flatnonzero(orders.channel != CHANNELS.index("pos"))
    person, day = orders.person[rows], orders.day[rows]
    is_guest = (day < block.account_day[person]) | (random.random(len(rows)) < GUEST_SHARE)
    is_odd = ~is_guest & draw_orders(block, "ids", ID_WRITTEN_OTHERWISE)[rows]
    account = np.where(is_guest, "", account_ids(block, person))
    account = np.where(is_odd, np.char.add(account, ".0"), account)
    says_who = is_guest | is_odd | has_no_account(block)[person]
    head = [ids[rows], account, *_contacts(block, random, rows, is_guest, says_who)]
    odd, first = np.unique(account[is_odd], return_index=True)
    states = _order_states(block, rows, head, is_guest)
    guests = is_guest & orders.is_real[rows]
    return SystemExports(
        states.exports,
        [
            party_records("shopify:guest-", ids[rows[guests]], person[guests]),
            party_records("shopify:", odd, person[is_odd][first]),
        ],
        states.states,
    )


def _contacts(
    block: Block, random: np.random.Generator, rows: Ints, is_guest: Flags, says_who: Flags
) -> list[Texts]:
    """The contacts on each order: what guests leave, and who has no account to look them up in."""
    person = block.orders.person[rows]
    contacts = record_contacts(random, block.people, person, block.orders.day[rows], 0.5)
    gave_none = is_guest & draw_orders(block, "placeholders", PLACEHOLDER_EMAIL)[rows]
    left = (
        np.where(gave_none, PLACEHOLDER, contacts.email),
        contacts.phone,
        contacts.first_name,
        contacts.last_name,
        contacts.address,
        contacts.city,
        contacts.postcode,
    )
    return [np.where(says_who, text, "") for text in left]


def _order_states(block: Block, rows: Ints, head: list[Texts], is_guest: Flags) -> SystemExports:
    """Every version of every order, and what those that were cancelled, taken back or only tried
    out come to.
    """
    orders, sold, edited = block.orders, Sold(block, rows), block.shapes.edited[rows]
    day, second, cancelled = orders.day[rows], orders.second[rows], orders.cancelled[rows]
    came = orders.is_real[rows] & ~draw_orders(block, "deliveries", NEVER_DELIVERED)[rows]
    is_plain = came & (edited == 0) & ~block.shapes.is_imported[rows]
    tried = is_plain & draw_tried_out(block, len(rows)) & ~is_guest
    back = draw_taken_back(block, day, cancelled < 0)
    off, again = came & (cancelled >= 0), is_plain & (back < block.retailer.days)
    flags = np.where(draw_blanks(block, len(rows)), "", "false")
    no, yes = (repeat_text(flag, rows) for flag in ("false", "true"))
    trial, soon = [np.char.add("T", head[0]), *head[1:]], second + 3_600
    first, last = (_amounts(block, rows, sold, more) for more in (edited, 0 * edited))
    versions = (
        (came, [*head, flags, *first], sold.day, second, False),
        (came & (edited > 0), [*head, flags, *last], day + 1, second, False),
        (off, [*head, flags, *last], day, second + cancelled, True),
        (again, [*head, flags, *last], day, soon, True),
        (again, [*head, flags, *last], back, second, False),
        (tried, [*trial, no, *last], day, second, False),
        (tried, [*trial, yes, *last], day, soon, False),
    )
    ends = ((head[0][off], "ended"), (head[0][again], "standing"), (trial[0][tried], "withdrawn"))
    return SystemExports(
        [_version(sold, len(head), *version) for version in versions],
        states=[true_states("orders", "shopify:", ids, status) for ids, status in ends],
    )


def _version(
    sold: Sold, names: int, of: Flags, columns: list[Texts], on: Ints, at: Ints, is_off: bool
) -> ExportLines:
    """Some orders as they were from a day and second on; its dates come after the names."""
    block, shown = sold.block, [column[of] for column in columns]
    changed = block.instants(on[of], at[of])
    own_day = block.instants(block.orders.day[sold.rows], block.orders.second[sold.rows])
    dates = [
        sold.created_at[of],
        changed,
        own_day[of],
        changed if is_off else repeat_text("", changed),
    ]
    delivered = on[of] + at[of] // 86_400
    return csv_lines("shopify/orders", delivered, [*shown[:names], *dates, *shown[names:]])


def _amounts(block: Block, rows: Ints, sold: Sold, more: Ints) -> list[Texts]:
    """The columns of an order after its flag `test`; `more` is what was sold beside what stays."""
    orders, shapes, currency = block.orders, block.shapes, sold.currency
    net = orders.net[rows] + more
    tax, with_card = tax_of(net), net + shapes.card[rows]
    subtotal = with_card + np.where(sold.has_tax_inside, tax, 0)
    return [
        currency,
        format_money(subtotal, currency),
        format_money(orders.discount[rows], currency),
        format_money(tax, currency),
        format_money(with_card + tax, currency),
        np.where(sold.has_tax_inside, "true", "false"),
        np.array(CHANNELS)[orders.channel[rows]],
        np.where(orders.coupon[rows], "WELCOME", ""),
    ]
