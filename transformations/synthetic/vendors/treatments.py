"""The log of treatments, as a retailer writes it by hand, and who unsubscribed over them."""

from decimal import Decimal
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    csv_lines,
    number_ids,
    party_records,
    repeat_text,
)
from holdfast.transformations.synthetic.plays import ARMS, PLAYS
from holdfast.transformations.synthetic.retailer import NEVER, Texts
from holdfast.transformations.synthetic.shapes import DOLLAR
from holdfast.transformations.synthetic.treatments import EXPERIMENTS, Fates
from holdfast.transformations.synthetic.vendors.klaviyo import (
    find_contacts,
    profile_ids,
    refuse_messages,
)

NINE: Final = 9 * 3_600  # in the morning people are treated
_EXPERIMENTS: Final = np.array([*EXPERIMENTS, ""])  # the last of none


def export_treatments(block: Block, fates: Fates) -> SystemExports:
    """Treatments by the profile's id and contacts, and unsubscriptions an hour after them."""
    given, profile = fates.treatments, profile_ids(block)
    listed, held = find_contacts(block)
    place = np.searchsorted(listed, given.person)
    drawn = given.experiment >= 0
    propensity = np.char.mod("%.6f", np.where(drawn, given.propensity, 0.0))
    columns = [
        np.char.add("T", number_ids(0, 1, block.first_number * 100 + np.arange(len(given)))),
        profile[given.person],
        held.email[place],
        held.first_name[place],
        held.last_name[place],
        block.instants(given.day, NINE),
        np.array(ARMS)[given.arm],
        _by_arm("", *(play.channel for play in PLAYS))[given.arm],
        _by_arm("0", *(play.cost for play in PLAYS))[given.arm],
        repeat_text(DOLLAR, given.day),
        _EXPERIMENTS[given.experiment],
        np.where(drawn, propensity, ""),
        _by_arm("none", *(play.offer_kind for play in PLAYS))[given.arm],
        _by_arm("", *(_share(play.offer_share) for play in PLAYS))[given.arm],
    ]
    person = np.unique(given.person)
    leaving = np.flatnonzero(fates.unsubscribed < NEVER)
    return SystemExports(
        [
            csv_lines("treatments/treatments", given.day, columns),
            refuse_messages(block, leaving, fates.unsubscribed[leaving], NINE + 3_600),
        ],
        [party_records("treatments:", profile[person], person)],
    )


def _by_arm(*texts: str) -> Texts:
    return np.array(texts)


def _share(share: float) -> str:
    return str(Decimal(str(share))) if share else ""
