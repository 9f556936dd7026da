"""Recharge, the subscriptions: subscribers, each state of their subscription, monthly charges."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    format_money,
    number_ids,
    party_records,
    repeat_text,
)
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts
from holdfast.transformations.synthetic.turns import draw_recovered

SUBSCRIBER_SHARE: Final = 0.16


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
    since = block.instants(start, 36_000)
    customers = [
        customer,
        contacts.email,
        contacts.first_name,
        contacts.last_name,
        contacts.address,
        contacts.postcode,
        since,
        since,
    ]
    pause = _pause_days(block, random, person)
    return SystemExports(
        [
            csv_lines("recharge/customers", start, customers),
            *_subscription_states(block, person, start, pause, (customer, plan, price)),
            *_charges(block, random, person, start, pause, (customer, plan, price)),
        ],
        [party_records("recharge:", customer, person)],
    )


def _wants_a_feature(block: Block, person: Ints) -> Flags:
    return np.asarray(block.lifecycles.cause[person] == CAUSES.index("feature"))


def _pause_days(block: Block, random: np.random.Generator, person: Ints) -> Ints:
    """The day on which each subscription pauses."""
    misses = _wants_a_feature(block, person) & (random.random(len(person)) < 0.6)
    pauses = misses | (random.random(len(person)) < 0.15)
    day = block.lifecycles.onset[person] + random.integers(5, 40, len(person))
    return np.where(pauses, day, NEVER)


def _subscription_states(
    block: Block, person: Ints, start: Ints, pause: Ints, of: tuple[Texts, Texts, Ints]
) -> list[ExportLines]:
    customer, plan, price = of
    left = block.lifecycles.left[person]
    since = block.instants(start, 36_000)
    states = []
    for status, day in (("active", start), ("paused", pause), ("cancelled", left)):
        rows = np.flatnonzero((day < block.retailer.days) & (day >= start) & (day <= left))
        is_old = block.shapes.has_old_api[person[rows]]
        is_active, nothing = status == "active", repeat_text("", rows)
        at = block.instants(day[rows], 36_000 if is_active else 40_000)
        columns = [
            plan[rows],
            customer[rows],
            np.where(is_old, status.upper(), status),
            repeat_text("Monthly box", rows),
            format_money(price[rows]),
            repeat_text("1", rows),
            np.where(is_old, "1", "30"),
            np.where(is_old, "month", "day"),
            block.instants(day[rows] + 30, 36_000) if is_active else nothing,
            since[rows],
            at,
            at if status == "cancelled" else nothing,
        ]
        states.append(csv_lines("recharge/subscriptions", day[rows], columns))
    return states


def _charge_status(block: Block, person: Ints, is_failed: Flags) -> Texts:
    """What became of charges, in the words of the API that each was exported from."""
    status = np.where(is_failed, "error", "success")
    return np.where(block.shapes.has_old_api[person], np.char.upper(status), status)


def _charges(
    block: Block,
    random: np.random.Generator,
    person: Ints,
    start: Ints,
    pause: Ints,
    of: tuple[Texts, Texts, Ints],
) -> list[ExportLines]:
    """Charges, and again those that failed and were paid later."""
    customer, plan, price = of
    lifecycles = block.lifecycles
    ends = np.minimum(np.minimum(lifecycles.left[person], block.retailer.days), pause)
    months = np.maximum((ends - start + 29) // 30, 0)
    owner = np.repeat(np.arange(len(person)), months)
    month = np.arange(len(owner)) - np.repeat(np.cumsum(months) - months, months)
    day = start[owner] + 30 * month
    is_unhappy = (day >= lifecycles.onset[person[owner]]) & _wants_a_feature(block, person[owner])
    is_failed = random.random(len(owner)) < np.where(is_unhappy, 0.45, 0.03)
    at, paid = block.instants(day, 37_000), draw_recovered(block, day, is_failed)
    plans, people = plan[owner], person[owner]
    head = [np.char.add(plans, np.char.mod("-%d", month)), customer[owner], plans]
    amount = [format_money(price[owner]), repeat_text("USD", owner)]
    status = _charge_status(block, people, is_failed)
    attempts, error = np.where(is_failed, "3", "1"), np.where(is_failed, "CARD_DECLINED", "")
    first = [*head, status, *amount, attempts, error, at, at, at]
    rows = np.flatnonzero(paid < block.retailer.days)
    success = _charge_status(block, people, np.zeros(len(owner), dtype=bool))
    four, none = (repeat_text(text, plans) for text in ("4", ""))
    paid_at = block.instants(paid, 37_000)
    later = [*head, success, *amount, four, none, at, paid_at, at]
    return [
        csv_lines("recharge/charges", day, first),
        csv_lines("recharge/charges", paid[rows], [column[rows] for column in later]),
    ]
