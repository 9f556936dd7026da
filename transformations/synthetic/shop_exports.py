"""What the web shop and the tills write down: customers, orders with their lines, refunds,
products.
"""

from json import dumps
from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import CHANNELS, PRODUCTS, Orders
from holdfast.transformations.synthetic.contacts import People, Written, written
from holdfast.transformations.synthetic.customer_behaviour import Fates
from holdfast.transformations.synthetic.export_writer import Book, ids, money, same, stamp
from holdfast.transformations.synthetic.generator import Ints, SyntheticRetailer, Texts

ACCOUNT: Final = 0.72
GUEST: Final = 0.08
CARD: Final = 0.8  # of those who ever buy at a till have a customer card
SHOPIFY, SHOPIFY_ORDER, LINE, REFUND, SQUARE = (
    6_100_000_000,
    450_000_000,
    11_000_000_000,
    820_000_000,
    90_000_000,
)
TAX: Final = 0.07


def registered(retailer: SyntheticRetailer, block: int, fate: Fates) -> Ints:
    """Day on which each person got an account, before the first day for old customers; people
    without one: a day never.
    """
    random, n = retailer.random(block, "accounts"), len(fate.rate)
    day = np.where(fate.joined == 0, -random.integers(1, 400, n), fate.joined)
    return np.where(random.random(n) < ACCOUNT, day, 10**6)


def shop(
    book: Book, retailer: SyntheticRetailer, block: int, who: People, account: Ints, orders: Orders
) -> None:
    """Shopify: accounts and their new versions, orders of account holders and guests, lines,
    refunds.
    """
    random = retailer.random(block, "shopify")
    _accounts(book, retailer, random, who, account)
    here = np.flatnonzero(orders.channel != CHANNELS.index("pos"))
    person, day, second = orders.person[here], orders.day[here], orders.second[here]
    order_ids = ids(SHOPIFY_ORDER, 1, who.number[0] * 1_000 + here)
    is_guest = (day < account[person]) | (random.random(len(here)) < GUEST)
    customer = np.where(is_guest, "", ids(SHOPIFY, 17, who.number[person]))
    book.record("shopify:guest-", order_ids[is_guest], person[is_guest])
    contact = written(random, who, person, day, 0.5)
    net = np.bincount(orders.line_order, orders.line_net, len(orders.person)).astype(np.int64)[here]
    at = stamp(retailer, day, second)
    contacts = (
        contact.phone,
        contact.first_name,
        contact.last_name,
        contact.address,
        contact.city,
        contact.postcode,
    )
    shown = [np.where(is_guest, text, "") for text in contacts]
    tax = np.rint(net * TAX).astype(np.int64)
    tail = [
        same("false", here),
        same("USD", here),
        money(net),
        money(orders.discount[here]),
        money(tax),
        money(net + tax),
        np.array(CHANNELS)[orders.channel[here]],
        np.where(orders.coupon[here], "WELCOME", ""),
    ]
    head = [order_ids, customer, np.where(is_guest, contact.email, ""), *shown, at]
    book.csv("shopify/orders", day, [*head, at, same("", here), *tail])
    off = orders.cancelled[here] >= 0
    later = stamp(retailer, day[off], second[off] + orders.cancelled[here][off])
    off_day = day[off] + (second[off] + orders.cancelled[here][off]) // 86_400
    book.csv(
        "shopify/orders",
        off_day,
        [column[off] for column in head] + [later, later] + [column[off] for column in tail],
    )
    _lines(book, retailer, who, orders, here, order_ids)


def _accounts(
    book: Book, retailer: SyntheticRetailer, random: np.random.Generator, who: People, account: Ints
) -> None:
    person = np.flatnonzero(account < retailer.days)
    book.record("shopify:", ids(SHOPIFY, 17, who.number[person]), person)
    _customer_rows(
        book,
        retailer,
        who,
        person,
        account[person],
        account[person],
        written(random, who, person, account[person]),
    )
    for changed in (who.moved, who.changed):
        again = person[(changed[person] > account[person]) & (changed[person] < retailer.days)]
        _customer_rows(
            book,
            retailer,
            who,
            again,
            account[again],
            changed[again],
            written(random, who, again, changed[again]),
        )


