"""Square, the tills: customers with a card, and receipts as nested JSON."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import CHANNELS, Orders
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    csv_lines,
    json_lines,
    keep_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.gaps import DELETED_CARD, draw_people
from holdfast.transformations.synthetic.retailer import NEVER, Ints, Texts
from holdfast.transformations.synthetic.vendors.shopify_orders import TAX_RATE

CARD_SHARE: Final = 0.8  # of those who ever buy at a till have a customer card
FIRST_NUMBER: Final = 90_000_000


def export_square(block: Block) -> SystemExports:
    """Card holders and receipts; a receipt without a card belongs to nobody known."""
    random, orders = block.random("square"), block.orders
    rows = np.flatnonzero(orders.channel == CHANNELS.index("pos"))
    has_card = random.random(len(block)) < CARD_SHARE
    person, day = orders.person[rows], orders.day[rows]
    first_day = np.full(len(block), NEVER)
    np.minimum.at(first_day, person, day)
    holder = np.flatnonzero(has_card & (first_day < block.retailer.days))
    since = first_day[holder]
    contacts = record_contacts(random, block.people, holder, since, 0.4)
    created_at = block.instants(since, 0)
    card_ids = np.char.add("SQ", number_ids(FIRST_NUMBER, 13, block.people.number))
    columns = [
        card_ids[holder],
        contacts.first_name,
        contacts.last_name,
        np.where(random.random(len(holder)) < 0.55, contacts.email, ""),
        contacts.phone,
        contacts.address,
        contacts.postcode,
        contacts.city,
        created_at,
        created_at,
    ]
    card = np.where(has_card[person], card_ids[person], "")
    cards = csv_lines("square/customers", since, columns)
    is_listed = ~draw_people(block, "cards", DELETED_CARD)[holder]
    return SystemExports(
        [
            keep_lines(cards, is_listed),
            json_lines("square/orders", day, _receipts(block, rows, card)),
        ],
        [party_records("square:", card_ids[holder], holder)],
    )


def _receipts(block: Block, rows: Ints, card: Texts) -> Iterator[dict[str, Any]]:
    orders, items = block.orders, _line_items(block.orders)
    order_number = block.first_number * 1_000 + rows
    net = orders.net[rows]
    columns = (
        np.char.add("SO", number_ids(FIRST_NUMBER, 1, order_number)),
        orders.person[rows] % 4,
        card,
        block.instants(orders.day[rows], orders.second[rows]),
        rows,
        net,
        np.rint(net * TAX_RATE).astype(np.int64),
        orders.discount[rows],
    )
    for receipt_id, place, card_id, at, order, total, tax, discount in rows_of(*columns):
        yield {
            "id": receipt_id,
            "location_id": f"LOC{place + 1}",
            "customer_id": card_id or None,
            "state": "COMPLETED",
            "created_at": at,
            "updated_at": at,
            "line_items": items[order],
            "total_money": _dollars(total + tax),
            "total_tax_money": _dollars(tax),
            "total_discount_money": _dollars(discount),
            "tenders": [{"type": "CARD"}],
        }


def _line_items(orders: Orders) -> dict[int, list[dict[str, Any]]]:
    """The lines of each order as a receipt shows them."""
    items: dict[int, list[dict[str, Any]]] = {}
    columns = (
        orders.line_order,
        orders.line_product,
        orders.line_quantity,
        orders.line_net,
        orders.line_discount,
    )
    for order, product, quantity, net, discount in rows_of(*columns):
        lines = items.setdefault(order, [])
        lines.append(
            {
                "uid": f"L{len(lines) + 1}",
                "catalog_object_id": str(7_000 + 3 * product),
                "name": names.CATEGORIES[product % len(names.CATEGORIES)],
                "quantity": str(quantity),
                "total_money": _dollars(net),
                "total_discount_money": _dollars(discount),
                "note": None,
            }
        )
    return items


def _dollars(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "USD"}
