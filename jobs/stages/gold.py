"""Customers as gold shows them, and the account of their orders and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.accounting import (
    check_line_totals,
    describe_accounts,
    describe_line_totals,
    describe_unlisted,
    find_unreached,
    read_accounts,
)
from holdfast.jobs.stages.checks import record_checks, stop_if_lost
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.sales import read_refunds, read_sales
from holdfast.transformations.acquisition import first_touches
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.gold.account import (
    account_for_orders,
    account_for_refunds,
    count_fact_parties,
)
from holdfast.transformations.gold.band_changes import band_changes
from holdfast.transformations.gold.customer_360 import churn_answers, customer_360, expected_amounts
from holdfast.transformations.gold.customer_orders import customer_orders, customer_refunds
from holdfast.transformations.gold.customers import histories, main_currencies, members
from holdfast.transformations.gold.line_totals import compare_with_lines
from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES, CUSTOMER_VALUES
from holdfast.transformations.tables.silver import (
    ACQUISITION_TOUCHES,
    CONSENT_STATE,
    FACT_PARTIES,
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    PARTIES,
    REFUND_LINES,
)
from holdfast.transformations.tables.vocabulary import Purpose

FACTS: Final = (ORDERS, ORDER_LINES, REFUND_LINES, ACQUISITION_TOUCHES, SNAPSHOTS)
PEOPLE: Final = (PARTIES, FACT_PARTIES, IDENTITY_MAP)
SCORES: Final = (CONSENT_STATE, CHURN_SCORES, CHURN_REASONS, CUSTOMER_VALUES)


@dataclass(frozen=True, eq=False)
class Trade:
    """Orders and their lines as silver has them, refunds as `place_refunds` gives them, and orders
    and refunds as gold has them.
    """

    orders: DataFrame
    lines: DataFrame
    refunds: DataFrame
    customer_orders: DataFrame
    customer_refunds: DataFrame


def read_trade(ctx: Context, identity_map: DataFrame) -> Trade:
    """Silver's orders, lines and refunds, and what gold makes of them, computed once."""
    sales = read_sales(ctx)
    refunds = read_refunds(ctx, sales)
    return Trade(
        ctx.read(ORDERS),
        ctx.read(ORDER_LINES),
        refunds,
        ctx.checkpoint(customer_orders(sales, refunds, identity_map)),
        ctx.checkpoint(customer_refunds(refunds, identity_map)),
    )


def describe_customers(ctx: Context, trade: Trade, identity_map: DataFrame) -> DataFrame:
    """gold.customer_360 of the run."""
    _, scores, reasons, values = map(ctx.read, SCORES)
    day, conf = ctx.as_of, ctx.settings
    main = main_currencies(ctx.read(SNAPSHOTS), day)
    touches = with_time_zone(ctx.read(ACQUISITION_TOUCHES), conf.run.time_zone)
    return customer_360(
        members(identity_map),
        histories(trade.customer_orders, trade.customer_refunds, main, day),
        read_consent(ctx).status(Purpose.ANALYTICS),
        churn_answers(scores, reasons, day, conf.outcome.horizon_days),
        expected_amounts(values, day),
        first_touches(touches, identity_map, day),
        day,
        conf.features.eligible_days,
    )


def find_band_changes(ctx: Context, redirects: DataFrame) -> DataFrame:
    """gold.band_changes of the run's day; `redirects` lead old ids to those of now."""
    scores = read_consent(ctx).filter_rows(ctx.read(CHURN_SCORES), Purpose.ANALYTICS)
    return band_changes(scores, redirects, ctx.as_of, ctx.settings.outcome.horizon_days)


def check_trade(
    ctx: Context,
    trade: Trade,
    listed: DataFrame,
    from_facts: DataFrame,
    identity_map: DataFrame,
) -> Sequence[str]:
    """What became of orders, lines and refunds, and whether orders are what their lines say: said
    and recorded. What must be said in red is given back.

    Raises InputError where one is lost without a reason.
    """
    people = (listed, identity_map)
    outcomes = account_for_orders(trade.orders, trade.lines, *people, trade.customer_orders)
    given_back = account_for_refunds(trade.refunds, *people, trade.customer_refunds)
    unlisted = count_fact_parties(from_facts)
    rows = outcomes.unionByName(given_back).unionByName(unlisted).collect()
    totals = compare_with_lines(trade.orders, trade.lines).collect()
    accounts = read_accounts(rows)
    for said in (
        describe_accounts(accounts),
        describe_unlisted(rows),
        describe_line_totals(totals),
    ):
        if said:
            ctx.echo(said)
    checks = [check for account in accounts for check in account.checks]
    record_checks(ctx, [*checks, *check_line_totals(totals)])
    stop_if_lost(checks, "silver and gold")
    return find_unreached(accounts)
