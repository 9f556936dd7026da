"""Lines of the web shop's orders, gift cards and edited lines among them, and refunds."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import CHANNELS
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    csv_lines,
    format_money,
    number_ids,
    repeat_text,
)
from holdfast.transformations.synthetic.retailer import Ints, Texts
from holdfast.transformations.synthetic.vendors.shopify_orders import Sold, order_ids, tax_of
from holdfast.transformations.synthetic.vendors.shopify_products import (
    product_categories,
    product_ids,
)

FIRST_LINE, FIRST_CARD, FIRST_EDITED = 11_000_000_000, 13_000_000_000, 14_000_000_000
FIRST_REFUND, FIRST_GOODWILL = 820_000_000, 870_000_000
GOODWILL_AFTER: Final = 5  # days


def export_lines(block: Block) -> list[ExportLines]:
    """Lines, and what was given back."""
    orders = block.orders
    rows = np.flatnonzero(orders.channel[orders.line_order] != CHANNELS.index("pos"))
    line_ids = number_ids(FIRST_LINE, 1, block.first_number * 3_000 + rows)
    return [
        _lines(block, rows, line_ids),
        _cards(block),
        *_edited_lines(block),
        _returns(block, rows, line_ids),
        _goodwill(block),
    ]


def _lines(block: Block, rows: Ints, line_ids: Texts) -> ExportLines:
    orders, product = block.orders, block.orders.line_product[rows]
    quantity, discount = orders.line_quantity[rows], orders.line_discount[rows]
    goods = [product_ids(product), product_categories(product), np.char.mod("%d", quantity)]
    net = orders.line_net[rows]
    money = ((net + discount) // quantity, net, discount)
    return _order_lines(block, orders.line_order[rows], line_ids, goods, money, "false")


def _cards(block: Block) -> ExportLines:
    """Gift cards sold in orders."""
    rows = np.flatnonzero(block.shapes.card)
    card = block.shapes.card[rows]
    ids = number_ids(FIRST_CARD, 1, block.first_number * 1_000 + rows)
    goods = [repeat_text(text, rows) for text in ("gift-card", "Gift Cards", "1")]
    return _order_lines(block, rows, ids, goods, (card, card, 0 * card), "true")


def _edited_lines(block: Block) -> list[ExportLines]:
    """Lines of which an edit leaves none, as they were and as they then are."""
    rows = np.flatnonzero(block.shapes.edited)
    amount, product = block.shapes.edited[rows], block.orders.person[rows] % 300
    ids = number_ids(FIRST_EDITED, 1, block.first_number * 1_000 + rows)
    kind = [product_ids(product), product_categories(product)]
    return [
        _order_lines(
            block,
            rows,
            ids,
            [*kind, repeat_text(quantity, rows)],
            (amount, net, 0 * amount),
            "false",
            later,
        )
        for quantity, net, later in (("1", amount, 0), ("0", 0 * amount, 1))
    ]


def _order_lines(
    block: Block,
    order: Ints,
    ids: Texts,
    goods: list[Texts],
    money: tuple[Ints, Ints, Ints],
    is_card: str,
    later: int = 0,
) -> ExportLines:
    """Lines of orders, each given by its place; `later` is how many days after the order the
    version was made.
    """
    sold = Sold(block, order)
    columns = [
        ids,
        order_ids(block)[order],
        *goods,
        *(format_money(amount, sold.currency) for amount in money),
        repeat_text(is_card, order),
        sold.currency,
        sold.created_at,
        block.instants(sold.day + later, block.orders.second[order]),
    ]
    return csv_lines("shopify/order_lines", sold.day + later, columns)


def _returns(block: Block, rows: Ints, line_ids: Texts) -> ExportLines:
    """Refunds of whole orders, line by line."""
    orders = block.orders
    refunded = orders.refunded[orders.line_order[rows]]
    day = orders.day[orders.line_order[rows]] + refunded
    is_refund = (refunded >= 0) & (day < block.retailer.days)
    line, day = rows[is_refund], day[is_refund]
    order = orders.line_order[line]
    head = [
        number_ids(FIRST_REFUND, 1, block.first_number * 3_000 + line),
        number_ids(FIRST_REFUND + 7, 1, block.first_number * 1_000 + order),
        order_ids(block)[order],
        line_ids[is_refund],
        product_ids(orders.line_product[line]),
        np.char.mod("%d", orders.line_quantity[line]),
    ]
    kind, currency = repeat_text("return", order), block.shapes.currency[order]
    return _refunds(block, order, day, head, orders.line_net[line], kind, currency)


def _goodwill(block: Block) -> ExportLines:
    """Money given back for no line."""
    shapes, day = block.shapes, block.orders.day + GOODWILL_AFTER
    rows = np.flatnonzero((shapes.goodwill > 0) & (day < block.retailer.days))
    ids = number_ids(FIRST_GOODWILL, 1, block.first_number * 1_000 + rows)
    nothing = repeat_text("", rows)
    head = [ids, ids, order_ids(block)[rows], nothing, nothing, nothing]
    kind = np.where(shapes.is_for_shipping[rows], "shipping_refund", "")
    currency = shapes.goodwill_currency[rows]
    return _refunds(block, rows, day[rows], head, shapes.goodwill[rows], kind, currency)


def _refunds(
    block: Block, order: Ints, day: Ints, head: list[Texts], net: Ints, kind: Texts, currency: Texts
) -> ExportLines:
    sold, tax = Sold(block, order), tax_of(net)
    columns = [
        *head,
        format_money(net + np.where(sold.has_tax_inside, tax, 0), currency),
        format_money(tax, currency),
        np.where(sold.has_tax_inside, "true", "false"),
        kind,
        currency,
        block.instants(day, block.orders.second[order]),
    ]
    return csv_lines("shopify/refunds", day, columns)
