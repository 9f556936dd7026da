"""What people like decides which products are in their lines, and nothing else of an export."""

import hashlib
from datetime import date

import numpy as np
import pandas as pd
import pytest

from holdfast.transformations.synthetic import block as block_of_people
from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.export_writer import PartyRecords
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import GeneratedBlock, generate_block
from holdfast.transformations.synthetic.ground_truth import truth_tables
from holdfast.transformations.synthetic.names import BRANDS
from holdfast.transformations.synthetic.retailer import SyntheticRetailer
from holdfast.transformations.synthetic.vendors import shopify_products

# Exports that were added since a block's bytes were pinned, and columns of its people.
LATER = ("google_ads_api", "tiktok_ads_api", "judgeme", "shopify/inventory_items")
LATER_COLUMNS = ["main_channel", "taste", "taste_of"]
SMALL = SyntheticRetailer(7, 120, date(2024, 1, 1), 400, 4, 0.01, 0.02, 0.01)


def without_arrival(page: str) -> str:
    """A page as it was written before it said how its visit began; a broken one that lost its last
    three fields lost three of those it had.
    """
    fields, last = page.split(","), len(BY_KEY["rudderstack/pages"].columns) - 5
    return ",".join(fields[: last - 3 if len(fields) == last + 2 else last])


def without_tastes(patch: pytest.MonkeyPatch) -> GeneratedBlock:
    """A small block as it was before people had tastes and every category every brand."""
    patch.setattr(block_of_people, "follow_tastes", lambda *given: given[-1])
    patch.setattr(shopify_products, "find_brand", lambda number: number % len(BRANDS))
    return generate_block(SMALL, 0)


def test_a_block_is_to_the_byte_what_it_always_was(monkeypatch: pytest.MonkeyPatch) -> None:
    block = without_tastes(monkeypatch)
    lines, truth = hashlib.sha256(), hashlib.sha256()
    for (key, delivery), arrived in sorted(block.lines.items()):
        if key.startswith(LATER):
            continue
        own = map(without_arrival, arrived) if key == "rudderstack/pages" else arrived
        lines.update("\n".join([f"{key} {delivery}", *own, ""]).encode())
    records = block.truth["records"].to_pylist()
    listed = [row for row in records if not row["party_id"].startswith("judgeme:")]
    people = block.truth["people"].drop_columns(LATER_COLUMNS).to_pylist()
    for row in (*listed, *people):
        truth.update(f"{[str(value) for value in row.values()]}\n".encode())
    assert lines.hexdigest() == "22a619a012698c897e93d5d9f4ab64376b452c87414629fe93892b81b6653184"
    assert truth.hexdigest() == "450d29e95edb4464df4a6efcd524723d7950ce22b25ede13b5339fa95c718215"


def test_tastes_change_products_in_lines_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    block = generate_block(SMALL, 0)
    before = without_tastes(monkeypatch)
    lines = ("shopify/order_lines", "shopify/refunds", "square/orders", "judgeme/reviews")
    changed = {key for (key, _), sent in before.lines.items() if sent != block.lines[key, _]}
    assert changed == {"shopify/products", *lines}
    names = BY_KEY["shopify/order_lines"].columns
    kept = [names.index(name) for name in names if not name.startswith("product")]
    for one, other in zip(
        before.lines["shopify/order_lines", 1], block.lines["shopify/order_lines", 1], strict=True
    ):
        own, new = one.split(","), other.split(",")
        assert len(own) == len(new) < len(names) or [own[at] for at in kept] == [
            new[at] for at in kept
        ]


def test_people_buy_what_they_like() -> None:
    block = draw_block(SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0), 0)
    people = pd.DataFrame(
        truth_tables(block, PartyRecords([], np.array([], np.int64)), [], [])["people"].to_pandas()
    )
    product = block.orders.line_product
    bought = people.iloc[block.orders.person[block.orders.line_order]].assign(
        category=shopify_products.product_categories(product),
        brand=shopify_products.product_brands(product),
    )
    shares = people["taste"].value_counts(normalize=True)
    assert shares["category_specialist"] == pytest.approx(1 / 3, abs=0.05)
    assert shares["private_label"] == pytest.approx(0.10, abs=0.03)
    for taste, column, liked in (
        ("category_specialist", "category", bought["taste_of"]),
        ("brand_seeker", "brand", bought["taste_of"]),
        ("private_label", "brand", "Own Label"),
    ):
        follows = (bought[column] == liked)[bought["taste"] == taste]
        base = 1 / bought[column].nunique()
        assert follows.mean() == pytest.approx(0.8 + 0.2 * base, abs=0.02)
    others = bought[bought["taste"] == "none"]
    assert others["category"].value_counts(normalize=True).max() < 0.12
