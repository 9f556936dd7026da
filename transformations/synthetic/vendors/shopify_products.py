"""Products: the catalogue that the web shop, the tills and the web tracker share."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import PRODUCTS
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    csv_lines,
    format_money,
    number_ids,
    repeat_text,
)
from holdfast.transformations.synthetic.retailer import Ints, SyntheticRetailer, Texts
from holdfast.transformations.synthetic.tastes import find_brand, find_category

FIRST_ITEM: Final = 43_000_000


def product_ids(number: Ints) -> Texts:
    """Ids of products."""
    return number_ids(7_000, 3, number)


def product_categories(number: Ints) -> Texts:
    """Categories of products."""
    return np.array(names.CATEGORIES)[find_category(number)]


def product_brands(number: Ints) -> Texts:
    """Brands of products."""
    return np.array(names.BRANDS)[find_brand(number)]


def export_products(retailer: SyntheticRetailer) -> list[ExportLines]:
    """The catalogue, and one price that changes on the last day."""
    number, price = np.arange(PRODUCTS), _prices(retailer)
    brand = product_brands(number)
    title = np.char.add(np.char.add(brand, " "), np.char.mod("item %d", number))
    created_at = retailer.instants(np.full(PRODUCTS, -30), 0)
    head = [product_ids(number), title, product_categories(number), brand]
    currency, last_day = repeat_text("USD", number), np.array([retailer.days - 1])
    changed_at = retailer.instants(last_day, 3_600)
    return [
        csv_lines(
            "shopify/products",
            np.zeros(PRODUCTS, dtype=np.int64),
            [*head, format_money(price), currency, created_at, created_at],
        ),
        csv_lines(
            "shopify/products",
            last_day,
            [
                *(column[:1] for column in head),
                format_money(price[:1] + 500),
                currency[:1],
                created_at[:1],
                changed_at,
            ],
        ),
    ]


def export_costs(retailer: SyntheticRetailer) -> ExportLines:
    """What the shop pays for products; each in three costs more from some later day on, and of one
    in ten nothing was ever entered.
    """
    random, number = retailer.random(0, "costs of products"), np.arange(PRODUCTS)
    cost = np.rint(_prices(retailer) * random.uniform(0.12, 0.28, PRODUCTS)).astype(np.int64)
    dearer = np.rint(cost * random.uniform(1.05, 1.3, PRODUCTS)).astype(np.int64)
    day = random.integers(retailer.days // 4, retailer.days, PRODUCTS)
    is_known, rises = random.random(PRODUCTS) < 0.9, random.random(PRODUCTS) < 1 / 3
    versions = (
        (number, np.full(PRODUCTS, -30), np.where(is_known, format_money(cost), "")),
        (number[rises & is_known], day[rises & is_known], format_money(dearer[rises & is_known])),
    )
    whose, since, costs = (np.concatenate(parts) for parts in zip(*versions, strict=True))
    columns = [
        number_ids(FIRST_ITEM, 1, whose),
        product_ids(whose),
        costs,
        retailer.instants(np.full(len(whose), -30), 0),
        retailer.instants(since, 0),
    ]
    return csv_lines("shopify/inventory_items", np.maximum(since, 0), columns)


def _prices(retailer: SyntheticRetailer) -> Ints:
    """List prices in cents; the first draw of the stream of products."""
    return retailer.random(0, "products").integers(900, 15_000, PRODUCTS)
