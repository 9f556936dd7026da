"""Renewals of subscriptions, and what their forecast of a horizon ago was worth."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.models.value.sbg import Sbg
from holdfast.models.value.subscriptions import backtest, group_renewals, score
from holdfast.transformations.features.renewals import renewals_on, renewals_since, with_due
from holdfast.transformations.identity.join import with_customer, with_identity_run
from holdfast.transformations.tables.silver import IDENTITY_MAP, SUBSCRIPTIONS
from holdfast.transformations.tables.vocabulary import Purpose


def read_renewals(ctx: Context) -> DataFrame:
    """`renewals_on` today and a horizon ago, of customers who allow it, with customer_id."""
    days, zone = [ctx.as_of, _horizon_ago(ctx)], ctx.settings.run.time_zone
    found = renewals_on(ctx.read(SUBSCRIPTIONS), days, zone)
    known = with_customer(found, ctx.read(IDENTITY_MAP))
    return read_consent(ctx).filter_rows(known, Purpose.ANALYTICS)


def fetch_cells(renewals: DataFrame) -> pd.DataFrame:
    """`group_renewals` of both days on the driver."""
    return group_renewals(renewals).toPandas()


def select_day(cells: pd.DataFrame, day: date) -> pd.DataFrame:
    """Those of one day."""
    return cells[cells["as_of"] == day]


def count_without_interval(cells: pd.DataFrame) -> int:
    """How many have no interval between deliveries and have not ended."""
    unknown = cells[cells["interval_days"].isna() & (cells["ended"] == 0)]
    return int(unknown["subscriptions"].sum())


def describe_backtest(ctx: Context, renewals: DataFrame, cells: pd.DataFrame) -> str:
    """In a sentence, how many renewals came in the horizon that ends today, and how many had been
    expected.
    """
    day = _horizon_ago(ctx)
    later = pd.DataFrame(renewals_since(renewals, day, ctx.as_of).toPandas())
    if later.empty:
        return f"on {day} no subscription ran: nothing could be tested"
    tested = backtest(select_day(cells, day), later)
    if tested is None:
        return f"on {day} no subscription had been due for renewal yet: nothing could be tested"
    return (
        f"renewals since {day}: {tested.came:,.0f} came, {tested.expected:,.0f} were expected "
        f"({tested.by_share:,.0f} by one share for all)"
    )


def value_subscriptions(ctx: Context, renewals: DataFrame, fits: Mapping[int, Sbg]) -> DataFrame:
    """gold.subscription_values of today."""
    today = renewals.filter(renewals["as_of"] == ctx.as_of)
    values = score(with_due(today, ctx.settings.value.horizons), fits)
    return with_identity_run(values, ctx.read(IDENTITY_MAP))


def _horizon_ago(ctx: Context) -> date:
    return ctx.as_of - timedelta(days=ctx.settings.outcome.horizon_days)
