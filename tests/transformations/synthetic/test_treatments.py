"""A year of treatments in the files of a generated retailer: a log with known chances, and nothing
else of whoever was not treated.
"""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.exports import BY_KEY, TREATMENTS
from holdfast.transformations.synthetic.generator import GeneratedBlock, generate_block
from holdfast.transformations.synthetic.plays import ARMS
from holdfast.transformations.synthetic.responses import treat_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

WITHOUT = SyntheticRetailer(7, 1_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0)
WITH = replace(WITHOUT, treatment_seed=1)
MINI = SyntheticRetailer(7, 150, date(2024, 1, 1), 731, 1, 0.004, 0.02, 0.0005)


@pytest.fixture(scope="module")
def before() -> GeneratedBlock:
    """A thousand people whom nobody treats."""
    return generate_block(WITHOUT, 0)


@pytest.fixture(scope="module")
def block() -> GeneratedBlock:
    """The same thousand people with a year of treatments."""
    return generate_block(WITH, 0)


def lines_of(block: GeneratedBlock, key: str) -> Iterator[dict[str, Any]]:
    found, columns = block.lines[key, 1], BY_KEY[key].columns
    return csv.DictReader(found, columns) if columns else map(json.loads, found)


def log_of(block: GeneratedBlock) -> list[dict[str, Any]]:
    return list(lines_of(block, "treatments/treatments"))


def treated_people(block: GeneratedBlock) -> set[int]:
    records = block.truth["records"].to_pylist()
    return {row["person_id"] for row in records if row["party_id"].startswith("treatments:")}


def test_without_the_option_every_file_is_what_it_always_was() -> None:
    digest, made = hashlib.sha256(), generate_block(MINI, 0)
    for (key, delivery), arrived in sorted(made.lines.items()):
        digest.update("\n".join([f"{key} {delivery}", *arrived, ""]).encode())
    for name, table in sorted(made.truth.items()):
        digest.update(f"{name} {table.to_pylist()}\n".encode())
    assert digest.hexdigest() == "4d9bdb91cd62f96cefa329a53a3aefa38625cb6320d70507776d69eecad98f36"


def test_whoever_is_not_treated_orders_what_they_order_without(
    before: GeneratedBlock, block: GeneratedBlock
) -> None:
    touched = treated_people(block)
    person = {row["party_id"]: row["person_id"] for row in block.truth["records"].to_pylist()}

    def shop_orders(of: GeneratedBlock) -> Counter[str]:
        rows = lines_of(of, "shopify/orders")
        keys = [f"shopify:{row['customer_id'] or 'guest-' + row['id'].lstrip('T')}" for row in rows]
        lines = of.lines["shopify/orders", 1]
        own = [person.get(key) for key in keys]
        return Counter(
            line for line, who in zip(lines, own, strict=True) if who not in {None, *touched}
        )

    kept = shop_orders(before)
    assert kept == shop_orders(block) and 3_000 < kept.total() < len(
        before.lines["shopify/orders", 1]
    )
    receipts = [
        Counter(
            line
            for line, row in zip(
                of.lines["square/orders", 1], lines_of(of, "square/orders"), strict=True
            )
            if person.get(f"square:{row.get('customer_id')}", -1) not in {-1, *touched}
        )
        for of in (before, block)
    ]
    assert receipts[0] == receipts[1] and receipts[0].total() > 500


def test_the_systems_that_no_treatment_touches_write_the_same_lines(
    before: GeneratedBlock, block: GeneratedBlock
) -> None:
    touched = {
        key for (key, _), lines in block.lines.items() if lines != before.lines.get((key, 1))
    }
    assert touched - {"zendesk/tickets", "delighted/survey_responses", "judgeme/reviews"} == {
        "shopify/orders",
        "shopify/order_lines",
        "shopify/refunds",
        "square/orders",
        "smile/points_transactions",
        "rudderstack/pages",
        "rudderstack/tracks",
        "rudderstack/feature_used",
        "rudderstack/feature_adopted",
        "klaviyo/events",
        "treatments/treatments",
    }
    for key in ("rudderstack/tracks", "smile/points_transactions", "delighted/survey_responses"):
        ids = [str(row["id"]) for row in lines_of(block, key)]
        assert len(ids) == len(set(ids))


