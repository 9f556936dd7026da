"""Judgeme, the reviews: stars and words about products that people bought."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import CHANNELS
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.customer_behaviour import AGGRIEVED, CAUSES
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    json_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts
from holdfast.transformations.synthetic.vendors.shopify_products import product_ids

REVIEWED: Final = 0.02  # of orders of the web shop and the app
FIRST_REVIEW: Final = 309_000_000
CONTENT_RATING: Final = 4.5
AGGRIEVED_RATINGS: Final = np.array([3.2, 3.3, 2.6, 1.9, 3.6])  # mean by cause


def export_judgeme(block: Block) -> SystemExports:
    """Reviews of the first product of some orders, a week or two after they came."""
    random, orders = block.random("judgeme"), block.orders
    day = orders.day + random.integers(5, 20, len(orders))
    is_reviewed = (random.random(len(orders)) < REVIEWED) & (orders.cancelled < 0)
    is_reviewed &= (orders.channel != CHANNELS.index("pos")) & (day < block.retailer.days)
    rows = np.flatnonzero(is_reviewed)
    person, day, n = orders.person[rows], day[rows], len(rows)
    is_aggrieved = block.lifecycles.phase(np.arange(block.retailer.days))[person, day] == AGGRIEVED
    cause = block.lifecycles.cause[person]
    mean = np.where(is_aggrieved, AGGRIEVED_RATINGS[cause], CONTENT_RATING)
    rating = np.clip(np.rint(random.normal(mean, 0.8, n)), 1, 5).astype(np.int64)
    contacts = record_contacts(random, block.people, person, day, 0.2)
    reviewer = number_ids(194_000_000, 13, block.people.number)
    _, first_line = np.unique(orders.line_order, return_index=True)
    columns = (
        number_ids(FIRST_REVIEW, 1, block.first_number * 1_000 + rows),
        reviewer[person],
        contacts.email,
        contacts.name,
        product_ids(orders.line_product[first_line[rows]]),
        rating,
        _words(random, cause, is_aggrieved & (rating < 4)),
        block.instants(day, orders.second[rows]),
    )
    everyone = np.unique(person)
    return SystemExports(
        [json_lines("judgeme/reviews", day, _reviews(columns))],
        [party_records("judgeme:", reviewer[everyone], everyone)],
    )


def _words(random: np.random.Generator, cause: Ints, is_complaint: Flags) -> Texts:
    """A complaint about the cause of a grievance, or praise."""
    picks = random.integers(0, 3, len(cause))
    words = [
        names.COMPLAINTS[CAUSES[of]][pick] if complains else names.PRAISE[pick]
        for of, complains, pick in rows_of(cause, is_complaint, picks)
    ]
    return np.array(words, dtype=str)


def _reviews(columns: Any) -> Iterator[dict[str, Any]]:
    for review, reviewer, email, name, product, rating, words, at in rows_of(*columns):
        yield {
            "id": int(review),
            "title": " ".join(words.split()[:3]),
            "body": words,
            "rating": rating,
            "product_external_id": int(product),
            "reviewer": {"id": int(reviewer), "email": email, "name": name, "phone": None},
            "source": "email",
            "curated": "ok",
            "verified": "buyer",
            "created_at": at,
            "updated_at": at,
        }
