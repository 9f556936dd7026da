"""Agreed figures: what they are counted over, read once per table, and which are absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.kpis import bases
from holdfast.transformations.kpis.acquisition import (
    acquisition_rows,
    costs_by_day,
    expected_by_customer,
)
from holdfast.transformations.kpis.contact import message_rows, survey_rows
from holdfast.transformations.kpis.figures import figures
from holdfast.transformations.kpis.kpi import Base
from holdfast.transformations.kpis.lines import lines_by_order, sold_lines, with_product_line
from holdfast.transformations.kpis.margins import margins_by_order
from holdfast.transformations.kpis.registry import DEFINITIONS
from holdfast.transformations.kpis.trade import (
    order_history,
    orders_before,
    refunds_before,
    returns_of,
    rows_of_standing,
    trade_rows,
)
from holdfast.transformations.kpis.values import forecast_rows, risk_rows
from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.states import select_known
from holdfast.transformations.tables.gold import (
    CHURN_SCORES,
    CUSTOMER_360,
    CUSTOMER_ORDERS,
    CUSTOMER_REFUNDS,
    CUSTOMER_SEGMENTS,
    CUSTOMER_VALUES,
    KPIS,
)
from holdfast.transformations.tables.silver import (
    CAMPAIGN_COSTS,
    CONSENT_STATE,
    IDENTITY_MAP,
    MESSAGE_EVENTS,
    ORDER_LINES,
    ORDERS,
    PRODUCT_COSTS,
    PRODUCTS,
    REFUND_LINES,
    SURVEY_RESPONSES,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import LABEL_KINDS, PUBLISHED_HORIZONS, Purpose
from holdfast.transformations.unit_costs import with_unit_costs

SOLD: Final = (CUSTOMER_ORDERS, CUSTOMER_REFUNDS, ORDERS, ORDER_LINES, PRODUCTS, REFUND_LINES)
COSTS: Final = (PRODUCT_COSTS, CAMPAIGN_COSTS)
CONTACT: Final = (MESSAGE_EVENTS, SURVEY_RESPONSES)
VALUED: Final = (CHURN_SCORES, CUSTOMER_VALUES, CUSTOMER_360, CUSTOMER_SEGMENTS)
ALLOWED: Final = (CONSENT_STATE, IDENTITY_MAP)


@dataclass(frozen=True, eq=False)
class Trade:
    """Orders of `order_history` and lines of `returns_of`."""

    history: DataFrame
    returns: DataFrame


def read_trade(ctx: Context) -> Trade:
    """What was sold and given back before the day, computed once."""
    day, customers = ctx.as_of, _read_acquisition(ctx)
    orders = orders_before(ctx.read(CUSTOMER_ORDERS), _read_known(ctx, ORDERS), day)
    refunds = refunds_before(ctx.read(CUSTOMER_REFUNDS), _read_known(ctx, REFUND_LINES), day)
    sold = sold_lines(_read_known(ctx, ORDER_LINES), _read_known(ctx, PRODUCTS))
    lines = ctx.checkpoint(with_product_line(with_unit_costs(sold, _read_unit_costs(ctx), day)))
    margins = margins_by_order(lines, refunds)
    history = order_history(orders, refunds, lines_by_order(lines), margins, customers)
    return Trade(
        ctx.checkpoint(history),
        returns_of(refunds, orders, lines, customers),
    )


def count_figures(ctx: Context, trade: Trade) -> DataFrame:
    """gold.kpis of the day."""
    memberships = ctx.read(CUSTOMER_SEGMENTS).select("customer_id", "as_of", *LABEL_KINDS)
    horizon = ctx.settings.outcome.horizon_days
    return figures(_read_bases(ctx, trade), memberships, ctx.as_of, horizon)


def describe_absent(ctx: Context) -> str:
    """Which figures have no row in what was written, and what to load for them; empty if none."""
    found = ctx.read_current(KPIS).select("kpi_name").distinct().collect()
    absent = [kpi for kpi in DEFINITIONS if kpi.name not in {row.kpi_name for row in found}]
    needs = {kpi.needs: [k.name for k in absent if k.needs == kpi.needs] for kpi in absent}
    return "; ".join(f"no {', '.join(names)}: load {need}" for need, names in needs.items())


def _read_bases(ctx: Context, trade: Trade) -> Mapping[Base, DataFrame]:
    """The rows of each base."""
    horizon, eligible = ctx.settings.outcome.horizon_days, ctx.settings.features.eligible_days
    consent, day = read_consent(ctx), ctx.as_of
    values = consent.filter_rows(ctx.read(CUSTOMER_VALUES), Purpose.ANALYTICS)
    messages, surveys = (
        with_customer(_read_known(ctx, table), ctx.read(IDENTITY_MAP)) for table in CONTACT
    )
    acquired = values.join(_read_acquisition(ctx), ["customer_id"], how="left")
    asked = surveys.join(_read_acquisition(ctx), ["customer_id"], how="left")
    return {
        bases.TRADE: ctx.checkpoint(trade_rows(trade.history, trade.returns, horizon)),
        bases.STANDING: rows_of_standing(trade.history, day, eligible, horizon),
        bases.MESSAGES: message_rows(messages),
        bases.SURVEYS: survey_rows(asked),
        bases.RISK: risk_rows(acquired, ctx.read(CHURN_SCORES), day, horizon),
        bases.FORECASTS: forecast_rows(values, trade.history, day, horizon),
        bases.ACQUISITION: acquisition_rows(
            trade.history,
            costs_by_day(_read_known(ctx, CAMPAIGN_COSTS), day),
            expected_by_customer(values, day, PUBLISHED_HORIZONS[-1]),
            horizon,
        ),
    }


def _read_known(ctx: Context, table: Table) -> DataFrame:
    return select_known(ctx.read(table), ctx.settings.run.time_zone, ctx.as_of)


def _read_unit_costs(ctx: Context) -> DataFrame:
    return with_time_zone(ctx.read(PRODUCT_COSTS), ctx.settings.run.time_zone)


def _read_acquisition(ctx: Context) -> DataFrame:
    return ctx.read(CUSTOMER_360).select("customer_id", "acquired_through")
