"""How the generated retailer's people came, what that cost, and what they say of products: exports
and truth agree.
"""

import csv
import json
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from holdfast.transformations.synthetic.acquisition import ROUTES
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import GeneratedBlock, generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer


@pytest.fixture(scope="module")
def block() -> GeneratedBlock:
    """A thousand people without any fault of delivery."""
    return generate_block(SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0), 0)


def lines_of(block: GeneratedBlock, key: str) -> list[dict[str, Any]]:
    lines, columns = block.lines[key, 1], BY_KEY[key].columns
    return list(csv.DictReader(lines, columns)) if columns else [json.loads(one) for one in lines]


def test_the_first_page_of_a_visitor_says_how_they_came_and_no_other_does(
    block: GeneratedBlock,
) -> None:
    person = {row["party_id"]: row["person_id"] for row in block.truth["records"].to_pylist()}
    pages = lines_of(block, "rudderstack/pages")
    arrivals: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for page in pages:
        site = page["context_page_referring_domain"]
        is_led = site != "" and site == page["context_page_initial_referring_domain"]
        if page["context_campaign_source"] or is_led:
            who = person[f"rudderstack:{page['user_id'] or page['anonymous_id']}"]
            arrivals[who].append((page["context_campaign_name"], page["timestamp"][:10]))
    truth = {row["person_id"]: row for row in block.truth["acquisitions"].to_pylist()}
    assert set(arrivals) == {
        who for who, row in truth.items() if row["first_visit_on"] and row["channel"] != "direct"
    }
    for who, ((campaign, day),) in arrivals.items():
        true = truth[who]
        assert (campaign or None, day) == (true["campaign_name"], str(true["first_visit_on"]))
    assert len(arrivals) > 700
    assert "www.shop.example" in {page["context_page_referring_domain"] for page in pages}


def test_a_campaign_costs_what_those_who_came_by_it_cost_together(block: GeneratedBlock) -> None:
    spent: dict[str, Fraction] = defaultdict(Fraction)
    for vendor, report, key, cost, cents in (
        ("google_ads_api", "campaign_stats", "id", "cost_micros", Fraction(1, 10_000)),
        ("tiktok_ads_api", "campaign_report_daily", "campaign_id", "spend", Fraction(100)),
    ):
        named = {
            row[key]: row["name" if "name" in row else "campaign_name"]
            for row in lines_of(block, f"{vendor}/campaign_history")
        }
        for row in lines_of(block, f"{vendor}/{report}"):
            spent[named[row[key]]] += Fraction(row[cost]) * cents
    assert {name: float(total) for name, total in spent.items()} == {
        route.campaign: pytest.approx(1_000 * route.share * route.cost, rel=0.05)
        for route in ROUTES
        if route.cost
    }


def test_a_product_costs_less_than_it_is_sold_for_and_some_costs_are_unknown(
    block: GeneratedBlock,
) -> None:
    prices = {row["id"]: Fraction(row["price"]) for row in lines_of(block, "shopify/products")}
    costs = lines_of(block, "shopify/inventory_items")
    assert all(Fraction(row["cost"]) < prices[row["product_id"]] for row in costs if row["cost"])
    times = [row["id"] for row in costs]
    assert 10 < sum(not row["cost"] for row in costs) < 60
    assert 50 < len(times) - len(set(times)) < 150  # that rose


def test_a_review_is_of_a_product_that_was_sold_and_of_a_known_person(
    block: GeneratedBlock,
) -> None:
    person = {row["party_id"]: row["person_id"] for row in block.truth["records"].to_pylist()}
    bought = {row["product_id"] for row in lines_of(block, "shopify/order_lines")}
    reviews = lines_of(block, "judgeme/reviews")
    assert 50 < len(reviews) < 500
    assert {str(row["product_external_id"]) for row in reviews} <= bought
    assert {2, 3, 4, 5} <= {row["rating"] for row in reviews} <= {1, 2, 3, 4, 5}
    assert all(f"judgeme:{row['reviewer']['id']}" in person for row in reviews)
