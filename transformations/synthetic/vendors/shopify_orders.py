"""Orders of the web shop: of account holders and guests, with their lines and refunds."""

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
from holdfast.transformations.synthetic.turns import (
    draw_blanks,
    draw_taken_back,
    draw_tried_out,
)
from holdfast.transformations.synthetic.vendors.shopify_accounts import (
    account_ids,
    has_no_account,
)
from holdfast.transformations.synthetic.vendors.shopify_products import (
    product_categories,
    product_ids,
)

GUEST_SHARE: Final = 0.08  # of orders of account holders are made without logging in
TAX_RATE: Final = 0.07
FIRST_ORDER, FIRST_LINE, FIRST_REFUND = 450_000_000, 11_000_000_000, 820_000_000


def export_orders(block: Block, random: np.random.Generator) -> SystemExports:
    """Orders, again when they are cancelled or that is taken back, their lines and refunds."""
    orders = block.orders
    rows = np.flatnonzero(orders.channel != CHANNELS.index("pos"))
    person, day = orders.person[rows], orders.day[rows]
    order_ids = number_ids(FIRST_ORDER, 1, block.first_number * 1_000 + np.arange(len(orders)))
    is_guest = (day < block.account_day[person]) | (random.random(len(rows)) < GUEST_SHARE)
    is_odd = ~is_guest & draw_orders(block, "ids", ID_WRITTEN_OTHERWISE)[rows]
    account = np.where(is_guest, "", account_ids(block, person))
    account = np.where(is_odd, np.char.add(account, ".0"), account)
    says_who = is_guest | is_odd | has_no_account(block)[person]
    head = [order_ids[rows], account, *_contacts(block, random, rows, is_guest, says_who)]
    odd, first = np.unique(account[is_odd], return_index=True)
    states = _order_states(block, rows, head, is_guest)
    return SystemExports(
        [*states.exports, *_order_lines(block, order_ids)],
        [
            party_records("shopify:guest-", order_ids[rows[is_guest]], person[is_guest]),
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
    orders, days = block.orders, block.retailer.days
    day, second, cancelled = orders.day[rows], orders.second[rows], orders.cancelled[rows]
    came = ~draw_orders(block, "deliveries", NEVER_DELIVERED)[rows]
    off, tried = cancelled >= 0, came & draw_tried_out(block, len(rows)) & ~is_guest
    back = draw_taken_back(block, day, ~off)
    off, again, soon = came & off, came & (back < days), second + 3_600
    flags = np.where(draw_blanks(block, len(rows)), "", "false")
    trial, tail = [np.char.add("T", head[0]), *head[1:]], _amounts(block, rows)
    no, yes = (repeat_text(flag, rows) for flag in ("false", "true"))

    def version(
        of: Flags, names: list[Texts], test: Texts, on: Ints, at: Ints, *, is_off: bool = False
    ) -> ExportLines:
        changed = block.instants(on[of], at[of])
        columns = [
            *(column[of] for column in names),
            block.instants(day[of], second[of]),
            changed,
            changed if is_off else repeat_text("", changed),
            test[of],
            *(column[of] for column in tail),
        ]
        return csv_lines("shopify/orders", on[of] + at[of] // 86_400, columns)

    ends = ((head[0][off], "ended"), (head[0][again], "standing"), (trial[0][tried], "withdrawn"))
    return SystemExports(
        [
            version(came, head, flags, day, second),
            version(off, head, flags, day, second + cancelled, is_off=True),
            version(again, head, flags, day, soon, is_off=True),
            version(again, head, flags, back, second),
            version(tried, trial, no, day, second),
            version(tried, trial, yes, day, soon),
        ],
        states=[true_states("orders", "shopify:", ids, status) for ids, status in ends],
    )


def _amounts(block: Block, rows: Ints) -> list[Texts]:
    """The columns of an order after its flag `test`."""
    orders = block.orders
    net = orders.net[rows]
    tax = np.rint(net * TAX_RATE).astype(np.int64)
    return [
        repeat_text("USD", rows),
        format_money(net),
        format_money(orders.discount[rows]),
        format_money(tax),
        format_money(net + tax),
        np.array(CHANNELS)[orders.channel[rows]],
        np.where(orders.coupon[rows], "WELCOME", ""),
    ]


def _order_lines(block: Block, order_ids: Texts) -> list[ExportLines]:
    """Lines of the web shop's orders, and refunds of whole orders."""
    orders = block.orders
    rows = np.flatnonzero(orders.channel[orders.line_order] != CHANNELS.index("pos"))
    order, product = orders.line_order[rows], orders.line_product[rows]
    net, quantity = orders.line_net[rows], orders.line_quantity[rows]
    discount = orders.line_discount[rows]
    line_ids = number_ids(FIRST_LINE, 1, block.first_number * 3_000 + rows)
    at = block.instants(orders.day[order], orders.second[order])
    columns = [
        line_ids,
        order_ids[order],
        product_ids(product),
        product_categories(product),
        np.char.mod("%d", quantity),
        format_money((net + discount) // quantity),
        format_money(net),
        format_money(discount),
        repeat_text("false", rows),
        repeat_text("USD", rows),
        at,
        at,
    ]
    return [
        csv_lines("shopify/order_lines", orders.day[order], columns),
        _refunds(block, rows, line_ids, order_ids),
    ]


def _refunds(block: Block, rows: Ints, line_ids: Texts, order_ids: Texts) -> ExportLines:
    orders = block.orders
    refunded = orders.refunded[orders.line_order[rows]]
    day = orders.day[orders.line_order[rows]] + refunded
    is_refund = (refunded >= 0) & (day < block.retailer.days)
    line, order, day = rows[is_refund], orders.line_order[rows[is_refund]], day[is_refund]
    columns = [
        number_ids(FIRST_REFUND, 1, block.first_number * 3_000 + line),
        number_ids(FIRST_REFUND + 7, 1, block.first_number * 1_000 + order),
        order_ids[order],
        line_ids[is_refund],
        product_ids(orders.line_product[line]),
        np.char.mod("%d", orders.line_quantity[line]),
        format_money(orders.line_net[line]),
        repeat_text("return", line),
        repeat_text("USD", line),
        block.instants(day, orders.second[order]),
    ]
    return csv_lines("shopify/refunds", day, columns)
