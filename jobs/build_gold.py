"""What people and BI read: every customer, their keys, orders and old ids, whose risk band moved,
and the calendar.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import gold as stage
from holdfast.jobs.stages.checks import raise_alarms
from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.scd2 import redirects
from holdfast.transformations.tables import gold, ops

WRITES = (*gold.CUSTOMERS, gold.CALENDAR, gold.BAND_CHANGES, ops.DQ_RESULTS)


@job(reads=[*stage.FACTS, *stage.PEOPLE, *stage.SCORES], writes=WRITES)
def build_gold(ctx: Context) -> None:
    """One commit per table; customer_360 is safe to read bare."""
    listed, from_facts, identity_map = map(ctx.read, stage.PEOPLE)
    parties, sold = all_parties(listed, from_facts), stage.read_trade(ctx, identity_map)
    alarms = stage.check_trade(ctx, sold, listed, from_facts, identity_map)
    ctx.write_each(
        {
            gold.CUSTOMER_360: stage.describe_customers(ctx, sold, identity_map),
            gold.CUSTOMER_KEYS: customer_keys(identity_map, parties),
            gold.CUSTOMER_ORDERS: sold.customer_orders,
            gold.CUSTOMER_REFUNDS: sold.customer_refunds,
            gold.CUSTOMER_REDIRECTS: redirects(identity_map),
            gold.CALENDAR: calendar(sold.orders, ctx.as_of),
            gold.BAND_CHANGES: stage.find_band_changes(ctx, redirects(identity_map)),
        }
    )
    raise_alarms(ctx, alarms)
