"""Exports of the generated retailer have money as real shops do, and its truth adds up."""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import GeneratedBlock, generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

Line = Mapping[str, Any]


@pytest.fixture(scope="module")
def block() -> GeneratedBlock:
    """A thousand people without any fault of delivery."""
    return generate_block(SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0), 0)


def lines_of(block: GeneratedBlock, key: str) -> list[Line]:
    lines = block.lines[key, 1]
    columns = BY_KEY[key].columns
    if not columns:
        return [json.loads(line) for line in lines]
    return list(csv.DictReader(lines, columns))


def newest(rows: list[Line]) -> dict[str, Line]:
    """Rows by id, each in its newest version."""
    return {row["id"]: row for row in sorted(rows, key=lambda row: str(row["updated_at"]))}


def test_an_order_of_the_shop_is_its_lines_and_the_truth_its_lines_without_cards(
    block: GeneratedBlock,
) -> None:
    truth = {row["order_id"]: row for row in block.truth["orders"].to_pylist()}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    cards: dict[str, Decimal] = defaultdict(Decimal)
    for line in newest(lines_of(block, "shopify/order_lines")).values():
        sums[line["order_id"]] += Decimal(line["pre_tax_price"])
        if line["gift_card"] == "true":
            cards[line["order_id"]] += Decimal(line["pre_tax_price"])
    orders = newest(lines_of(block, "shopify/orders"))
    for key, order in orders.items():
        if order["test"] == "true":
            continue  # somebody tried the shop out
        tax = Decimal(order["total_tax"]) if order["taxes_included"] == "true" else Decimal(0)
        true = truth[f"shopify:{key}"]
        assert Decimal(order["subtotal_price"]) - tax == sums[key]
        assert (true["currency"], true["net_amount"]) == (order["currency"], sums[key] - cards[key])
    assert len(cards) > 50 and len(orders) > 5_000


def test_a_receipt_is_its_lines_tax_tip_and_service_charge(block: GeneratedBlock) -> None:
    truth = {row["order_id"]: row for row in block.truth["orders"].to_pylist()}
    back: dict[str | None, Decimal] = defaultdict(Decimal)
    for receipt in lines_of(block, "square/orders"):
        lines = [
            line for given in receipt.get("returns", []) for line in given["return_line_items"]
        ]
        for line in lines:
            money = line["total_money"]["amount"] - line["total_tax_money"]["amount"]
            back[receipt["returns"][0].get("source_order_id")] += money
    assert back.pop(None) > 0
    tips = charges = 0
    for receipt in newest(lines_of(block, "square/orders")).values():
        if "returns" in receipt:
            continue
        total, tax, tip, charge = (
            receipt[f"total_{name}money"]["amount"]
            for name in ("", "tax_", "tip_", "service_charge_")
        )
        of_lines = sum(
            line["total_money"]["amount"] - line["total_tax_money"]["amount"]
            for line in receipt["line_items"]
        )
        true = truth[f"square:{receipt['id']}"]
        units = 1 if true["currency"] == "JPY" else 100
        assert total - tax - tip - charge == of_lines == true["net_amount"] * units
        assert back[receipt["id"]] == true["refund_amount"] * units
        tips, charges = tips + (tip > 0), charges + (charge > 0)
    assert tips > 200 and charges > 50 and sum(map(bool, back.values())) > 50


def test_each_shape_is_in_the_exports(block: GeneratedBlock) -> None:
    orders, lines = (lines_of(block, f"shopify/{name}") for name in ("orders", "order_lines"))
    receipts = [row for row in lines_of(block, "square/orders") if "line_items" in row]
    weights = [line["quantity"] for row in receipts for line in row["line_items"]]
    charges = {row["status"] for row in lines_of(block, "recharge/charges")}
    refunds = lines_of(block, "shopify/refunds")
    ordered_in = {row["id"]: row["currency"] for row in orders}
    currencies: dict[str, set[str]] = defaultdict(set)
    for row in orders:
        currencies[row["customer_id"]].add(row["currency"])
    units = {row["order_interval_unit"] for row in lines_of(block, "recharge/subscriptions")}
    counts = {
        "tax inside": sum(row["taxes_included"] == "true" for row in orders),
        "yen": sum(row["currency"] == "JPY" for row in orders),
        "imported": sum(row["processed_at"] < row["created_at"] for row in orders),
        "edited": sum(row["quantity"] == "0" for row in lines),
        "goodwill": sum(not row["order_line_id"] for row in refunds),
        "shipping": sum(row["restock_type"] == "shipping_refund" for row in refunds),
        "in another currency": sum(
            row["currency"] != ordered_in.get(row["order_id"], row["currency"]) for row in refunds
        ),
        "two currencies": sum(len(own) == 2 for who, own in currencies.items() if who),
        "weighed": sum("." in weight for weight in weights),
    }
    assert {name: count for name, count in counts.items() if count <= 20} == {}
    assert charges == {"success", "SUCCESS", "error", "ERROR"} and units == {"day", "month"}
