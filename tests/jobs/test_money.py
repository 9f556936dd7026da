"""Money, goods and days as real shops write them: each case has its amount to the cent."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures import money

JOBS = [
    "ingest",
    "standardise",
    "resolve_identity",
    "build_features",
    "build_labels",
    "build_gold",
]
Rows = list[dict[str, Any]]


class Shop:
    """A root after one run."""

    def __init__(self, root: Path, said: str) -> None:
        self.root, self.said = root, said

    def rows(self, table: str) -> Rows:
        """All rows of a table."""
        place = self.root / table.replace(".", "/")
        found: Rows = DeltaTable(place).to_pyarrow_table().to_pylist()
        return found

    def by(self, table: str, key: str) -> dict[str, dict[str, Any]]:
        """Rows of a table by an id."""
        return {row[key]: row for row in self.rows(table)}

    def customer(self, party: str) -> dict[str, Any]:
        """The customer that a party is."""
        wanted = self.by("gold.customer_keys", "party_id")[party]["customer_id"]
        (found,) = (r for r in self.rows("gold.customer_360") if r["customer_id"] == wanted)
        return found

    def snapshot(self, party: str) -> dict[str, Any]:
        """The newest snapshot of the customer that a party is."""
        wanted = self.by("gold.customer_keys", "party_id")[party]["customer_id"]
        mine = [r for r in self.rows("features.customer_snapshots") if r["customer_id"] == wanted]
        return max(mine, key=lambda row: str(row["as_of"]))


@pytest.fixture(scope="module")
def shop(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The exports of tests/fixtures/money.py after a run whose days begin in New York."""
    base = tmp_path_factory.mktemp("money")
    root, sources = base / "root", base / "sources"
    money.write(root / "raw", sources)
    instances = (
        "{shopify: {}, square: {}, recharge: {currency: CAD}, online_retail: {}, "
        "ledger: {currency: GBP, country: GB, time_zone: Europe/London}}"
    )
    extra = ["run.time_zone=America/New_York", f"sources.instances={instances}"]
    said: list[str] = []
    with open_runner(
        "mini", str(root), extra, as_of="latest", mappings=str(sources), quiet=True
    ) as runner:
        runner.progress.say = said.append  # what the screen would show
        runner.run(JOBS)
    yield Shop(root, "\n".join(said))


def paid(shop: Shop, party: str) -> tuple[str, Decimal]:
    """Currency and net amount of a customer."""
    row = shop.customer(party)
    return row["currency"], row["historic_amount"]


@pytest.mark.parametrize(
    ("party", "currency", "amount"),
    [
        ("shopify:9104", "USD", "100.00"),  # its refund is in another currency
        ("shopify:9105", "USD", "65.00"),  # 80 - 20 + 50 - (50 - 5)
        ("shopify:9108", "USD", "100.00"),  # a gift card of 100, and what it paid for
        ("shopify:9109", "GBP", "200.00"),  # 100 + 100 + 50 without tax, tips and shipping, less 50
        ("shopify:9110", "USD", "50.00"),
        ("shopify:9111", "USD", "20.00"),
        ("shopify:9125", "USD", "95.00"),
        ("shopify:9126", "JPY", "1000"),
        ("shopify:9127", "KWD", "1.234"),
        ("shopify:9129", "CAD", "7.00"),  # written " cad"
        ("square:SQ1", "JPY", "1000"),
        ("square:SQ2", "USD", "0.00"),  # 12.50 less tax and tip, and all given back
        ("square:SQ3", "USD", "6.00"),  # 13.00 less a service charge, and 4.00 back without receipt
        ("square:SQ4", "USD", "5.00"),
        ("ledger:K1", "GBP", "11.75"),  # 15.30 + 1.55 - 5.10
        ("online_retail:13085", "GBP", "69.00"),  # 83.40 - 13.90 - 0.50, postage left out
    ],
)
def test_a_customer_has_paid(shop: Shop, party: str, currency: str, amount: str) -> None:
    assert paid(shop, party) == (currency, Decimal(amount))


def test_orders_and_lines_of_a_till_have_the_decimals_of_their_currency(shop: Shop) -> None:
    orders = shop.by("silver.orders", "order_id")
    shown = {key: orders[f"square:{key}"]["net_amount"] for key in ("YEN", "TIP", "FEE", "CARD")}
    assert shown == {"YEN": 1000, "TIP": 10, "FEE": 10, "CARD": 55}
    lines = shop.by("silver.order_lines", "line_id")
    assert {key: lines[f"square:{key}"]["net_amount"] for key in ("YEN-l0", "TIP-l0")} == {
        "YEN-l0": 1000,
        "TIP-l0": 10,
    }
    assert lines["square:FEE-l0"]["quantity"] == Decimal("0.75")
    assert "square:BACK" not in orders and "square:LOOSE" not in orders


def test_spend_counts_in_the_customers_own_currency(shop: Shop) -> None:
    spend = {
        party: shop.snapshot(f"shopify:{party}")
        for party in ("9108", "9109", "9125", "9126", "9127")
    }
    assert {key: (row["currency"], row["spend_365d"]) for key, row in spend.items()} == {
        "9108": ("USD", 100.0),
        "9109": ("GBP", 250.0),
        "9125": ("USD", 95.0),
        "9126": ("JPY", 1000.0),
        "9127": ("KWD", 1.234),
    }


