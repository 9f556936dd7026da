"""What the generator knows and the product must find out; read by the evaluation alone."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa

from holdfast.transformations.synthetic.acquisition import ROUTES, draw_routes, find_first
from holdfast.transformations.synthetic.activity import CHANNELS, LAST_SECOND
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.cards import find_seen_channels, find_seen_lifecycles
from holdfast.transformations.synthetic.customer_behaviour import (
    ACTIONS,
    CAUSES,
    CURED,
    HELPS,
    SEGMENTS,
    expected_revenue,
    no_order_probability,
)
from holdfast.transformations.synthetic.export_writer import (
    PartyRecords,
    TrueEmails,
    TrueStates,
    format_money,
)
from holdfast.transformations.synthetic.retailer import (
    Flags,
    Floats,
    Ints,
    SyntheticRetailer,
    Texts,
)
from holdfast.transformations.synthetic.shapes import YEN
from holdfast.transformations.synthetic.tastes import TASTES, draw_tastes
from holdfast.transformations.synthetic.truth_schemas import SCHEMAS
from holdfast.transformations.synthetic.vendors.shopify_lines import GOODWILL_AFTER
from holdfast.transformations.synthetic.vendors.shopify_orders import order_ids
from holdfast.transformations.synthetic.vendors.square import receipt_ids

HORIZON: Final = 90
YEAR: Final = 365


def truth_tables(
    block: Block,
    records: PartyRecords,
    states: Sequence[TrueStates],
    emails: Sequence[TrueEmails],
) -> Mapping[str, pa.Table]:
    """Every table of SCHEMAS for a block; `records` are those that its systems' exports hold,
    `states` and `emails` what facts and records come to that were otherwise before.
    """
    tables = {
        "states": _states(states),
        "emails": _emails(emails),
        "records": _records(block, records),
        "people": _people(block),
        "acquisitions": _acquisitions(block),
        "orders": true_orders(block),
        "snapshots": true_snapshots(block, snapshot_days(block.retailer)),
        "outcomes": _outcomes(block),
    }
    return {name: table.cast(SCHEMAS[name]) for name, table in tables.items()}


def snapshot_days(retailer: SyntheticRetailer) -> list[int]:
    """Day numbers of the truth's snapshots: every month first, the end, and one and two horizons
    before it.
    """
    days = retailer.days
    dates = retailer.dates(np.arange(days + 1))
    firsts = np.flatnonzero(dates == dates.astype("datetime64[M]").astype("datetime64[D]"))
    return sorted({*firsts[1:].tolist(), days, days - HORIZON, days - 2 * HORIZON})


def _records(block: Block, records: PartyRecords) -> pa.Table:
    return pa.table(
        {
            "party_id": pa.array(records.party_id, pa.string()),
            "person_id": block.people.number[records.person],
            "household_id": block.people.household[records.person],
        }
    )


def _states(states: Sequence[TrueStates]) -> pa.Table:
    parts = [
        pa.table(
            {
                "fact_table": pa.array([one.table] * len(one.fact_id), pa.string()),
                "fact_id": pa.array(one.fact_id, pa.string()),
                "status": pa.array(one.status.tolist(), pa.string()),
            }
        )
        for one in states
    ]
    return pa.concat_tables([SCHEMAS["states"].empty_table(), *parts])


def _emails(emails: Sequence[TrueEmails]) -> pa.Table:
    parts = [
        pa.table(
            {
                "party_id": pa.array(one.party_id, pa.string()),
                "email": pa.array([text or None for text in one.email.tolist()], pa.string()),
            }
        )
        for one in emails
    ]
    return pa.concat_tables([SCHEMAS["emails"].empty_table(), *parts])


def _people(block: Block) -> pa.Table:
    lifecycles, days = block.lifecycles, block.retailer.days
    has_grievance = (lifecycles.onset < lifecycles.left) & (lifecycles.onset < days)
    cause = np.where(has_grievance, np.array(CAUSES)[lifecycles.cause], "none")
    tastes = draw_tastes(block.random("tastes"), len(block))
    return pa.table(
        {
            "person_id": block.people.number,
            "household_id": block.people.household,
            "segment": pa.array(np.array(SEGMENTS)[lifecycles.segment].tolist()),
            "main_channel": pa.array(np.array(CHANNELS)[find_seen_channels(block)].tolist()),
            "taste": pa.array(np.array(TASTES)[tastes.taste].tolist()),
            "taste_of": pa.array([name or None for name in tastes.of.tolist()], pa.string()),
            "cause": pa.array(cause.tolist()),
            "aggrieved_on": _dates_or_null(block, lifecycles.onset, has_grievance),
            "left_on": _dates_or_null(block, lifecycles.left, lifecycles.left < days),
        }
    )


def _acquisitions(block: Block) -> pa.Table:
    """How everybody came, and the day of their first visit, on which the tracker could see it."""
    route = draw_routes(block.retailer, block.number)
    visits = block.events["visit"]
    first = find_first(visits, len(block))
    day = np.where(first >= 0, np.append(visits.day, 0)[first], 0)
    is_real = np.append(visits.second, LAST_SECOND)[first] < LAST_SECOND
    campaigns = [ROUTES[one].campaign or None for one in route.tolist()]
    return pa.table(
        {
            "person_id": block.people.number,
            "channel": pa.array([ROUTES[one].channel for one in route.tolist()]),
            "campaign_name": pa.array(campaigns, pa.string()),
            "first_visit_on": _dates_or_null(block, day, is_real),
        }
    )


def _dates_or_null(block: Block, day: Ints, has_come: Flags) -> pa.Array:
    return pa.array(block.retailer.dates(np.where(has_come, day, 0)), mask=~has_come)


def true_orders(block: Block) -> pa.Table:
    """What each order brought in, without gift cards, tax, tips and service charges, and what was
    given back of it in its own currency.
    """
    orders, shapes, days = block.orders, block.shapes, block.retailer.days
    is_till = orders.channel == CHANNELS.index("pos")
    net, every, currency = orders.net, np.arange(len(orders)), shapes.currency
    is_back = (orders.refunded >= 0) & (orders.day + orders.refunded < days)
    is_back &= ~shapes.has_no_receipt
    is_goodwill = (orders.day + GOODWILL_AFTER < days) & ~shapes.is_for_shipping
    is_goodwill &= shapes.goodwill_currency == currency
    goodwill = np.where(is_goodwill, shapes.goodwill, 0)
    till_ids = np.char.add("square:", receipt_ids(block, every))
    shop_ids = np.char.add("shopify:", order_ids(block))
    table = pa.table(
        {
            "order_id": np.where(is_till, till_ids, shop_ids),
            "currency": currency,
            "net_amount": _amounts(net, currency),
            "refund_amount": _amounts(np.where(is_back, net, 0) + goodwill, currency),
        }
    )
    return table.filter(pa.array(orders.is_real))


def _amounts(minor: Ints, currency: Texts) -> pa.Array:
    """Minor units as amounts, exact."""
    texts = format_money(minor, currency).tolist()
    return pa.array([Decimal(text) for text in texts], pa.decimal128(18, 3))


def true_snapshots(block: Block, days: Sequence[int]) -> pa.Table:
    """What is true of everybody on each of the days."""
    return pa.concat_tables(
        [
            pa.table(
                {
                    "person_id": block.people.number,
                    "as_of": pa.array(np.repeat(block.retailer.dates(np.array([day])), len(block))),
                    **_expectations(block, day),
                }
            )
            for day in days
        ]
    )


def _outcomes(block: Block) -> pa.Table:
    """What would be true of everybody after each action at the end."""
    parts = []
    for action in ACTIONS:
        helped = HELPS.get(action)
        is_helped = block.lifecycles.cause == (CAUSES.index(helped) if helped else -1)
        cured = np.where(is_helped, CURED, 0.0)
        parts.append(
            pa.table(
                {
                    "person_id": block.people.number,
                    "action": pa.array([action] * len(block)),
                    **_expectations(block, block.retailer.days, cured),
                }
            )
        )
    return pa.concat_tables(parts)


def _expectations(block: Block, day: int, cured: Floats | None = None) -> dict[str, Floats]:
    """The truth of a day as the shop sees it, amounts in each person's main currency, without what
    is paid in others: a yen is worth a cent.
    """
    lifecycles, units = find_seen_lifecycles(block), units_of(block)
    phase: Ints = lifecycles.phase(day)
    return {
        "no_order_90d_probability": no_order_probability(lifecycles, phase, day, HORIZON, cured),
        "expected_365d_amount": units * expected_revenue(lifecycles, phase, day, YEAR, cured),
    }


def units_of(block: Block) -> Floats:
    """What a unit of each person's spending is in their main currency, as the shop sees it."""
    units = np.where(block.shapes.main_currency == YEN, 100.0, 1.0)
    return np.asarray(units * (1.0 - block.shapes.abroad_share))
