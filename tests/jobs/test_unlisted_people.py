"""People whom no export of people lists have their orders, scores and values all the same."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures import unlisted

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def shop(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The root after a whole run."""
    root = tmp_path_factory.mktemp("unlisted") / "root"
    unlisted.write(root / "raw")
    packaged = ("shopify", "square", "zendesk", "klaviyo", "rudderstack")
    instances = ", ".join(["solo: {mapping: shopify}", *(f"{name}: {{}}" for name in packaged)])
    extra = [f"sources.instances={{{instances}}}"]
    with open_runner("mini", str(root), extra, as_of="latest", quiet=True) as runner:
        runner.run([])
    yield root


def read(root: Path, table: str) -> Rows:
    found: Rows = DeltaTable(root / table.replace(".", "/")).to_pyarrow_table().to_pylist()
    return found


@pytest.fixture(scope="module")
def keys(shop: Path) -> dict[str, dict[str, Any]]:
    """Which customer each source record is."""
    return {row["party_id"]: row for row in read(shop, "gold.customer_keys")}


def test_orders_of_a_deleted_account_are_its_customers(
    shop: Path, keys: dict[str, dict[str, Any]]
) -> None:
    perdita = keys["shopify:9106"]["customer_id"]
    mine = [row for row in read(shop, "gold.customer_orders") if row["customer_id"] == perdita]
    assert {row["order_id"] for row in mine} == {"shopify:910601", "shopify:910602"}
    assert sum(row["net_amount"] for row in mine) == Decimal("130.00")
    (customer,) = (row for row in read(shop, "gold.customer_360") if row["customer_id"] == perdita)
    assert (customer["orders"], customer["historic_amount"]) == (2, Decimal("130.00"))


def test_the_address_on_an_order_makes_its_party_one_with_the_profile_that_has_it(
    keys: dict[str, dict[str, Any]],
) -> None:
    assert keys["shopify:9106"]["customer_id"] == keys["klaviyo:K1"]["customer_id"]
    assert keys["shopify:9101.0"]["customer_id"] == keys["shopify:9101"]["customer_id"]


def test_an_address_that_makes_nobody_one_is_shared(
    shop: Path, keys: dict[str, dict[str, Any]]
) -> None:
    holders = {"shopify:9110", "klaviyo:K11"}
    assert len({keys[party]["customer_id"] for party in holders}) == 2
    shared = [row for row in read(shop, "silver.shared_contacts") if row["party_id"] in holders]
    assert {row["party_id"] for row in shared} == holders
    assert {(row["kind"], row["held_with"]) for row in shared} == {("email", "klaviyo:K11")}


def test_each_party_says_which_fact_it_was_made_from(keys: dict[str, dict[str, Any]]) -> None:
    kinds = {party: row["party_kind"] for party, row in keys.items()}
    assert kinds["shopify:9101"] == "customer" and kinds["shopify:guest-910801"] == "guest"
    assert kinds["shopify:9106"] == kinds["shopify:9101.0"] == kinds["square:SQ9"] == "order"
    assert kinds["zendesk:Z77"] == "ticket" and kinds["klaviyo:K9"] == "message"
    assert kinds["rudderstack:U9"] == "visitor" and kinds["rudderstack:U1"] == "user"
    assert None not in kinds.values()


def test_a_device_keeps_the_colons_of_its_id(keys: dict[str, dict[str, Any]]) -> None:
    device = keys[f"rudderstack:{unlisted.DEVICE}"]
    assert device["party_kind"] == "device"
    assert device["customer_id"] == keys["rudderstack:U1"]["customer_id"]


def test_orders_without_any_other_file_give_customers_scores_and_values(
    shop: Path, keys: dict[str, dict[str, Any]]
) -> None:
    mine = {row["customer_id"] for party, row in keys.items() if party.startswith("solo:")}
    assert len(mine) == unlisted.SHOPPERS
    everyone = {row["customer_id"]: row for row in read(shop, "gold.customer_360")}
    assert {everyone[one]["score_status"] for one in mine} == {"scored"}
    valued = {row["customer_id"] for row in read(shop, "gold.customer_values")}
    assert mine <= valued


def test_nobody_made_from_a_fact_may_be_written_to(
    shop: Path, keys: dict[str, dict[str, Any]]
) -> None:
    mine = {row["customer_id"] for party, row in keys.items() if party.startswith("solo:")}
    decided = {row["customer_id"]: row for row in read(shop, "gold.decision_log")}
    assert {decided[one]["channel"] for one in mine} <= {None, "onsite", "store"}
    assert read(shop, "gold.outbox") == []


def test_every_order_and_line_of_silver_is_a_customers_or_has_a_reason(shop: Path) -> None:
    silver, gold = read(shop, "silver.orders"), read(shop, "gold.customer_orders")
    assert {row["order_id"] for row in silver} - {row["order_id"] for row in gold} == {"square:R2"}
    checks = [row for row in read(shop, "ops.dq_results") if row["check_name"].startswith("silver")]
    assert all(row["is_passed"] for row in checks)
    with (shop / "raw" / "solo" / "orders.csv").open(encoding="utf-8") as file:
        solo = [Decimal(line["subtotal_price"]) for line in csv.DictReader(file)]
    assert {row["detail"] for row in checks} == {
        f"solo > orders, USD: {len(solo)} in silver = {len(solo)} gold",
        f"solo > orders, USD: {sum(solo):,} in silver = {sum(solo):,} gold",
        "shopify > orders, USD: 5 in silver = 5 gold",
        "shopify > orders, USD: 193.75 in silver = 193.75 gold",
        "shopify > order lines, USD: 3 in silver = 2 gold + 1 no_order",
        "shopify > order lines, USD: 112.75 in silver = 100.00 gold + 12.75 no_order",
        "square > orders, USD: 2 in silver = 1 gold + 1 anonymous",
        "square > orders, USD: 50.00 in silver = 20.00 gold + 30.00 anonymous",
        "square > order lines, USD: 2 in silver = 1 gold + 1 anonymous",
        "square > order lines, USD: 50.00 in silver = 20.00 gold + 30.00 anonymous",
    }
