"""Square, the tills: customers with a card, and receipts as nested JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import CHANNELS
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.cards import draw_card_holders
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    json_lines,
    keep_lines,
    number_ids,
    party_records,
    rows_of,
    true_states,
)
from holdfast.transformations.synthetic.gaps import DELETED_CARD, draw_people
from holdfast.transformations.synthetic.retailer import NEVER, Ints, Texts
from holdfast.transformations.synthetic.tastes import find_category
from holdfast.transformations.synthetic.turns import draw_put_back
from holdfast.transformations.synthetic.vendors.shopify_orders import tax_of
from holdfast.transformations.synthetic.vendors.square_customers import card_rows

FIRST_NUMBER: Final = 90_000_000
LINE_MONEY: Final = ("total_money", "total_tax_money", "total_discount_money")
RETURN_MONEY: Final = {"total_money": "total_money", "tax_money": "total_tax_money"}
Lines = list[dict[str, Any]]


def export_square(block: Block) -> SystemExports:
    """Card holders, receipts and returns; a receipt without a card belongs to nobody known."""
    random, orders = block.random("square"), block.orders
    rows = np.flatnonzero(orders.channel == CHANNELS.index("pos"))
    has_card = draw_card_holders(random, len(block))
    person, day = orders.person[rows], orders.day[rows]
    first_day = np.full(len(block), NEVER)
    np.minimum.at(first_day, person, day)
    holder = np.flatnonzero(has_card & (first_day < block.retailer.days))
    since = first_day[holder]
    contacts = record_contacts(random, block.people, holder, since, 0.4)
    card_ids = np.char.add("SQ", number_ids(FIRST_NUMBER, 13, block.people.number))
    email = np.where(random.random(len(holder)) < 0.55, contacts.email, "")
    card = np.where(has_card[person], card_ids[person], "")
    rows_of_cards = card_rows(card_ids[holder], contacts, email, block.instants(since, 0))
    cards = json_lines("square/customers", since, rows_of_cards)
    is_listed = ~draw_people(block, "cards", DELETED_CARD)[holder]
    receipts, (back, back_day) = _receipts(block, rows, card), _given_back(block, rows)
    returns = _returns(block, rows[back], card[back], back_day)
    return SystemExports(
        [
            keep_lines(cards, is_listed),
            *receipts.exports,
            json_lines("square/orders", back_day, returns),
        ],
        [party_records("square:", card_ids[holder], holder)],
        receipts.states,
    )


def _receipts(block: Block, rows: Ints, card: Texts) -> SystemExports:
    """Every version of every receipt: as it was made, voided, or with a line off and on again."""
    orders = block.orders
    day, second, cancelled = orders.day[rows], orders.second[rows], orders.cancelled[rows]
    lines = np.bincount(orders.line_order, minlength=len(orders))[rows]
    came = orders.is_real[rows]
    voided, changed = came & (cancelled >= 0), came & draw_put_back(block, lines)
    changed &= ~voided
    items = _line_items(block)
    shorter = {order: lines[:-1] for order, lines in items.items()}
    ids = receipt_ids(block, rows)
    versions = (
        (came, second, items, "COMPLETED"),
        (voided, second + cancelled, items, "CANCELED"),
        (changed, second + 1_800, shorter, "COMPLETED"),
        (changed, second + 3_600, items, "COMPLETED"),
    )
    last = [f"{ids[place]}-L{lines[place]}" for place in np.flatnonzero(changed).tolist()]
    return SystemExports(
        [
            json_lines(
                "square/orders",
                day[of] + at[of] // 86_400,
                _versions(block, rows[of], card[of], at[of], held, state),
            )
            for of, at, held, state in versions
        ],
        states=[
            true_states("orders", "square:", ids[voided], "withdrawn"),
            true_states("order_lines", "square:", np.array(last, dtype=str), "standing"),
        ],
    )


def receipt_ids(block: Block, rows: Ints) -> Texts:
    """Ids of the receipts of orders at the tills."""
    return np.char.add("SO", number_ids(FIRST_NUMBER, 1, block.first_number * 1_000 + rows))


def _versions(
    block: Block, rows: Ints, card: Texts, at: Ints, items: Mapping[int, Lines], state: str
) -> Iterator[dict[str, Any]]:
    """Receipts as they stand at a second of their day, with the lines that they then hold."""
    orders = block.orders
    columns = (
        receipt_ids(block, rows),
        orders.person[rows] % 4,
        card,
        block.instants(orders.day[rows], orders.second[rows]),
        block.instants(orders.day[rows], at),
        rows,
        block.shapes.tip[rows],
        block.shapes.service_charge[rows],
        block.shapes.currency[rows],
    )
    for receipt_id, place, card_id, made_at, changed_at, order, tip, charge, code in rows_of(
        *columns
    ):
        held = items[order]
        total, tax_on_lines, discount = (
            sum(line[name]["amount"] for line in held) for name in LINE_MONEY
        )
        sold = total - tax_on_lines
        tax = int(tax_of(np.array(sold)))
        yield {
            **_head(receipt_id, place, card_id, made_at),
            "state": state,
            "updated_at": changed_at,
            "line_items": held,
            "total_money": _money(sold + tax + tip + charge, code),
            "total_tax_money": _money(tax, code),
            "total_tip_money": _money(tip, code),
            "total_service_charge_money": _money(charge, code),
            "total_discount_money": _money(discount, code),
            "tenders": [{"type": "CARD"}],
        }


def _given_back(block: Block, rows: Ints) -> tuple[Ints, Ints]:
    """Which of the receipts come back, by their place among `rows`, and on which day."""
    refunded = block.orders.refunded[rows]
    day = block.orders.day[rows] + refunded
    back = np.flatnonzero((refunded >= 0) & (day < block.retailer.days))
    return back, day[back]


def _returns(block: Block, rows: Ints, card: Texts, day: Ints) -> Iterator[dict[str, Any]]:
    """Receipts for goods that came back: all lines of a sale, which some do not name, and no total
    of their own.
    """
    items = _line_items(block)
    sale = receipt_ids(block, rows)
    at = block.instants(day, block.orders.second[rows])
    place = block.orders.person[rows] % 4
    unknown = block.shapes.has_no_receipt[rows]
    for sale_id, shop, card_id, when, order, is_lost in rows_of(
        sale, place, card, at, rows, unknown
    ):
        lines = [
            {
                "uid": f"R{line['uid']}",
                "source_line_item_uid": line["uid"],
                **{key: line[key] for key in ("catalog_object_id", "quantity", *LINE_MONEY)},
            }
            for line in items[order]
        ]
        source = {} if is_lost else {"source_order_id": sale_id}
        given = _given(lines)
        yield {
            **_head(f"{sale_id}R", shop, card_id, when),
            "returns": [{**source, "return_line_items": lines, "return_amounts": given}],
            "return_amounts": given,
            "refunds": [_refund(sale_id, when, given["total_money"])],
        }


def _given(lines: Lines) -> dict[str, Any]:
    """What lines that came back add up to."""
    code = lines[0]["total_money"]["currency"]
    return {
        name: _money(sum(line[key]["amount"] for line in lines), code)
        for name, key in RETURN_MONEY.items()
    }


def _refund(sale_id: str, at: str, amount: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{sale_id}RP",
        "created_at": at,
        "reason": "Returned goods",
        "amount_money": amount,
        "status": "APPROVED",
    }


def _head(receipt_id: str, place: int, card_id: str, at: str) -> dict[str, Any]:
    return {
        "id": receipt_id,
        "location_id": f"LOC{place + 1}",
        "customer_id": card_id or None,
        "state": "COMPLETED",
        "created_at": at,
        "updated_at": at,
        "closed_at": at,
    }


def _line_items(block: Block) -> dict[int, list[dict[str, Any]]]:
    """The lines of each order as a receipt shows them, with tax."""
    orders, shapes = block.orders, block.shapes
    items: dict[int, list[dict[str, Any]]] = {}
    net = orders.line_net
    whole = np.char.mod("%d", orders.line_quantity)
    columns = (
        orders.line_order,
        orders.line_product,
        np.array(names.CATEGORIES)[find_category(orders.line_product)],
        np.where(shapes.is_weighed, np.char.mod("%.3f", 0.25 * orders.line_quantity), whole),
        net,
        tax_of(net),
        orders.line_discount,
        shapes.currency[orders.line_order],
    )
    for order, product, name, quantity, sold, tax, discount, code in rows_of(*columns):
        lines = items.setdefault(order, [])
        lines.append(
            {
                "uid": f"L{len(lines) + 1}",
                "catalog_object_id": str(7_000 + 3 * product),
                "name": name,
                "quantity": quantity,
                "total_money": _money(sold + tax, code),
                "total_tax_money": _money(tax, code),
                "total_discount_money": _money(discount, code),
                "note": None,
            }
        )
    return items


def _money(minor: int, code: str) -> dict[str, Any]:
    return {"amount": minor, "currency": code}
