"""WooCommerce's REST API: net amounts to the cent, whatever prices_include_tax says."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.jobs.vendors.conftest import Silver

SOURCE = "woocommerce"
APRIL = datetime(2025, 4, 2, 9, tzinfo=UTC)


def test_orders_are_what_their_lines_cost_less_fees_below_nothing(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    found = {
        key: (row["net_amount_first"], row["net_amount"], row["discount_amount_first"])
        for key, row in orders.items()
    }
    assert found == {
        # 16.81 + 10.00 less a fee of -2.00; 4.20 and 2.00 off; then without its second line
        "501": (Decimal("24.81"), Decimal("16.81"), Decimal("6.20")),
        "502": (8, 8, 0),
        "505": (100, 100, 0),
        "506": (40, 40, 0),
    }
    assert orders["501"]["event_at"] == datetime(2025, 3, 5, 19, 3, 22, tzinfo=UTC)
    assert orders["501"]["has_coupon"] and not orders["505"]["has_coupon"]


def test_lines_share_a_fee_below_nothing(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    first = {key: lines[key]["net_amount_first"] for key in ("1", "2")}
    assert first == {"1": Decimal("15.56"), "2": Decimal("9.25")}  # of 24.81, as 16.81 to 10.00
    assert (lines["1"]["net_amount"], lines["1"]["removed_at"]) == (Decimal("16.81"), None)
    assert lines["2"]["removed_at"] == APRIL


def test_a_refund_is_without_the_tax_of_the_goods_and_no_more_than_they_cost(
    silver: Silver,
) -> None:
    refunds = silver.by("silver.refund_lines", SOURCE, "refund_line_id")
    found = {key: (row["order_id"], row["refund_amount"]) for key, row in refunds.items()}
    assert found == {
        "905": ("woocommerce:505", 50),  # 60.00, of goods for 100.00 with 20.00 of tax
        "907": ("woocommerce:506", 40),  # 50.00 with shipping, of goods for 40.00
    }


def test_a_cancellation_can_be_taken_back_and_a_custom_status_is_refused(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    assert orders["502"]["cancelled_at"] is None
    said = {(row["target"], row["reasons"]) for row in silver.rows("ops.quarantine", SOURCE)}
    assert said == {
        ("silver.orders", "word:status"),
        ("silver.order_lines", "word:status"),
    }


def test_guests_and_accounts_are_parties(silver: Silver) -> None:
    people = silver.by("silver.parties", SOURCE, "party_id")
    assert people["7"]["jurisdiction"] is None and people["7"]["party_kind"] == "customer"
    assert people["guest-505"]["jurisdiction"] == "EE"
    (product,) = silver.rows("silver.products", SOURCE)
    assert (product["category"], product["list_price_amount"]) == ("Cups", 12)