def test_one_main_currency_throughout(shop: Shop) -> None:
    cells = {(row["currency"], row["frequency"]) for row in shop.rows("features.purchase_cells")}
    assert {("GBP", 2), ("JPY", 0), ("KWD", 0)} <= cells
    for party in ("9104", "9109", "9125", "9126"):
        both = shop.customer(f"shopify:{party}"), shop.snapshot(f"shopify:{party}")
        assert both[0]["currency"] == both[1]["currency"]


def test_gift_cards_are_a_debt_of_the_order_that_sold_them(shop: Shop) -> None:
    orders = shop.by("gold.customer_orders", "order_id")
    shown = {
        key: (orders[key]["net_amount"], orders[key]["gift_card_amount"])
        for key in ("shopify:910801", "shopify:910802", "square:CARD")
    }
    assert shown == {
        "shopify:910801": (0, 100),
        "shopify:910802": (100, 0),
        "square:CARD": (5, 50),
    }


def test_every_refund_is_a_customers_and_says_what_it_takes_from(shop: Shop) -> None:
    found = {
        re.sub("^.*?:|-[0-9a-f]{64}$", "", key): (
            row["counts_as"],
            row["currency"],
            row["refund_amount"],
        )
        for key, row in shop.by("gold.customer_refunds", "refund_id").items()
    }
    assert found == {
        "R1": ("other_currency", "CAD", 135),
        "R2": ("order", "USD", 20),
        "R3": ("order", "USD", 50),
        "R4": ("order", "USD", -5),
        "R5": ("order", "GBP", 50),
        "BACK-b0": ("order", "USD", 10),
        "LOOSE-b0": ("customer", "USD", 4),
        "C3": ("customer", "GBP", Decimal("5.10")),
        "C489449": ("customer", "GBP", Decimal("13.90")),
        "C489450": ("shipping", "GBP", 18),
        "C489451": ("customer", "GBP", Decimal("0.50")),
    }


def test_a_line_edited_to_nothing_is_gone_from_the_basket(shop: Shop) -> None:
    line = shop.by("silver.order_lines", "line_id")["shopify:L5"]
    assert (line["quantity"], line["net_amount"]) == (0, 0)
    assert str(line["removed_at"])[:10] == "2025-11-03"
    assert shop.snapshot("shopify:9111")["products_365d"] == 1
    assert not [row for row in shop.rows("ops.quarantine") if row["target"]]


def test_imported_orders_are_dated_by_their_sale_and_known_by_their_import(shop: Shop) -> None:
    customer = shop.customer("shopify:9110")
    assert (customer["first_order_on"], customer["orders"]) == (date(2023, 2, 15), 5)
    newest = shop.snapshot("shopify:9110")
    assert newest["tenure_days"] == (newest["as_of"] - date(2023, 2, 15)).days
    wanted = customer["customer_id"]
    mine = [r for r in shop.rows("features.customer_snapshots") if r["customer_id"] == wanted]
    assert {str(row["as_of"]) for row in mine} == {"2025-12-21"}


def test_a_day_is_that_of_the_shops_zone(shop: Shop) -> None:
    order = shop.by("gold.customer_orders", "order_id")["shopify:912401"]
    customer = shop.customer("shopify:9124")
    day, newest = date(2025, 11, 30), shop.snapshot("shopify:9124")
    assert order["ordered_on"] == customer["last_order_on"] == day
    assert newest["recency_days"] == newest["tenure_days"] == (newest["as_of"] - day).days


def test_words_of_both_versions_of_an_api_are_known(shop: Shop) -> None:
    charges = shop.by("silver.subscription_charges", "charge_id")
    words = ["paid", "failed", "partially_refunded", "paid", "failed", "scheduled", "skipped"]
    for name in ("status", "status_first"):
        shown = [charges[f"recharge:CH{n}"][name] for n in range(1, 9)]
        assert shown == [*words, "unknown"]
    states = shop.by("silver.subscriptions", "subscription_id")
    assert [
        (states[f"recharge:SB{n}"]["status"], states[f"recharge:SB{n}"]["interval_days"])
        for n in (1, 2, 3)
    ] == [("active", 30), ("active", 14), ("expired", 30)]
    assert {row["currency"] for row in states.values()} == {"CAD"}


def test_a_word_nobody_listed_is_kept_as_unknown_and_named(shop: Shop) -> None:
    said = {
        row["subject"]: row
        for row in shop.rows("ops.dq_results")
        if row["check_name"] == "words_are_known"
    }
    charges = said["recharge > silver.subscription_charges.status"]
    assert (charges["actual"], charges["is_passed"]) == (1.0, False)
    assert charges["detail"].endswith("kept as unknown: limbo (1)")
    assert said["shopify > silver.orders.channel"]["detail"].endswith(": 580111 (1)")
    assert len(said) == 2
    assert "limbo (1)" in shop.said
