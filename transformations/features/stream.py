"""Silver facts as one stream of events: what the kernel counts.

Columns: party_id, events (a bit for each that the row is, by `measures.BIT_OF`), day (of the
event), visible_on (the later day of event and availability), valid_through (last day it counts,
null while it lasts), amount (whole minor units), item and group (hashes of what distinct counts
count; of money the group is its currency). Days are counted from 1970-01-01, and are those of
`transformations/local_day.py`. Midnights bound every window, so whole days are exact. A table is
scanned once for all its events.
"""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.engagement import (
    message_events,
    survey_events,
    ticket_events,
    web_events,
)
from holdfast.transformations.features.events.orders import (
    line_events,
    order_events,
    refund_events,
)
from holdfast.transformations.features.events.subscriptions import (
    charge_events,
    loyalty_events,
    subscription_events,
)
from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.sales import with_sales
from holdfast.transformations.states import with_states
from holdfast.transformations.tables.silver import (
    FACT_STATES,
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
    REFUND_LINES,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
    SURVEY_RESPONSES,
    TICKETS,
    TURNING,
    WEB_EVENTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.union import union_by_name

FACTS: Final = (
    ORDERS,
    ORDER_LINES,
    PRODUCTS,
    REFUND_LINES,
    WEB_EVENTS,
    MESSAGE_EVENTS,
    TICKETS,
    SURVEY_RESPONSES,
    SUBSCRIPTIONS,
    SUBSCRIPTION_CHARGES,
    LOYALTY_LEDGER,
)
# Lines have the zone of their order; products and states are read beside other facts.
_WITHOUT_ZONE: Final = (ORDER_LINES, PRODUCTS, FACT_STATES)


def stream_events(facts: Mapping[Table, DataFrame], time_zone: str = "UTC") -> DataFrame:
    """All events of the silver tables in `facts`, each with its party; absent tables have none.
    silver.fact_states is one of `facts`; `time_zone` is that of facts without one of their own.
    """
    facts = {
        table: frame if table in _WITHOUT_ZONE else with_time_zone(frame, time_zone)
        for table, frame in facts.items()
    }
    sold = {**facts, ORDERS: _sales(facts[ORDERS], facts)}
    dated = {
        table: with_states(frame, facts[FACT_STATES], table)
        for table, frame in sold.items()
        if table in TURNING
    }
    standing = dated[ORDERS].filter(~F.col("has_ended"))
    makers = {
        ORDERS: lambda _: order_events(standing),
        ORDER_LINES: lambda lines: line_events(
            lines.filter(~F.col("has_ended")), standing, facts.get(PRODUCTS)
        ),
        REFUND_LINES: lambda refunds: refund_events(refunds, dated[ORDERS], facts[ORDERS]),
        WEB_EVENTS: web_events,
        MESSAGE_EVENTS: message_events,
        TICKETS: ticket_events,
        SURVEY_RESPONSES: survey_events,
        SUBSCRIPTIONS: subscription_events,
        SUBSCRIPTION_CHARGES: charge_events,
        LOYALTY_LEDGER: loyalty_events,
    }
    parts = [
        part
        for table, make in makers.items()
        if table in facts
        for part in make(dated.get(table, facts[table]))
    ]
    return union_by_name(parts)


def _sales(orders: DataFrame, facts: Mapping[Table, DataFrame]) -> DataFrame:
    return with_sales(orders, facts[ORDER_LINES]) if ORDER_LINES in facts else orders
