"""Stripe's charges and invoices: amounts in Stripe's own minor units."""

from decimal import Decimal

from tests.jobs.vendors.conftest import Silver

SOURCE = "stripe"


def test_amounts_have_the_decimals_that_stripe_gives_their_currency(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    found = {key: (row["currency"], row["net_amount"]) for key, row in orders.items()}
    assert found == {
        "ch_1": ("USD", Decimal("25.99")),
        "ch_2": ("JPY", 1000),
        "ch_3": ("ISK", 1500),  # Stripe writes two decimals, ISO 4217 has none
        "ch_4": ("USD", 7),  # pending in March
        "ch_5": ("EUR", 100),  # 120.00 less the 20.00 of tax that its invoice says
        "ch_9": ("MGA", 5000),  # Stripe writes none, ISO 4217 has two
        "ch_10": ("KWD", Decimal("1.234")),
    }
    assert orders["ch_5"]["tax_amount"] == 20 and orders["ch_5"]["discount_amount"] == 10
    assert orders["ch_5"]["channel"] == "subscription"


def test_refunds_are_their_charges_and_failed_ones_are_none(silver: Silver) -> None:
    refunds = silver.by("silver.refund_lines", SOURCE, "refund_line_id")
    found = {key: (row["order_id"], row["refund_amount"]) for key, row in refunds.items()}
    assert found == {"re_1": ("stripe:ch_1", 10)}


def test_invoices_of_subscriptions_are_their_charges(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", SOURCE, "charge_id")
    found = {key: (row["status"], row["amount"]) for key, row in charges.items()}
    assert found == {"in_5": ("paid", 120), "in_6": ("pending", 120)}


def test_a_status_that_nobody_knows_is_refused_and_other_tables_are_nobodys(
    silver: Silver,
) -> None:
    said = {(row["target"], row["reasons"]) for row in silver.rows("ops.quarantine", SOURCE)}
    assert said == {("silver.orders", "word:status")}
    assert "stripe/invoice_line_item.csv is read by no mapping" in silver.said
    people = silver.by("silver.parties", SOURCE, "party_id")
    assert people["cus_1"]["jurisdiction"] == "SE" and "guest-ch_2" in people
