"""Square: what was sold and given back at tills, in minor units, once."""

from decimal import Decimal

from tests.jobs.vendors.conftest import Silver, at


def test_an_order_is_what_was_sold_without_tax_tip_service_charge_and_cash_rounding(
    silver: Silver,
) -> None:
    orders = silver.by("silver.orders", "square", "order_id")
    assert {
        key: (row["net_amount"], row["currency"], row["party_id"]) for key, row in orders.items()
    } == {
        "CAKE": (Decimal("13.25"), "USD", "square:C1"),  # 15.39 - 0.64 - 1.00 - 0.50
        "ROUND": (Decimal("10.03"), "AUD", "square:C2"),  # 10.05 paid, its card knows the customer
        "NOBODY": (Decimal(1000), "JPY", "square:receipt-NOBODY"),
        "LEGACY": (Decimal("10.00"), "USD", "square:C1"),
        "SWAP": (Decimal("7.00"), "USD", "square:C1"),
    }
    assert orders["CAKE"]["event_at"] == at(2025, 5, 2, 16, 5)
    assert orders["CAKE"]["discount_amount"] == Decimal("1.00")


def test_lines_add_up_to_their_order(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", "square", "line_id")
    shown = {key: (lines[key]["net_amount"], lines[key]["quantity"]) for key in sorted(lines)}
    assert shown == {
        "CAKE-l1": (Decimal("8.00"), 2),
        "CAKE-l2": (Decimal("5.25"), Decimal("0.35")),
        "LEGACY-l1": (Decimal("10.00"), 1),
        "NOBODY-l1": (Decimal(1000), 1),
        "ROUND-l1": (Decimal("10.03"), 1),
        "SWAP-l1": (Decimal("7.00"), 1),
    }


def test_money_given_back_counts_once_whether_lines_or_an_amount(silver: Silver) -> None:
    refunds = silver.by("silver.refund_lines", "square", "refund_line_id")
    assert {
        key: (row["refund_amount"], row["refund_kind"], row["order_id"], row["quantity"])
        for key, row in refunds.items()
    } == {
        "BACK-b1": (Decimal("4.00"), "return", "square:CAKE", 1),
        "AMOUNT-b1": (Decimal("2.85"), "adjustment", "square:CAKE", None),
        "BARE-RF1": (Decimal("2.00"), "adjustment", "square:CAKE", None),  # 2.16, 0.16 of it tax
        "LEGACY-RF5": (Decimal("5.00"), "adjustment", "square:LEGACY", None),  # half of 11.00
        "SWAP-b1": (Decimal("5.25"), "return", "square:CAKE", Decimal("0.35")),
    }
    assert refunds["BACK-b1"]["line_id"] == "square:CAKE-l1"
    assert refunds["LEGACY-RF5"]["available_at"] == at(2025, 6, 1, 9)


def test_a_refund_in_a_state_nobody_listed_is_refused_not_counted(silver: Silver) -> None:
    assert silver.refused("square") == [("silver.refund_lines", "null:refund_amount")]


def test_people_have_the_country_of_their_address_else_the_shops(silver: Silver) -> None:
    parties = silver.by("silver.parties", "square", "party_id")
    kinds = {key: (row["party_kind"], row["jurisdiction"]) for key, row in parties.items()}
    assert (kinds["C1"], kinds["C2"]) == (("customer", "PT"), ("customer", "CA"))
    assert kinds["receipt-NOBODY"][0] == "anonymous"
