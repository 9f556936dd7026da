"""Whatever a shop exports, each order and each cent is a customer's in gold, or has its reason."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.transformations.sources.currencies import format_amount
from tests.fixtures import random_exports
from tests.fixtures.random_exports import Shop

NOTHING: Final = (0, Decimal(0))
Sums = dict[str, dict[str, tuple[int, Decimal]]]


@pytest.fixture(scope="module", params=[20, pytest.param(200, marks=pytest.mark.nightly)])
def run(
    request: Any, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[Shop]]]:
    """Random shops, all of them sources of one run, and its root."""
    base = tmp_path_factory.mktemp("random")
    shops = [random_exports.shop(number) for number in range(request.param)]
    settings = random_exports.write(base / "root", shops, base / "sources")
    options = {"as_of": "latest", "mappings": str(base / "sources"), "quiet": True}
    with open_runner("mini", str(base / "root"), settings, **options) as runner:
        runner.run(["ingest", "standardise", "resolve_identity", "build_gold"])
    yield base / "root", shops


def read(root: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        DeltaTable(root / table.replace(".", "/")).to_pyarrow_table().to_pylist()
    )
    return found


def sums(rows: list[dict[str, Any]], key: str = "order_id", amount: str = "net_amount") -> Sums:
    """Rows and money by source and currency."""
    found: defaultdict[str, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for row in rows:
        source = row[key].partition(":")[0]
        count, money = found[source].get(row["currency"], (0, Decimal(0)))
        found[source][row["currency"]] = (count + 1, money + row[amount])
    return dict(found)


def only_tests(shop: Shop) -> list[str]:
    """Tables to which nothing came from a shop of whose orders none is left but tests."""
    if shop.newest:
        return []
    has_refunds = any(row["refunds"] for row in shop.versions) and not shop.returns
    return ["silver.orders", "silver.order_lines", *["silver.refund_lines"] * has_refunds]


def test_every_order_is_a_customers_to_the_cent(run: tuple[Path, list[Shop]]) -> None:
    root, shops = run
    assert sum(len(shop.newest) for shop in shops) > 20 * len(shops) * 0.6
    orders = read(root, "gold.customer_orders")
    assert sums(orders) == {shop.name: shop.revenue for shop in shops if shop.revenue}
    for row in orders:
        row["net_amount"] += row["gift_card_amount"]
    assert sums(orders) == {shop.name: shop.money for shop in shops if shop.money}
    assert any(row["gift_card_amount"] for row in orders)


def test_every_refund_takes_from_what_it_is_for_to_the_cent(run: tuple[Path, list[Shop]]) -> None:
    root, shops = run
    refunds = read(root, "gold.customer_refunds")
    counted = [row for row in refunds if row["counts_as"] in ("order", "customer")]
    wanted = {shop.name: shop.refunds for shop in shops if shop.refunds}
    assert sums(counted, "refund_id", "refund_amount") == wanted
    kinds = {"order", "customer", "other_currency", "cancelled", "shipping", "gift_card"}
    assert {row["counts_as"] for row in refunds} == kinds
    held = [row for row in read(root, "silver.refund_lines") if row["withdrawn_at"] is None]
    assert len(refunds) == len(held)


def test_lines_that_orders_still_have_add_up_to_them(run: tuple[Path, list[Shop]]) -> None:
    root, shops = run
    lines = [
        row
        for row in read(root, "silver.order_lines")
        if row["removed_at"] is None and row["withdrawn_at"] is None
    ]
    assert sums(lines) == {shop.name: shop.lines for shop in shops if shop.lines}


def test_nothing_is_lost_without_a_reason_and_the_run_says_so(
    run: tuple[Path, list[Shop]],
) -> None:
    root, shops = run
    checks = read(root, "ops.dq_results")
    alarms = {row["subject"] for row in checks if not row["is_passed"]}
    assert alarms == {f"{shop.name} > {table}" for shop in shops for table in only_tests(shop)}
    for shop in shops:
        for currency in {*shop.money, *shop.withdrawn}:
            subject = f"{shop.name} > orders, {currency}"
            said = {row["detail"] for row in checks if row["subject"] == subject}
            rows, money = shop.money.get(currency, NOTHING)
            gone, unpaid = shop.withdrawn.get(currency, NOTHING)
            paid = shop.revenue.get(currency, NOTHING)[1]
            why = "withdrawn:filtered:not_a_test"
            in_silver, there, cards, out = (
                format_amount(amount, currency)
                for amount in (money + unpaid, paid, money - paid, unpaid)
            )
            has_cards = money != paid
            assert said == {
                f"{subject}: {rows + gone:,} in silver = {rows:,} gold"
                + (" + 0 gift_cards" if has_cards else "")
                + (f" + {gone:,} {why}" if gone else ""),
                f"{subject}: {in_silver} in silver = {there} gold"
                + (f" + {cards} gift_cards" if has_cards else "")
                + (f" + {out} {why}" if gone else ""),
            }


def test_orders_of_one_account_are_one_customers_listed_or_not(
    run: tuple[Path, list[Shop]],
) -> None:
    root, shops = run
    customer = {row["party_id"]: row["customer_id"] for row in read(root, "gold.customer_keys")}
    ordered = {row["order_id"]: row["customer_id"] for row in read(root, "gold.customer_orders")}
    for shop in shops:
        for key, row in shop.newest.items():
            party = row["customer"] or f"guest-{key}"
            assert ordered[f"{shop.name}:{key}"] == customer[f"{shop.name}:{party}"]
