"""OneTrust, the consent: receipts of what people agreed to and withdrew."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    TrueStates,
    json_lines,
    number_ids,
    party_records,
    rows_of,
    true_states,
)
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts
from holdfast.transformations.synthetic.turns import draw_returned

FIRST_RECEIPT: Final = 8_000_000
FIRST_WITHDRAWAL: Final = 508_000_000
FIRST_RETURN: Final = 608_000_000
AGREEMENT: Final = {"analytics": 0.97, "marketing": 0.68, "sensitive_signals": 0.8}

Purposes = list[dict[str, str]]
WITHDRAWAL: Final[Purposes] = [{"id": "marketing", "transactionType": "WITHDRAWN"}]
RETURN: Final[Purposes] = [{"id": "marketing", "transactionType": "CONFIRMED"}]


def export_onetrust(block: Block) -> SystemExports:
    """A receipt when somebody joins, one for each withdrawal (one comes on the last day but one),
    and one for each consent given again.
    """
    random, n, days = block.random("onetrust"), len(block), block.retailer.days
    joined = block.lifecycles.joined
    asked = np.flatnonzero((random.random(n) < 0.85) & (joined < days))
    agrees = _draw_agreement(random, n)
    withdrawn = np.where(random.random(n) < 0.08, random.integers(60, days, n), NEVER)
    if block.number == 0 and len(asked):
        withdrawn[asked[:1]] = days - 2
    email = record_contacts(random, block.people, np.arange(n), np.maximum(joined, 0)).email
    leaving = asked[(withdrawn[asked] < days) & (withdrawn[asked] > joined[asked])]
    given = number_ids(FIRST_RECEIPT, 1, block.people.number[asked])
    taken_back = number_ids(FIRST_WITHDRAWAL, 1, block.people.number[leaving])
    again = np.full(n, NEVER)
    again[leaving] = draw_returned(block, withdrawn[leaving])
    back = np.flatnonzero(again < days)
    returned = number_ids(FIRST_RETURN, 1, block.people.number[back])
    said = (
        (given, asked, joined[asked], 50_000, _answers(agrees, asked)),
        (taken_back, leaving, withdrawn[leaving], 60_000, [WITHDRAWAL] * len(leaving)),
        (returned, back, again[back], 61_000, [RETURN] * len(back)),
    )
    receipts = (
        json_lines(
            "onetrust/consent_receipts",
            day,
            _receipts(number, email[person], block.instants(day, second), purposes),
        )
        for number, person, day, second, purposes in said
    )
    return SystemExports(
        list(receipts),
        [party_records("onetrust:", number, person) for number, person, *_ in said],
        states=[_allowed(block, agrees, asked, leaving, back)],
    )


def _allowed(
    block: Block, agrees: Mapping[str, Flags], asked: Ints, leaving: Ints, back: Ints
) -> TrueStates:
    """Whether each person who was asked allows marketing in the end, by their number."""
    allows = agrees["marketing"].copy()
    allows[leaving] = False
    allows[back] = True
    number = np.char.mod("%d", block.people.number[asked])
    return true_states("marketing", "", number, np.where(allows[asked], "standing", "ended"))


def _draw_agreement(random: np.random.Generator, n: int) -> dict[str, Flags]:
    """Who agrees to each purpose."""
    chance = random.random((len(AGREEMENT), n))
    return {
        purpose: row < share
        for row, (purpose, share) in zip(chance, AGREEMENT.items(), strict=True)
    }


def _answers(agrees: Mapping[str, Flags], person: Ints) -> list[Purposes]:
    """What each person answered to each purpose."""
    return [
        [
            {"id": purpose, "transactionType": "CONFIRMED" if yes[one] else "NOTGIVEN"}
            for purpose, yes in agrees.items()
        ]
        for one in person.tolist()
    ]


def _receipts(
    number: Texts, email: Texts, at: Texts, purposes: Sequence[Purposes]
) -> Iterator[dict[str, Any]]:
    for (receipt_id, address, when), answers in zip(
        rows_of(number, email, at), purposes, strict=True
    ):
        yield {
            "receiptId": receipt_id,
            "identifier": address,
            "identifierType": "email",
            "interactionDate": when,
            "geoLocation": {"country": "US"},
            "purposes": answers,
        }
