"""Accounts of the web shop: a row when one is opened, and one per change of address or e-mail."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import Contacts, record_contacts
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    keep_lines,
    number_ids,
    party_records,
    repeat_text,
    true_emails,
)
from holdfast.transformations.synthetic.gaps import DELETED_ACCOUNT, draw_people
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts
from holdfast.transformations.synthetic.turns import draw_emptied, draw_mistaken

CUSTOMERS: Final = "shopify/customers"
CORRECTED: Final = 20  # the first accounts of a block, of which `correct_accounts` takes some


def account_ids(block: Block, person: Ints) -> Texts:
    """Ids of people's accounts."""
    return number_ids(6_100_000_000, 17, block.people.number[person])


def has_no_account(block: Block) -> Flags:
    """Whose account was deleted: no export of accounts has it, and its orders still name it."""
    return draw_people(block, "deleted accounts", DELETED_ACCOUNT)


def export_accounts(block: Block, random: np.random.Generator) -> SystemExports:
    """Every version of every account that was not deleted."""
    people, opened, days = block.people, block.account_day, block.retailer.days
    person = np.flatnonzero(opened < days)
    first = record_contacts(random, people, person, opened[person])
    versions = [_versions(block, person, opened[person], first)]
    for changed in (people.moved, people.changed):
        again = person[(changed[person] > opened[person]) & (changed[person] < days)]
        contacts = record_contacts(random, people, again, changed[again])
        versions.append(_versions(block, again, changed[again], contacts))
    turned = _turned(block, person, first)
    return SystemExports(
        [*versions, *turned.exports],
        [party_records("shopify:", account_ids(block, person), person)],
        emails=turned.emails,
    )


def _turned(block: Block, person: Ints, contacts: Contacts) -> SystemExports:
    """Versions of accounts that hold another's e-mail for a time, or whose contacts are erased, of
    people who neither moved nor changed theirs; `contacts` are those of the first versions.
    """
    people, opened, days = block.people, block.account_day[person], block.retailer.days
    steady = (people.moved[person] >= days) & (people.changed[person] >= days)
    steady &= (np.arange(len(person)) >= CORRECTED) & ~has_no_account(block)[person]
    wrong, right = (np.where(steady, day, NEVER) for day in draw_mistaken(block, opened))
    erased = np.where(steady & (wrong >= days), draw_emptied(block, opened), NEVER)
    other = replace(contacts, email=people.email[(person + 1) % len(block)])
    nothing = np.full(len(person), "")
    blank = Contacts(nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    exports = [
        _versions(block, person[of], day[of], _take(held, of))
        for day, held in ((wrong, other), (right, contacts), (erased, blank))
        for of in [np.flatnonzero(day < days)]
    ]
    emails = [
        true_emails("shopify:", account_ids(block, person[of]), held.email[of])
        for day, held in ((right, contacts), (erased, blank))
        for of in [np.flatnonzero(day < days)]
    ]
    return SystemExports(exports, emails=emails)


def _take(contacts: Contacts, rows: Ints) -> Contacts:
    return Contacts(*(getattr(contacts, field.name)[rows] for field in fields(contacts)))


def _versions(block: Block, person: Ints, updated: Ints, contacts: Contacts) -> ExportLines:
    created, noon = block.account_day[person], 43_200
    columns = [
        account_ids(block, person),
        contacts.email,
        contacts.phone,
        contacts.first_name,
        contacts.last_name,
        contacts.address,
        contacts.city,
        contacts.postcode,
        repeat_text("US", person),
        block.instants(created, noon),
        block.instants(updated, noon),
    ]
    versions = csv_lines(CUSTOMERS, np.maximum(created, updated), columns)
    return keep_lines(versions, ~has_no_account(block)[person])


def correct_accounts(block: Block, versions: Sequence[ExportLines]) -> list[ExportLines]:
    """Versions of accounts where two have wrong contacts that are corrected in the last days: one
    then meets its person's other records (a merge), one leaves another person's (a split).
    """
    random, people, days = block.random("corrections"), block.people, block.retailer.days
    old = np.flatnonzero(block.account_day < days - 60)
    if len(old) < 12:
        return list(versions)
    lost, mixed, victim = old[3:4], old[5:6], old[9:10]
    blank = np.array([""])
    right = record_contacts(random, people, lost, np.array([days]))
    early = Contacts(blank, blank, np.char.add("typo.", right.email), blank, blank, blank, blank)
    strange = record_contacts(random, people, victim, block.account_day[victim])
    own = record_contacts(random, people, mixed, np.array([days]))
    corrected = account_ids(block, np.concatenate([lost, mixed]))
    return [
        *(_drop_accounts(export, corrected) for export in versions),
        _versions(block, lost, block.account_day[lost], early),
        _versions(block, lost, np.array([days - 2]), right),
        _versions(block, mixed, block.account_day[mixed], strange),
        _versions(block, mixed, np.array([days - 1]), own),
    ]


def _drop_accounts(versions: ExportLines, accounts: Texts) -> ExportLines:
    starts = tuple(f"{account}," for account in accounts.tolist())
    is_other = [not line.startswith(starts) for line in versions.lines]
    return keep_lines(versions, np.array(is_other, dtype=bool))
