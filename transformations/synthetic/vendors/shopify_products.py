"""Products: the catalogue that the web shop, the tills and the web tracker share."""

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


def product_ids(number: Ints) -> Texts:
    """Ids of products."""
    return number_ids(7_000, 3, number)


def product_categories(number: Ints) -> Texts:
    """Categories of products."""
    return np.array(names.CATEGORIES)[number % len(names.CATEGORIES)]


def export_products(retailer: SyntheticRetailer) -> list[ExportLines]:
    """The catalogue, and one price that changes on the last day."""
    random, number = retailer.random(0, "products"), np.arange(PRODUCTS)
    price = random.integers(900, 15_000, PRODUCTS)
    brand = np.array(names.BRANDS)[number % len(names.BRANDS)]
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
