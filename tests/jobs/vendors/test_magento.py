"""Magento's REST API: each thing sold counts once, without tax, in the order's own currency."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.jobs.vendors.conftest import Silver

SOURCE = "magento"
UPDATED = datetime(2025, 3, 9, 8, tzinfo=UTC)


def test_orders_are_net_of_discounts_and_of_the_tax_in_them(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    found = {
        key: (row["currency"], row["net_amount"], row["discount_amount"], row["channel"])
        for key, row in orders.items()
    }
    assert found == {
        "1": ("EUR", 68, 12, "web"),  # 60 + 20, less 12 of which 2 are tax, less 2
        "2": ("EUR", 29, 1, "web"),
        "5": ("EUR", 50, 0, "staff"),
    }
    assert orders["5"]["cancelled_at"] == UPDATED


def test_bundles_and_configurable_products_count_once(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    amounts = {key: row["net_amount"] for key, row in lines.items()}
    assert amounts == {"1": 50, "3": 18, "5": 9, "6": 20, "7": 50}


def test_refunds_are_those_of_items_of_shipping_and_adjustments(silver: Silver) -> None:
    refunds = silver.by("silver.refund_lines", SOURCE, "refund_line_id")
    found = {
        key: (row["refund_kind"], row["refund_amount"], row["event_at"])
        for key, row in refunds.items()
    }
    assert found == {
        "3": ("return", Decimal("18"), UPDATED),
        "1-adjustment": ("adjustment", Decimal("-3"), UPDATED),
        "1-shipping": ("shipping", Decimal("5"), UPDATED),
    }


def test_a_state_that_nobody_knows_is_refused(silver: Silver) -> None:
    said = {(row["target"], row["reasons"]) for row in silver.rows("ops.quarantine", SOURCE)}
    assert ("silver.orders", "word:state") in said
    assert {reasons for _, reasons in said} == {"word:state"}
    people = silver.by("silver.parties", SOURCE, "party_id")
    assert people["11"]["jurisdiction"] == "NL" and people["guest-2"]["jurisdiction"] == "BE"
