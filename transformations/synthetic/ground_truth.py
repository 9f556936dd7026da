"""What the generator knows and the product must find out; read by the judge alone."""

from typing import Final

import numpy as np
import pyarrow as pa

from holdfast.transformations.synthetic.block import written_book
from holdfast.transformations.synthetic.contacts import people
from holdfast.transformations.synthetic.customer_behaviour import (
    ACTIONS,
    CAUSES,
    CURED,
    HELPS,
    SEGMENTS,
    Fates,
    expected_revenue,
    fates,
    no_order_probability,
)
from holdfast.transformations.synthetic.generator import Flags, Ints, SyntheticRetailer

HORIZON: Final = 90
YEAR: Final = 365
SCHEMAS: Final = {
    "records": pa.schema(
        [("party_id", pa.string()), ("person_id", pa.int64()), ("household_id", pa.int64())]
    ),
    "people": pa.schema(
        [
            ("person_id", pa.int64()),
            ("household_id", pa.int64()),
            ("segment", pa.string()),
            ("cause", pa.string()),
            ("left_on", pa.date32()),
        ]
    ),
    "snapshots": pa.schema(
        [
            ("person_id", pa.int64()),
            ("as_of", pa.date32()),
            ("no_order_90d_probability", pa.float64()),
            ("expected_365d_amount", pa.float64()),
        ]
    ),
    "outcomes": pa.schema(
        [
            ("person_id", pa.int64()),
            ("action", pa.string()),
            ("no_order_90d_probability", pa.float64()),
            ("expected_365d_amount", pa.float64()),
        ]
    ),
}


def block_truth(retailer: SyntheticRetailer, block: int, name: str) -> pa.Table:
    """One of SCHEMAS for a block."""
    make = {"records": _records, "people": _people, "snapshots": _snapshots, "outcomes": _outcomes}[
        name
    ]
    return make(retailer, block).cast(SCHEMAS[name])


def snapshot_days(retailer: SyntheticRetailer) -> list[int]:
    """Day numbers of the truth's snapshots: every month first, the end, and one and two horizons
    before it.
    """
    dates = retailer.dates(np.arange(retailer.days + 1))
    firsts = np.flatnonzero(dates == dates.astype("datetime64[M]").astype("datetime64[D]"))
    return sorted(
        {*firsts[1:].tolist(), retailer.days, retailer.days - HORIZON, retailer.days - 2 * HORIZON}
    )


def _records(retailer: SyntheticRetailer, block: int) -> pa.Table:
    book, who = written_book(retailer, block), people(retailer, block)
    person = np.array(book.people, dtype=np.int64)
    return pa.table(
        {
            "party_id": pa.array(book.parties, pa.string()),
            "person_id": who.number[person],
            "household_id": who.household[person],
        }
    )


def _people(retailer: SyntheticRetailer, block: int) -> pa.Table:
    who, fate = people(retailer, block), fates(retailer, block)
    gone = fate.left < retailer.days
    left = np.where(gone, retailer.dates(np.where(gone, fate.left, 0)), np.datetime64("NaT"))
    hurt = (fate.onset < fate.left) & (fate.onset < retailer.days)
    cause = np.where(hurt, np.array(CAUSES)[fate.cause], "none")
    return pa.table(
        {
            "person_id": who.number,
            "household_id": who.household,
            "segment": pa.array(np.array(SEGMENTS)[fate.segment].tolist()),
            "cause": pa.array(cause.tolist()),
            "left_on": pa.array(left.astype("datetime64[D]")),
        }
    )


def _snapshots(retailer: SyntheticRetailer, block: int) -> pa.Table:
    who, fate = people(retailer, block), fates(retailer, block)
    parts = []
    for day in snapshot_days(retailer):
        phase: Ints = fate.phase(day)
        parts.append(
            pa.table(
                {
                    "person_id": who.number,
                    "as_of": pa.array(np.repeat(retailer.dates(np.array([day])), len(who.number))),
                    "no_order_90d_probability": no_order_probability(fate, phase, day, HORIZON),
                    "expected_365d_amount": expected_revenue(fate, phase, day, YEAR),
                }
            )
        )
    return pa.concat_tables(parts)


def _outcomes(retailer: SyntheticRetailer, block: int) -> pa.Table:
    who, fate = people(retailer, block), fates(retailer, block)
    phase: Ints = fate.phase(retailer.days)
    parts = []
    for action in ACTIONS:
        cured = np.where(_helps(fate, action), CURED, 0.0)
        parts.append(
            pa.table(
                {
                    "person_id": who.number,
                    "action": pa.array([action] * len(who.number)),
                    "no_order_90d_probability": no_order_probability(
                        fate, phase, retailer.days, HORIZON, cured
                    ),
                    "expected_365d_amount": expected_revenue(
                        fate, phase, retailer.days, YEAR, cured
                    ),
                }
            )
        )
    return pa.concat_tables(parts)


def _helps(fate: Fates, action: str) -> Flags:
    helped = HELPS.get(action)
    return np.asarray(fate.cause == (CAUSES.index(helped) if helped else -1))
