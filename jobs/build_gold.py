"""What people and BI read: every customer, their keys, orders and old ids, and the calendar."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.consent import read_consent
from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_360 import churn_answers, customer_360, expected_amounts
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.gold.customer_orders import customer_orders
from holdfast.transformations.gold.customers import histories, members
from holdfast.transformations.identity.scd2 import redirects
from holdfast.transformations.tables import gold, silver
from holdfast.transformations.tables.vocabulary import Purpose

FACTS = (silver.ORDERS, silver.REFUND_LINES, silver.PARTIES, silver.IDENTITY_MAP)
SCORES = (gold.CHURN_SCORES, gold.CHURN_REASONS, gold.CUSTOMER_VALUES)


@job(reads=[*FACTS, silver.CONSENT_STATE, *SCORES], writes=[*gold.CUSTOMERS, gold.CALENDAR])
def build_gold(ctx: Context) -> None:
    """One commit per table; customer_360 is safe to read bare."""
    orders, refunds, parties, identity_map = map(ctx.read, FACTS)
    scores, reasons, values = map(ctx.read, SCORES)
    day, conf = ctx.as_of, ctx.settings
    order_rows = ctx.checkpoint(customer_orders(orders, refunds, identity_map))
    customers, past = members(identity_map, parties), histories(order_rows, day)
    consents = read_consent(ctx).status(Purpose.ANALYTICS)
    churn = churn_answers(scores, reasons, day, conf.outcome.horizon_days)
    expected, active_days = expected_amounts(values, day), conf.features.eligible_days
    ctx.write_each(
        {
            gold.CUSTOMER_360: customer_360(
                customers, past, consents, churn, expected, day, active_days
            ),
            gold.CUSTOMER_KEYS: customer_keys(identity_map, parties),
            gold.CUSTOMER_ORDERS: order_rows,
            gold.CUSTOMER_REDIRECTS: redirects(identity_map),
            gold.CALENDAR: calendar(orders, day),
        }
    )
