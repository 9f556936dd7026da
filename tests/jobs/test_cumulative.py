"""Exports of which each file holds the old rows again: counted as duplicates, and silver as it
would be without them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures import exports
from tests.fixtures.packaged import shopify_admin
from tests.sealed import opened

RETAIL: Final = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
MUGS: Final = "1,M,mug,1,2024-03-05 10:00:00,2.00,7,FR"
BOWL: Final = "1,B,bowl,2,2024-03-05 10:00:00,5.00,7,FR"
LATER: Final = "2,B,bowl,1,2024-03-06 10:00:00,5.00,7,FR"
SALE: Final = "{key},c{key},,{total},1,,{currency},2025-01-01T10:00:00Z,{changed}T10:00:00Z"


@dataclass(frozen=True)
class Shop:
    """A root after two deliveries, and what the second run said."""

    root: Path
    said: str

    def rows(self, table: str, source: str = "") -> list[dict[str, Any]]:
        place = self.root / table.replace(".", "/")
        found = DeltaTable(place).to_pyarrow_table().to_pylist()
        return [row for row in found if not source or row["source"] == source]

    def counted(self, *sources: str) -> dict[str, tuple[int, ...]]:
        """Rows of each file: in all, loaded, refused, duplicate."""
        names = ("rows_in", "rows_loaded", "rows_quarantined", "rows_duplicate")
        return {
            row["input"]: tuple(row[name] for name in names)
            for row in self.rows("ops.batches")
            if row["source"] in sources
        }


def sale(key: str, total: str, currency: str = "USD", changed: str = "2025-01-01") -> str:
    return SALE.format(key=key, total=total, currency=currency, changed=changed)


def write(path: Path, *lines: str) -> None:
    exports.write(path, "\n".join(lines).encode())


def customers(raw: Path, month: int, email: str) -> None:
    row = {"Customer ID": "7001", "Email": email, "Accepts Email Marketing": "yes"}
    name, at = f"customers_export_{month}.csv", datetime(2025, month, 1, tzinfo=UTC)
    shopify_admin.write(raw / "shopify_admin" / name, shopify_admin.CUSTOMERS, [row], at)


@pytest.fixture(scope="module")
def shop(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Orders, lines of invoices and a list of customers; the second files hold the first again."""
    base = tmp_path_factory.mktemp("cumulative")
    raw, folder = base / "root" / "raw", exports.mappings(base / "sources")
    old = [sale("1", "10"), sale("2", "20"), sale("3", "30", "SEK")]

    def run(*settings: str) -> str:
        said: list[str] = []
        options = {"as_of": "2025-12-01", "mappings": str(folder), "quiet": True}
        with open_runner("mini", str(base / "root"), settings, **options) as runner:
            runner.progress.say = lambda text, **_: said.append(text)
            runner.run(["ingest", "standardise"])
        return "\n".join(said)

    write(raw / "shop" / "orders-1.csv", exports.HEADER, *old)
    write(raw / "online_retail" / "2024-03.csv", RETAIL, MUGS, MUGS, BOWL)
    customers(raw, 1, "a@mailbox.example")
    customers(raw, 2, "b@mailbox.example")
    run("ingest.currencies=[USD, GBP]")
    newer = [sale("2", "25", changed="2025-01-02"), sale("4", "40")]
    write(raw / "shop" / "orders-2.csv", exports.HEADER, *old, *newer)
    write(raw / "online_retail" / "2024-04.csv", RETAIL, MUGS, BOWL, MUGS, LATER)
    customers(raw, 3, "a@mailbox.example")
    customers(raw, 4, "a@mailbox.example")
    yield Shop(base / "root", run("ingest.currencies=[USD, GBP, SEK]"))


def test_old_rows_count_as_duplicates_in_the_log_and_on_the_screen(shop: Shop) -> None:
    assert shop.counted("shop", "online_retail") == {
        "orders-1.csv": (3, 3, 0, 0),
        # the order in a currency that was unknown at first is tried again
        "orders-2.csv": (5, 3, 0, 2),
        "2024-03.csv": (3, 3, 0, 0),
        "2024-04.csv": (4, 1, 0, 3),
    }
    assert "shop/orders-2.csv: 2 of 5 rows are duplicates of loaded ones" in shop.said
    assert len(shop.rows("bronze.online_retail_lines")) == 4
    failed = [row["detail"] for row in shop.rows("ops.dq_results") if not row["is_passed"]]
    assert failed == []


def test_sums_over_rows_count_each_row_once(shop: Shop) -> None:
    orders = {
        row["order_id"]: row["net_amount"] for row in shop.rows("silver.orders", "online_retail")
    }
    assert orders == {"online_retail:1": 14, "online_retail:2": 5}


def test_what_a_new_row_changed_is_so_and_a_refused_one_came_in(shop: Shop) -> None:
    orders = {row["order_id"]: row["net_amount"] for row in shop.rows("silver.orders", "shop")}
    assert orders == {"shop:1": 10, "shop:2": 25, "shop:3": 30, "shop:4": 40}
    assert all(isinstance(amount, Decimal) for amount in orders.values())


def test_a_value_that_came_back_is_no_duplicate_and_is_true_again(shop: Shop) -> None:
    assert shop.counted("shopify_admin") == {
        "customers_export_1.csv": (1, 1, 0, 0),
        "customers_export_2.csv": (1, 1, 0, 0),
        "customers_export_3.csv": (1, 1, 0, 0),
        "customers_export_4.csv": (1, 0, 0, 1),
    }
    vault = {row["token"]: row["value"] for row in opened(shop.rows("silver.pii_vault"))}
    emails = sorted(
        (row["valid_from"].month, vault[row["token"]][0], row["valid_to"] and row["valid_to"].month)
        for row in shop.rows("silver.party_values")
        if row["kind"] == "email"
    )
    assert emails == [(1, "a", 2), (2, "b", 3), (3, "a", None)]
