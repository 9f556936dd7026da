"""What people and BI read: every customer, their keys, orders and old ids, and the calendar."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.transformations.consent import standing
from holdfast.transformations.gold.calendar import calendar
from holdfast.transformations.gold.customer_360 import customer_360
from holdfast.transformations.gold.customer_keys import customer_keys
from holdfast.transformations.gold.customer_orders import customer_orders
from holdfast.transformations.gold.customers import histories, members
from holdfast.transformations.identity.scd2 import redirects
from holdfast.transformations.tables import gold, silver


@job(
    reads=[
        gold.CHURN_SCORES,
        gold.CHURN_REASONS,
        gold.CUSTOMER_VALUES,
        silver.ORDERS,
        silver.REFUND_LINES,
        silver.PARTIES,
        silver.IDENTITY_MAP,
        silver.CONSENT_STATE,
    ],
    writes=[
        gold.CUSTOMER_360,
        gold.CUSTOMER_KEYS,
        gold.CUSTOMER_ORDERS,
        gold.CUSTOMER_REDIRECTS,
        gold.CALENDAR,
    ],
)
def build_gold(ctx: Context) -> None:
    """One commit per table; customer_360 is safe to read bare."""
    people, parties, run = ctx.read(silver.IDENTITY_MAP), ctx.read(silver.PARTIES), ctx.run_number
    scores, reasons, values = (
        ctx.read(t) for t in (gold.CHURN_SCORES, gold.CHURN_REASONS, gold.CUSTOMER_VALUES)
    )
    conf = ctx.settings
    orders = ctx.checkpoint(
        customer_orders(ctx.read(silver.ORDERS), ctx.read(silver.REFUND_LINES), people, run)
    )
    consents = standing(
        people, ctx.read(silver.CONSENT_STATE), "analytics", conf.consent.bases.analytics
    )
    everyone = customer_360(
        members(people, parties),
        histories(orders, ctx.as_of),
        consents,
        scores,
        reasons,
        values,
        ctx.as_of,
        conf.outcome.horizon_days,
        conf.features.eligible_days,
        run,
    )
    ctx.write_each(
        {
            gold.CUSTOMER_360: everyone,
            gold.CUSTOMER_KEYS: customer_keys(people, parties, run),
            gold.CUSTOMER_ORDERS: orders,
            gold.CUSTOMER_REDIRECTS: redirects(people, run),
            gold.CALENDAR: calendar(ctx.read(silver.ORDERS), ctx.as_of),
        }
    )
