"""What people and BI read: every customer, their keys, orders and old ids, and the calendar."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import gold as stage
from holdfast.jobs.stages.accounting import find_unreached
from holdfast.jobs.stages.checks import raise_alarms
from holdfast.transformations.gold.account import account_for_orders, count_fact_parties
from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.gold.customer_orders import customer_orders
from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.scd2 import redirects
from holdfast.transformations.tables import gold, ops, silver

FACTS = (silver.ORDERS, silver.ORDER_LINES, silver.REFUND_LINES)
PEOPLE = (silver.PARTIES, silver.FACT_PARTIES, silver.IDENTITY_MAP)
WRITES = (*gold.CUSTOMERS, gold.CALENDAR, ops.DQ_RESULTS)


@job(reads=[*FACTS, *PEOPLE, silver.CONSENT_STATE, *stage.SCORES], writes=WRITES)
def build_gold(ctx: Context) -> None:
    """One commit per table; customer_360 is safe to read bare."""
    orders, lines, refunds = map(ctx.read, FACTS)
    listed, from_facts, identity_map = map(ctx.read, PEOPLE)
    parties = all_parties(listed, from_facts)
    order_rows = ctx.checkpoint(customer_orders(orders, refunds, identity_map))
    outcomes = account_for_orders(orders, lines, listed, identity_map, order_rows)
    accounts = stage.check_orders(ctx, outcomes.unionByName(count_fact_parties(from_facts)))
    ctx.write_each(
        {
            gold.CUSTOMER_360: stage.describe_customers(ctx, order_rows, parties, identity_map),
            gold.CUSTOMER_KEYS: customer_keys(identity_map, parties),
            gold.CUSTOMER_ORDERS: order_rows,
            gold.CUSTOMER_REDIRECTS: redirects(identity_map),
            gold.CALENDAR: calendar(orders, ctx.as_of),
        }
    )
    raise_alarms(ctx, find_unreached(accounts))