def _customer_rows(
    book: Book,
    retailer: SyntheticRetailer,
    who: People,
    person: Ints,
    created: Ints,
    updated: Ints,
    contact: Written,
) -> None:
    noon = np.full(len(person), 43_200)
    since = stamp(retailer, created, noon)
    book.csv(
        "shopify/customers",
        np.maximum(created, updated),
        [
            ids(SHOPIFY, 17, who.number[person]),
            contact.email,
            contact.phone,
            contact.first_name,
            contact.last_name,
            contact.address,
            contact.city,
            contact.postcode,
            same("US", person),
            since,
            stamp(retailer, updated, noon),
        ],
    )


def corrections(book: Book, retailer: SyntheticRetailer, who: People, account: Ints) -> None:
    """Two accounts with wrong contacts that are put right in the last days: one then meets its
    person's other records (a merge), one leaves a stranger's (a split).
    """
    random = retailer.random(0, "corrections")
    known = np.flatnonzero(account < retailer.days - 60)
    if len(known) < 12:
        return
    lost, mixed, victim = known[3:4], known[5:6], known[9:10]
    blank = np.array([""])
    right = written(random, who, lost, np.array([retailer.days]))
    early = Written(blank, blank, np.char.add("typo.", right.email), blank, blank, blank, blank)
    strange = written(random, who, victim, account[victim])
    own = written(random, who, mixed, np.array([retailer.days]))
    for person, before, after, day in (
        (lost, early, right, retailer.days - 2),
        (mixed, strange, own, retailer.days - 1),
    ):
        start = account[person]
        _forget(book, ids(SHOPIFY, 17, who.number[person])[0])
        _customer_rows(book, retailer, who, person, start, start, before)
        _customer_rows(book, retailer, who, person, start, np.array([day]), after)


def _forget(book: Book, customer: str) -> None:
    """Take an account's rows out again."""
    key = "shopify/customers"
    kept = [
        place for place, line in enumerate(book.lines[key]) if not line.startswith(f"{customer},")
    ]
    book.lines[key] = [book.lines[key][place] for place in kept]
    book.days[key] = [book.days[key][place] for place in kept]


