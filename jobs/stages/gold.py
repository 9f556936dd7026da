"""Customers as gold shows them, and the account of their orders."""

from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.accounting import (
    Account,
    describe_accounts,
    describe_unlisted,
    read_accounts,
)
from holdfast.jobs.stages.checks import record_checks, stop_if_lost
from holdfast.jobs.stages.consent import read_consent
from holdfast.transformations.gold.customer_360 import churn_answers, customer_360, expected_amounts
from holdfast.transformations.gold.customers import histories, members
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES, CUSTOMER_VALUES
from holdfast.transformations.tables.vocabulary import Purpose

SCORES: Final = (CHURN_SCORES, CHURN_REASONS, CUSTOMER_VALUES)


def describe_customers(
    ctx: Context, orders: DataFrame, parties: DataFrame, identity_map: DataFrame
) -> DataFrame:
    """gold.customer_360 of the run; `orders` are of `customer_orders`, `parties` everybody."""
    scores, reasons, values = map(ctx.read, SCORES)
    day, conf = ctx.as_of, ctx.settings
    return customer_360(
        members(identity_map, parties),
        histories(orders, day),
        read_consent(ctx).status(Purpose.ANALYTICS),
        churn_answers(scores, reasons, day, conf.outcome.horizon_days),
        expected_amounts(values, day),
        day,
        conf.features.eligible_days,
    )


def check_orders(ctx: Context, outcomes: DataFrame) -> list[Account]:
    """What became of orders and lines, said and recorded; `outcomes` are of `account_for_orders`
    and `count_fact_parties`.

    Raises InputError where one is lost without a reason.
    """
    rows = outcomes.collect()
    accounts = read_accounts(rows)
    for said in filter(None, (describe_accounts(accounts), describe_unlisted(rows))):
        ctx.echo(said)
    checks = [check for account in accounts for check in account.checks]
    record_checks(ctx, checks)
    stop_if_lost(checks, "silver and gold")
    return accounts
