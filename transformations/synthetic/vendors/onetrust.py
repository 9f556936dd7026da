"""OneTrust, the consent: receipts of what people agreed to and withdrew."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import Contacts, record_contacts
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    json_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts

FIRST_RECEIPT: Final = 8_000_000
FIRST_WITHDRAWAL: Final = 508_000_000


def export_onetrust(block: Block) -> SystemExports:
    """A receipt when somebody joins and one for each withdrawal; one comes on the last day but
    one.
    """
    random, n, days = block.random("onetrust"), len(block), block.retailer.days
    joined = block.lifecycles.joined
    asked = np.flatnonzero((random.random(n) < 0.85) & (joined < days))
    chance = random.random((3, n))
    agrees = {
        "analytics": chance[0] < 0.97,
        "marketing": chance[1] < 0.68,
        "sensitive_signals": chance[2] < 0.8,
    }
    withdrawn = np.where(random.random(n) < 0.08, random.integers(60, days, n), NEVER)
    if block.number == 0 and len(asked):
        withdrawn[asked[:1]] = days - 2
    contacts = record_contacts(random, block.people, np.arange(n), np.maximum(joined, 0))
    leaving = asked[(withdrawn[asked] < days) & (withdrawn[asked] > joined[asked])]
    given = number_ids(FIRST_RECEIPT, 1, block.people.number[asked])
    taken_back = number_ids(FIRST_WITHDRAWAL, 1, block.people.number[leaving])
    return SystemExports(
        [
            json_lines(
                "onetrust/consent_receipts",
                joined[asked],
                _receipts(
                    given,
                    contacts,
                    asked,
                    block.instants(joined[asked], 50_000),
                    _answers(agrees, asked),
                ),
            ),
            json_lines(
                "onetrust/consent_receipts",
                withdrawn[leaving],
                _receipts(
                    taken_back,
                    contacts,
                    leaving,
                    block.instants(withdrawn[leaving], 60_000),
                    [[{"id": "marketing", "transactionType": "WITHDRAWN"}]] * len(leaving),
                ),
            ),
        ],
        [party_records("onetrust:", given, asked), party_records("onetrust:", taken_back, leaving)],
    )


def _answers(agrees: Mapping[str, Flags], person: Ints) -> list[list[dict[str, str]]]:
    """What each person answered to each purpose."""
    return [
        [
            {"id": purpose, "transactionType": "CONFIRMED" if yes[one] else "NOT_GIVEN"}
            for purpose, yes in agrees.items()
        ]
        for one in person.tolist()
    ]


def _receipts(
    number: Texts, contacts: Contacts, person: Ints, at: Texts, purposes: list[Any]
) -> list[dict[str, Any]]:
    return [
        {
            "receiptId": receipt_id,
            "identifier": email,
            "identifierType": "email",
            "interactionDate": when,
            "jurisdiction": "US",
            "purposes": purpose,
        }
        for (receipt_id, email, when), purpose in zip(
            rows_of(number, contacts.email[person], at), purposes, strict=True
        )
    ]