def _lines(
    book: Book,
    retailer: SyntheticRetailer,
    who: People,
    orders: Orders,
    here: Ints,
    order_ids: Texts,
) -> None:
    place = np.full(len(orders.person), -1)
    place[here] = np.arange(len(here))
    mine = np.flatnonzero(place[orders.line_order] >= 0)
    order = orders.line_order[mine]
    line_ids, product = ids(LINE, 1, who.number[0] * 3_000 + mine), orders.line_product[mine]
    net, less, count = orders.line_net[mine], orders.line_discount[mine], orders.line_quantity[mine]
    at = stamp(retailer, orders.day[order], orders.second[order])
    product_ids = ids(7_000, 3, product)
    book.csv(
        "shopify/order_lines",
        orders.day[order],
        [
            line_ids,
            order_ids[place[order]],
            product_ids,
            np.array(names.CATEGORIES)[product % len(names.CATEGORIES)],
            np.char.mod("%d", count),
            money((net + less) // count),
            money(net),
            money(less),
            same("false", mine),
            same("USD", mine),
            at,
            at,
        ],
    )
    back_day = orders.day[order] + orders.refunded[order]
    back = (orders.refunded[order] >= 0) & (back_day < retailer.days)
    book.csv(
        "shopify/refunds",
        back_day[back],
        [
            ids(REFUND, 1, who.number[0] * 3_000 + mine[back]),
            ids(REFUND + 7, 1, who.number[0] * 1_000 + order[back]),
            order_ids[place[order[back]]],
            line_ids[back],
            product_ids[back],
            np.char.mod("%d", count[back]),
            money(net[back]),
            same("return", mine[back]),
            same("USD", mine[back]),
            stamp(retailer, back_day[back], orders.second[order[back]]),
        ],
    )


def products(book: Book, retailer: SyntheticRetailer) -> None:
    """The catalogue, and one price that changes on the last day."""
    random = retailer.random(0, "products")
    number = np.arange(PRODUCTS)
    price = random.integers(900, 15_000, PRODUCTS)
    brand, category = number % len(names.BRANDS), number % len(names.CATEGORIES)
    title = np.char.add(
        np.char.add(np.array(names.BRANDS)[brand], " "), np.char.mod("item %d", number)
    )
    since = stamp(retailer, np.full(PRODUCTS, -30), np.zeros(PRODUCTS, dtype=np.int64))
    columns = [
        ids(7_000, 3, number),
        title,
        np.array(names.CATEGORIES)[category],
        np.array(names.BRANDS)[brand],
    ]
    book.csv(
        "shopify/products", number * 0, [*columns, money(price), same("USD", number), since, since]
    )
    later = stamp(retailer, np.array([retailer.days - 1]), np.array([3_600]))
    book.csv(
        "shopify/products",
        np.array([retailer.days - 1]),
        [
            *(column[:1] for column in columns),
            money(price[:1] + 500),
            same("USD", number[:1]),
            since[:1],
            later,
        ],
    )


def tills(book: Book, retailer: SyntheticRetailer, block: int, who: People, orders: Orders) -> None:
    """Square: customers with a card, and receipts as nested JSON; a receipt without a card belongs
    to nobody known.
    """
    random = retailer.random(block, "square")
    here = np.flatnonzero(orders.channel == CHANNELS.index("pos"))
    has_card = random.random(len(who.number)) < CARD
    person, day = orders.person[here], orders.day[here]
    first_day = np.full(len(who.number), 10**6)
    np.minimum.at(first_day, person, day)
    holder = np.flatnonzero(has_card & (first_day < retailer.days))
    contact, since = (
        written(random, who, holder, first_day[holder], 0.4),
        stamp(retailer, first_day[holder], np.zeros(len(holder), dtype=np.int64)),
    )
    card_ids = np.char.add("SQ", ids(SQUARE, 13, who.number))
    book.record("square:", card_ids[holder], holder)
    email = np.where(random.random(len(holder)) < 0.55, contact.email, "")
    book.csv(
        "square/customers",
        first_day[holder],
        [
            card_ids[holder],
            contact.first_name,
            contact.last_name,
            email,
            contact.phone,
            contact.address,
            contact.postcode,
            contact.city,
            since,
            since,
        ],
    )
    order_ids = np.char.add("SO", ids(SQUARE, 1, who.number[0] * 1_000 + here))
    _receipts(
        book, retailer, orders, here, order_ids, np.where(has_card[person], card_ids[person], "")
    )


def _receipts(
    book: Book,
    retailer: SyntheticRetailer,
    orders: Orders,
    here: Ints,
    order_ids: Texts,
    card: Texts,
) -> None:
    items: dict[int, list[dict[str, object]]] = {}
    rows = zip(
        orders.line_order.tolist(),
        orders.line_product.tolist(),
        orders.line_quantity.tolist(),
        orders.line_net.tolist(),
        orders.line_discount.tolist(),
        strict=True,
    )
    for order, product, count, net, less in rows:
        held = items.setdefault(order, [])
        held.append(
            {
                "uid": f"L{len(held) + 1}",
                "catalog_object_id": str(7_000 + 3 * product),
                "name": names.CATEGORIES[product % len(names.CATEGORIES)],
                "quantity": str(count),
                "total_money": _dollars(net),
                "total_discount_money": _dollars(less),
                "note": None,
            }
        )
    at = stamp(retailer, orders.day[here], orders.second[here])
    net = np.bincount(orders.line_order, orders.line_net, len(orders.person)).astype(np.int64)[here]
    tax = np.rint(net * TAX).astype(np.int64)
    columns = (order_ids, orders.person[here] % 4, card, at, here, net, tax, orders.discount[here])
    book.add(
        "square/orders",
        orders.day[here],
        [
            dumps(
                {
                    "id": one,
                    "location_id": f"LOC{spot + 1}",
                    "customer_id": holder or None,
                    "state": "COMPLETED",
                    "created_at": when,
                    "updated_at": when,
                    "line_items": items[order],
                    "total_money": _dollars(total + levy),
                    "total_tax_money": _dollars(levy),
                    "total_discount_money": _dollars(less),
                    "tenders": [{"type": "CARD"}],
                }
            )
            for one, spot, holder, when, order, total, levy, less in zip(
                *(c.tolist() for c in columns), strict=True
            )
        ],
    )


def _dollars(cents: int) -> dict[str, object]:
    return {"amount": cents, "currency": "USD"}
