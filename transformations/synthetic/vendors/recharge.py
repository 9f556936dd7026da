"""Recharge, the subscriptions: subscribers, each state of their subscription, monthly charges.

Some people are exported from the API of 2021-11, some from that of 2021-01: another word for the
same state, other names, and instants of New York that do not say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import Contacts, record_contacts
from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    format_money,
    json_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts
from holdfast.transformations.synthetic.turns import draw_recovered

SUBSCRIBER_SHARE: Final = 0.16
NEW_YORK: Final = ZoneInfo("America/New_York")
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Plans:
    """A subscription each: whose it is, by place in the block and by the customer's id, its id, its
    price in cents, the day it starts and the day it pauses, and whether the older API shows it.
    """

    person: Ints
    customer: Texts
    plan: Texts
    price: Ints
    start: Ints
    pause: Ints
    is_old: Flags


def export_recharge(block: Block) -> SystemExports:
    """Subscribers, each state of a subscription as a row, and charges of which some fail."""
    random, people, lifecycles = block.random("recharge"), block.people, block.lifecycles
    subscribes = random.random(len(block)) < SUBSCRIBER_SHARE
    person = np.flatnonzero(subscribes & (lifecycles.joined < block.retailer.days - 40))
    start = lifecycles.joined[person] + random.integers(0, 30, len(person))
    contacts = record_contacts(random, people, person, start, 0.25)
    customer = number_ids(60_000_000, 23, people.number[person])
    plan = number_ids(77_000_000, 29, people.number[person])
    price = random.integers(1_500, 4_500, len(person))
    pause = _pause_days(block, random, person)
    is_old = block.shapes.has_old_api[person]
    plans = Plans(person, customer, plan, price, start, pause, is_old)
    since = block.instants(start, 36_000)
    return SystemExports(
        [
            json_lines("recharge/customers", start, _customers(plans, contacts, since)),
            json_lines("recharge/addresses", start[~is_old], _addresses(plans, contacts, since)),
            *_subscription_states(block, plans),
            *_charges(block, random, plans),
        ],
        [party_records("recharge:", customer, person)],
    )


def _at(instant: str, *, is_old: bool) -> str:
    """An instant as one of the APIs writes it."""
    if not is_old:
        return instant.replace("Z", "+00:00")
    return f"{datetime.fromisoformat(instant).astimezone(NEW_YORK):%Y-%m-%dT%H:%M:%S}"


def _customers(plans: Plans, contacts: Contacts, since: Texts) -> Iterator[Row]:
    columns = (
        plans.customer,
        contacts.email,
        contacts.first_name,
        contacts.last_name,
        contacts.address,
        contacts.postcode,
        since,
        plans.is_old,
    )
    for customer, email, first, last, street, postcode, at, is_old in rows_of(*columns):
        made = _at(at, is_old=is_old)
        row = {"id": int(customer), "email": email, "first_name": first, "last_name": last}
        billing = {
            "billing_first_name": first,
            "billing_last_name": last,
            "billing_address1": street,
            "billing_zip": postcode,
            "billing_phone": None,
        }
        own = billing if is_old else {"phone": None, "tax_exempt": False}
        yield {**row, **own, "created_at": made, "updated_at": made}


def _addresses(plans: Plans, contacts: Contacts, since: Texts) -> Iterator[Row]:
    """Addresses of those whom the newer API shows: it has none at their customers."""
    columns = (plans.customer, contacts.address, contacts.postcode, since, plans.is_old)
    for customer, street, postcode, at, is_old in rows_of(*columns):
        if is_old:
            continue
        made = _at(at, is_old=False)
        yield {
            "id": int(customer) + 1,
            "customer_id": int(customer),
            "address1": street,
            "city": None,
            "country_code": "US",
            "phone": None,
            "zip": postcode,
            "created_at": made,
            "updated_at": made,
        }


def _wants_a_feature(block: Block, person: Ints) -> Flags:
    return np.asarray(block.lifecycles.cause[person] == CAUSES.index("feature"))


def _pause_days(block: Block, random: np.random.Generator, person: Ints) -> Ints:
    """The day on which each subscription pauses."""
    misses = _wants_a_feature(block, person) & (random.random(len(person)) < 0.6)
    pauses = misses | (random.random(len(person)) < 0.15)
    day = block.lifecycles.onset[person] + random.integers(5, 40, len(person))
    return np.where(pauses, day, NEVER)


def _subscription_states(block: Block, plans: Plans) -> list[ExportLines]:
    left = block.lifecycles.left[plans.person]
    since = block.instants(plans.start, 36_000)
    states = []
    for status, day in (("active", plans.start), ("paused", plans.pause), ("cancelled", left)):
        rows = np.flatnonzero((day < block.retailer.days) & (day >= plans.start) & (day <= left))
        at = block.instants(day[rows], 36_000 if status == "active" else 40_000)
        columns = (
            plans.plan[rows],
            plans.customer[rows],
            plans.price[rows],
            np.datetime_as_string(block.retailer.dates(day[rows] + 30)),
            since[rows],
            at,
            plans.is_old[rows],
        )
        key = "recharge/subscriptions"
        states.append(json_lines(key, day[rows], _subscriptions(status, columns)))
    return states


def _subscriptions(status: str, columns: tuple[Any, ...]) -> Iterator[Row]:
    for plan, customer, price, following, since, at, is_old in rows_of(*columns):
        changed, charged = _at(at, is_old=is_old), following if status == "active" else None
        yield {
            "id": int(plan),
            "customer_id": int(customer),
            "status": status.upper() if is_old else status,
            "product_title": "Monthly box",
            "price": price / 100 if is_old else f"{price / 100:.2f}",
            "quantity": 1,
            "order_interval_frequency": "1" if is_old else 30,
            "order_interval_unit": "month" if is_old else "day",
            "charge_interval_frequency": "1" if is_old else 30,
            "next_charge_scheduled_at": f"{charged}T00:00:00" if charged and is_old else charged,
            "created_at": _at(since, is_old=is_old),
            "updated_at": changed,
            "cancelled_at": changed if status == "cancelled" else None,
        }


def _charges(block: Block, random: np.random.Generator, plans: Plans) -> list[ExportLines]:
    """Charges, and again those that failed and were paid later."""
    lifecycles, person, start = block.lifecycles, plans.person, plans.start
    ends = np.minimum(np.minimum(lifecycles.left[person], block.retailer.days), plans.pause)
    months = np.maximum((ends - start + 29) // 30, 0)
    owner = np.repeat(np.arange(len(person)), months)
    month = np.arange(len(owner)) - np.repeat(np.cumsum(months) - months, months)
    day = start[owner] + 30 * month
    is_unhappy = (day >= lifecycles.onset[person[owner]]) & _wants_a_feature(block, person[owner])
    is_failed = random.random(len(owner)) < np.where(is_unhappy, 0.45, 0.03)
    paid = draw_recovered(block, day, is_failed)
    head = (
        plans.customer[owner],
        plans.plan[owner],
        month,
        format_money(plans.price[owner]),
        plans.is_old[owner],
        block.instants(day, 37_000),
    )
    first = (*head, is_failed, block.instants(day, 37_000), np.where(is_failed, 3, 1))
    rows = np.flatnonzero(paid < block.retailer.days)
    none_fails = np.zeros(len(owner), dtype=bool)
    later = (*head, none_fails, block.instants(paid, 37_000), np.full(len(owner), 4))
    return [
        json_lines("recharge/charges", day, _charge_rows(first)),
        json_lines("recharge/charges", paid[rows], _charge_rows([row[rows] for row in later])),
    ]


def _charge_rows(columns: Any) -> Iterator[Row]:
    """Charges as they stand when they were tried last."""
    for customer, plan, month, price, is_old, made, is_failed, tried, tries in rows_of(*columns):
        at, status = _at(tried, is_old=is_old), "error" if is_failed else "success"
        row = {
            "id": f"{plan}-{month}",
            "status": status.upper() if is_old else status,
            "type": "RECURRING" if is_old else "recurring",
            "total_price": price,
            "total_refunds": "0.00",
            "currency": "USD",
            "created_at": _at(made, is_old=is_old),
            "updated_at": at,
            "processed_at": None if is_failed else at,
            "scheduled_at": made[:10],
        }
        if is_old:
            own = {"customer_id": int(customer), "line_items": [{"subscription_id": int(plan)}]}
            tried_by = {"number_times_tried": tries, "last_charge_attempt_date": at}
        else:
            bought = {"purchase_item_id": int(plan), "purchase_item_type": "subscription"}
            own = {"customer": {"id": int(customer)}, "line_items": [bought]}
            tried_by = {"charge_attempts": tries, "last_charge_attempt": at}
        failed = {"error_type": "CARD_DECLINED"} if is_failed else {}
        yield {**row, **own, **failed, **(tried_by if is_failed or tries > 1 else {})}
