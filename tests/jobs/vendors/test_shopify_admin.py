"""The Shopify admin's own CSV: orders of several rows, and each amount to the cent."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.jobs.vendors.conftest import Silver

SOURCE = "shopify_admin"
MAY = datetime(2025, 5, 1, tzinfo=UTC)


def amounts(silver: Silver, table: str, key: str, *names: str) -> dict[str, tuple[object, ...]]:
    found = silver.by(table, SOURCE, key)
    return {row: tuple(values[name] for name in names) for row, values in sorted(found.items())}


def test_orders_are_net_of_tax_shipping_tips_and_discounts(silver: Silver) -> None:
    names = ("currency", "net_amount", "discount_amount", "tax_amount")
    assert amounts(silver, "silver.orders", "order_id", *names) == {
        "#1001": ("USD", Decimal("50.00"), Decimal("10.00"), Decimal("4.00")),
        "#1002": ("EUR", Decimal("100.00"), 0, Decimal("21.00")),  # 120.00 with 20.00 of tax
        "#1003": ("USD", Decimal("30.00"), 0, Decimal("2.00")),  # 3.00 of tip in the total
        "#1005": ("JPY", 1000, 0, 100),
        "#1007": ("USD", Decimal("25.00"), 0, 0),
        "#1010": ("USD", Decimal("50.00"), 0, 0),
        "#1011": ("USD", Decimal("4.00"), 0, 0),
        "#1012": ("USD", Decimal("3.00"), 0, 0),
    }


def test_lines_share_what_was_taken_off_the_order_and_equal_ones_count_each(
    silver: Silver,
) -> None:
    names = ("quantity", "net_amount", "discount_amount")
    found = amounts(silver, "silver.order_lines", "line_id", *names)
    assert found == {
        "#1001/Mug/1": (1, Decimal("8.93"), Decimal("1.07")),  # 10.00 of 56.00, which cost 50.00
        "#1001/Mug/2": (1, Decimal("8.93"), Decimal("1.07")),
        "#1001/Tee - Black / S/1": (2, Decimal("32.14"), Decimal("7.86")),  # 40.00 less 4.00
        "#1002/Coat/1": (1, Decimal("100.00"), 0),
        "#1003/Plate/1": (2, Decimal("30.00"), 0),
        "#1005/Fan/1": (1, 1000, 0),
        "#1007/Bowl/1": (1, Decimal("25.00"), 0),
        "#1010/Gift Card - $50.00/1": (1, Decimal("50.00"), 0),
        "#1011/Ink/1": (1, Decimal("8.00"), 0),
        "#1011/Pen/1": (1, Decimal("4.00"), 0),
        "#1012/Nib/1": (1, Decimal("3.00"), 0),
    }


def test_a_line_that_a_later_export_no_longer_has_is_removed(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    removed = {key: row["removed_at"] for key, row in lines.items() if row["removed_at"]}
    assert removed == {"#1011/Ink/1": MAY}


def test_the_export_written_last_says_what_was_refunded(silver: Silver) -> None:
    names = ("refund_amount", "refund_kind", "event_at", "available_at")
    april = datetime(2025, 4, 1, tzinfo=UTC)
    assert amounts(silver, "silver.refund_lines", "refund_line_id", *names) == {
        # all of 126.00, of which 100.00 are goods; loaded after it, written before: March
        "#1002/refund": (Decimal("100.00"), None, datetime(2024, 3, 6, 9, tzinfo=UTC), april),
        "#1007/refund": (Decimal("25.00"), "cancel", datetime(2024, 3, 9, 13, tzinfo=UTC), april),
    }


def test_instants_have_the_offset_that_the_file_writes(silver: Silver) -> None:
    orders = silver.by("silver.orders", SOURCE, "order_id")
    assert orders["#1001"]["event_at"] == datetime(2024, 3, 5, 19, 3, 22, tzinfo=UTC)
    assert orders["#1007"]["cancelled_at"] == datetime(2024, 3, 9, 13, tzinfo=UTC)


def test_each_refused_row_says_why_and_takes_its_whole_order_along(silver: Silver) -> None:
    refused = sorted(
        (row["stage"], row["target"] or "", row["reasons"])
        for row in silver.rows("ops.quarantine", SOURCE)
    )
    twice = "differs:subtotal,differs:total,twice:currency"
    assert refused == [
        ("ingest", "", twice),
        ("ingest", "", twice),
        ("ingest", "", "type:lines.price"),
        ("ingest", "", "type:lines.price"),
        ("standardise", "silver.order_lines", "word:financial_status"),
        ("standardise", "silver.orders", "word:financial_status"),
        ("standardise", "silver.refund_lines", "word:financial_status"),
    ]


def test_each_row_of_a_file_is_counted_though_an_order_has_several(silver: Silver) -> None:
    kept = ("rows_in", "rows_loaded", "rows_quarantined", "rows_duplicate")
    found = {
        row["input"]: tuple(row[name] for name in kept)
        for row in silver.rows("ops.batches", SOURCE)
    }
    assert found == {
        "orders_export_0.csv": (1, 1, 0, 0),
        "orders_export_1.csv": (18, 14, 4, 0),
        "orders_export_2.csv": (6, 5, 0, 1),  # one order is as it was
        "customers_export.csv": (1, 1, 0, 0),
        "customers_export_2.csv": (1, 1, 0, 0),
        "products_export_1.csv": (4, 4, 0, 0),
        "products_export_2.csv": (4, 1, 0, 3),  # three rows of one record are as they were
    }


def test_gift_cards_and_app_sales_are_said_for_what_they_are(silver: Silver) -> None:
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    cards = [key for key, row in lines.items() if row["is_gift_card"]]
    assert cards == ["#1010/Gift Card - $50.00/1"]
    orders = silver.by("silver.orders", SOURCE, "order_id")
    assert {orders[key]["channel"] for key in ("#1001", "#1010")} == {"web", "unknown"}


def test_who_is_known_by_nothing_is_anonymous(silver: Silver) -> None:
    people = silver.by("silver.parties", SOURCE, "party_id")
    kinds = {people[key]["party_kind"] for key in ("guest-#1001", "guest-#1010")}
    assert kinds == {"guest"} and people["guest-#1012"]["party_kind"] == "anonymous"


def test_customers_say_what_they_agreed_to(silver: Silver) -> None:
    people = silver.by("silver.parties", SOURCE, "party_id")
    assert people["7001"]["jurisdiction"] == "DE"
    consents = silver.by("silver.consent_events", SOURCE, "consent_event_id")
    assert {key: row["state"] for key, row in consents.items()} == {
        "7001-email": "denied",  # granted in April
        "7001-sms": "unknown",
    }


def test_variants_are_products_under_the_name_that_orders_give_them(silver: Silver) -> None:
    names = ("title", "category", "brand", "list_price_amount")
    assert amounts(silver, "silver.products", "product_id", *names) == {
        "MUG": ("Mug", "Kitchen", "Potters", 10),
        "Tee - Black / M": ("Tee", "Shirts", "Northlake", 22),
        "Tee - Black / S": ("Tee", "Shirts", "Northlake", 20),
    }
    lines = silver.by("silver.order_lines", SOURCE, "line_id")
    sold = {lines[key]["product_id"] for key in ("#1001/Mug/1", "#1001/Tee - Black / S/1")}
    assert sold == {"shopify_admin:MUG", "shopify_admin:Tee - Black / S"}


def test_the_cost_of_an_item_lasts_until_an_export_says_another(silver: Silver) -> None:
    rows = silver.rows("silver.product_costs", SOURCE)
    found = {(row["valid_from"], row["unit_cost_amount"], row["valid_to"]) for row in rows}
    april = datetime(2025, 4, 1, tzinfo=UTC)
    assert found == {(april, Decimal("3.255"), MAY), (MAY, Decimal("4.10"), None)}
    assert {row["product_id"] for row in rows} == {"shopify_admin:MUG"}  # tees have an unknown one
