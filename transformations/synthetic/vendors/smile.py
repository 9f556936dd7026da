"""Smile, the loyalty programme: members and their points."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    json_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.retailer import Flags, Texts

MEMBER_SHARE: Final = 0.55
FIRST_TRANSACTION: Final = 40_000_000


def export_smile(block: Block) -> SystemExports:
    """Members, who earn one point per dollar and now and then use them."""
    random, joined = block.random("smile"), block.lifecycles.joined
    is_member = random.random(len(block)) < MEMBER_SHARE
    person = np.flatnonzero(is_member & (joined < block.retailer.days))
    contacts = record_contacts(random, block.people, person, joined[person], 0.3)
    member = number_ids(15_000_000, 31, block.people.number)
    since = block.instants(joined[person], 20_000)
    name = (contacts.first_name, contacts.last_name)
    columns = (member[person], contacts.email, *name, block.people.born[person], since)
    return SystemExports(
        [
            json_lines("smile/customers", joined[person], _customers(columns)),
            *_points(block, random, member, is_member),
        ],
        [party_records("smile:", member[person], person)],
    )


def _customers(columns: Any) -> Iterator[dict[str, Any]]:
    for member, email, first, last, born, at in rows_of(*columns):
        yield {
            "id": int(member),
            "first_name": first,
            "last_name": last,
            "email": email,
            "state": "member",
            "date_of_birth": born,
            "created_at": at,
            "updated_at": at,
        }


def _points(
    block: Block, random: np.random.Generator, member: Texts, is_member: Flags
) -> list[ExportLines]:
    """Points earned by each order, and points used."""
    orders = block.orders
    rows = np.flatnonzero(is_member[orders.person] & (orders.cancelled < 0))
    earned = orders.net[rows] // 100
    is_used = random.random(len(rows)) < 0.12
    number = block.first_number * 2_000 + np.arange(len(rows))
    transactions = []
    for letter, is_kind, points, description in (
        ("E", np.ones(len(rows), dtype=bool), earned, "Points for an order"),
        ("R", is_used, -np.minimum(earned, 100), "Reward used"),
    ):
        of = rows[is_kind]
        at = block.instants(orders.day[of], orders.second[of])
        columns = (
            np.char.add(letter, number_ids(FIRST_TRANSACTION, 1, number[is_kind])),
            member[orders.person[of]],
            points[is_kind],
            at,
        )
        lines = _transactions(description, columns)
        transactions.append(json_lines("smile/points_transactions", orders.day[of], lines))
    return transactions


def _transactions(description: str, columns: Any) -> Iterator[dict[str, Any]]:
    for entry, member, points, at in rows_of(*columns):
        yield {
            "id": entry,
            "customer_id": int(member),
            "points_change": points,
            "description": description,
            "internal_note": None,
            "created_at": at,
            "updated_at": at,
        }
