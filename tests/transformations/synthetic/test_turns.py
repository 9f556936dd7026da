"""What the generated retailer says and takes back: its truth is what the newest versions of its own
exports say.
"""

import csv
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import GeneratedBlock, generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

CUSTOMERS = 1_000


@pytest.fixture(scope="module")
def block() -> GeneratedBlock:
    """A block whose exports are complete and whole."""
    return generate_block(
        SyntheticRetailer(7, CUSTOMERS, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0), 0
    )


def lines(block: GeneratedBlock, key: str) -> Iterator[dict[str, Any]]:
    found = block.lines[key, 1]
    columns = BY_KEY[key].columns
    return csv.DictReader(found, columns) if columns else map(json.loads, found)


def newest(block: GeneratedBlock, key: str, at: str = "updated_at") -> dict[str, dict[str, Any]]:
    """By id the newest version, and how many there are."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines(block, key):
        found.setdefault(line["id"], []).append(line)
    return {
        own: max(versions, key=lambda line: str(line[at])) | {"versions": len(versions)}
        for own, versions in found.items()
    }


def edited(block: GeneratedBlock) -> set[str]:
    """Orders of which an edit changed the amount."""
    amounts: dict[str, set[str]] = {}
    for line in lines(block, "shopify/orders"):
        amounts.setdefault(line["id"], set()).add(line["subtotal_price"])
    return {key for key, own in amounts.items() if len(own) > 1}


def true_states(block: GeneratedBlock, table: str) -> dict[str, str]:
    return {
        row["fact_id"]: row["status"]
        for row in block.truth["states"].to_pylist()
        if row["fact_table"] == table
    }


def test_orders_are_cancelled_taken_back_and_tried_out(block: GeneratedBlock) -> None:
    truth, others = true_states(block, "orders"), edited(block)
    shop = {
        f"shopify:{key}": "withdrawn"
        if line["test"] == "true"
        else "ended"
        if line["cancelled_at"]
        else "standing"
        for key, line in newest(block, "shopify/orders").items()
        if line["versions"] > 1 and key not in others
    }
    till = {
        f"square:{key}": "withdrawn"
        for key, line in newest(block, "square/orders").items()
        if line["state"] == "CANCELED"
    }
    assert truth == shop | till
    assert {status: list(truth.values()).count(status) > 10 for status in truth.values()} == {
        "standing": True,
        "ended": True,
        "withdrawn": True,
    }
    flags = [line["test"] for line in lines(block, "shopify/orders")]
    assert 0.25 < flags.count("") / len(flags) < 0.35


def test_a_line_that_was_taken_off_is_on_the_receipt_again(block: GeneratedBlock) -> None:
    held = {
        f"square:{key}-{item['uid']}"
        for key, line in newest(block, "square/orders").items()
        if line["versions"] == 3
        for item in line["line_items"][-1:]
    }
    assert set(true_states(block, "order_lines")) == held
    assert len(held) > 10


def test_tickets_are_solved_reopened_and_solved_again(block: GeneratedBlock) -> None:
    tickets = newest(block, "zendesk/tickets")
    assert true_states(block, "tickets") == {
        f"zendesk:{key}": "ended" if line["status"] == "solved" else "standing"
        for key, line in tickets.items()
    }
    assert {line["versions"] for line in tickets.values()} == {1, 2, 3, 4}


def test_consent_is_withdrawn_and_given_again(block: GeneratedBlock) -> None:
    person = {
        row["party_id"].removeprefix("onetrust:"): row["person_id"]
        for row in block.truth["records"].to_pylist()
    }
    said: dict[int, list[tuple[str, str]]] = {}
    for line in lines(block, "onetrust/consent_receipts"):
        for purpose in line["purposes"]:
            if purpose["id"] == "marketing":
                word = (line["interactionDate"], purpose["transactionType"])
                said.setdefault(person[line["receiptId"]], []).append(word)
    assert true_states(block, "marketing") == {
        str(who): "standing" if max(words)[1] == "CONFIRMED" else "ended"
        for who, words in said.items()
    }
    assert max(map(len, said.values())) == 3


def test_accounts_hold_anothers_e_mail_for_a_time_or_lose_theirs(block: GeneratedBlock) -> None:
    accounts = newest(block, "shopify/customers")
    truth = {row["party_id"]: row["email"] for row in block.truth["emails"].to_pylist()}
    assert truth == {party: accounts[party[8:]]["email"] or None for party in truth}
    assert {email is None for email in truth.values()} == {True, False}


def test_charges_that_failed_are_paid_later(block: GeneratedBlock) -> None:
    charges = newest(block, "recharge/charges")
    assert {line["status"].lower() for line in charges.values() if line["versions"] == 2} == {
        "success"
    }