def test_propensities_are_known_where_arms_are_drawn_and_the_marketer_has_none(
    block: GeneratedBlock,
) -> None:
    log = log_of(block)
    assert all(bool(row["experiment"]) == bool(row["propensity"]) for row in log)
    assert {row["experiment"] for row in log} == {"retention-1", "retention-2", ""}
    chosen = [row for row in log if not row["experiment"]]
    assert {row["play"] for row in chosen} == {"favourite_discount", "points_bonus"}
    assert {row["play"] for row in log} == set(ARMS)
    assert 100 < len(chosen) < len(log) / 3
    alone = [row for row in log if row["play"] == "none"]
    assert {(row["channel"], row["cost"]) for row in alone} == {("", "0")}
    assert len({row["treatment_id"] for row in log}) == len(log)


def test_orders_of_the_exports_are_those_of_the_truth(block: GeneratedBlock) -> None:
    truth = {row["order_id"]: row["net_amount"] for row in block.truth["orders"].to_pylist()}
    newest: dict[str, dict[str, Any]] = {}
    for line in sorted(lines_of(block, "shopify/order_lines"), key=lambda row: row["updated_at"]):
        newest[line["id"]] = line
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in newest.values():
        if line["gift_card"] == "false":
            sums[f"shopify:{line['order_id']}"] += Decimal(line["pre_tax_price"])
    assert sums == {key: truth[key] for key in sums}
    shops = {key for key in truth if key.startswith("shopify:")}
    assert shops == set(sums)
    tills = {
        f"square:{row['id']}" for row in lines_of(block, "square/orders") if "line_items" in row
    }
    assert tills == set(truth) - shops
    states = [row for row in block.truth["states"].to_pylist() if row["fact_table"] == "tickets"]
    tickets = {f"zendesk:{row['id']}" for row in lines_of(block, "zendesk/tickets")}
    assert {row["fact_id"] for row in states} == tickets


def test_too_many_contacts_make_some_unsubscribe(
    before: GeneratedBlock, block: GeneratedBlock
) -> None:
    said = [
        {
            row["id"]: row["relationships"]["profile"]["data"]["id"]
            for row in lines_of(of, "klaviyo/events")
            if row["relationships"]["metric"]["data"]["name"] == "Unsubscribed"
        }
        for of in (before, block)
    ]
    new = [said[1][key] for key in set(said[1]) - set(said[0])]
    contacts = Counter(row["customer_id"] for row in log_of(block) if row["play"] != "none")
    assert 5 < len(new) < 60 and len(new) == len(set(new))
    everybody = np.mean(list(contacts.values()))
    assert np.mean([contacts[profile] for profile in new]) > everybody


def test_the_log_has_the_columns_that_its_mapping_reads() -> None:
    (mapping,) = (raw for raw in load_packaged() if (raw.source, raw.name) == ("treatments",) * 2)
    assert set(TREATMENTS.columns) <= {column.name for column in mapping.columns}
    assert {c.name for c in mapping.columns if c.required} <= set(TREATMENTS.columns)


def test_another_seed_treats_others_and_the_same_seed_the_same() -> None:
    small = replace(WITH, customers=200)
    one, again, other = (
        treat_block(draw_block(retailer, 0)).fates.treatments
        for retailer in (small, small, replace(small, treatment_seed=2))
    )
    for name in ("person", "day", "arm"):
        assert getattr(one, name).tolist() == getattr(again, name).tolist()
        assert getattr(one, name).tolist() != getattr(other, name).tolist()
