"""The Shopify API's tables of a connector: what a line lacks its order says."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.jobs.vendors.conftest import Silver

SOURCE = "shopify_api"
MADE = datetime(2025, 3, 5, 19, 3, 22, tzinfo=UTC)
REFUNDED = datetime(2025, 3, 10, 10, tzinfo=UTC)


def test_orders_are_net_of_tax_and_discounts(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    found = {key: (row["currency"], row["net_amount"]) for key, row in orders.items()}
    assert found == {"1": ("USD", 50), "2": ("EUR", 100), "3": ("USD", 9)}


def test_lines_have_the_dates_and_the_currency_of_their_order(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    found = {
        key: (row["currency"], row["net_amount"], row["event_at"]) for key, row in lines.items()
    }
    assert found == {
        "11": ("USD", Decimal("33.33"), MADE),  # 40.00 of 60.00, which cost 50.00
        "12": ("USD", Decimal("16.67"), MADE),
        "21": ("EUR", Decimal("100.00"), MADE),
        "31": ("USD", Decimal("8.50"), MADE),
    }


def test_refunds_have_the_dates_of_theirs_and_no_tax(silver: Silver) -> None:
    refunds = silver.by("silver.refund_lines", SOURCE, "refund_line_id")
    found = {
        key: (row["order_id"], row["currency"], row["refund_amount"], row["refund_kind"])
        for key, row in refunds.items()
    }
    assert found == {
        "811": ("shopify_api:2", "EUR", 50, "return"),
        "adjustment-1": ("shopify_api:2", "EUR", 6, "shipping"),
        "adjustment-2": ("shopify_api:2", "EUR", 5, "adjustment"),
    }
    assert {row["event_at"] for row in refunds.values()} == {REFUNDED}


def test_a_status_that_nobody_knows_is_refused_and_a_customers_consent_is_known(
    silver: Silver,
) -> None:
    said = {row["reasons"] for row in silver.rows("ops.quarantine", SOURCE) if row["target"]}
    assert "word:financial_status" in said
    (consent,) = silver.rows("silver.consent_events", SOURCE)
    assert (consent["state"], consent["channel"]) == ("granted", "email")


def test_a_product_costs_what_the_item_of_its_first_variant_does(silver: Silver) -> None:
    rows = silver.rows("silver.product_costs", SOURCE)
    assert [(row["product_id"], row["currency"]) for row in rows] == [("shopify_api:90", "USD")] * 2
    costs = sorted((row["valid_from"], row["unit_cost_amount"], row["valid_to"]) for row in rows)
    (since, first, until), (again, second, still) = costs
    assert (since, first, second, still) == (MADE, Decimal("6.50"), Decimal("7.125"), None)
    assert until == again > MADE
