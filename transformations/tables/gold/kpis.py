"""Agreed figures over time, and cohorts of customers."""

from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    DATE,
    INT,
    LONG,
    MEASURE,
    MONEY,
    RUN,
    STRING,
    money,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Overwrite, Table
from holdfast.transformations.tables.vocabulary import PERIOD_KINDS

VALUE: Final = T.DecimalType(18, 6)

KPIS: Final = Table(
    "gold.kpis",
    "One row per KPI, period, value of a dimension and currency.",
    "Agreed figures as docs/kpis.md defines them, made anew in each run from what was known by "
    "as_of. A figure whose source is not loaded, or of which nothing was counted, has no row.",
    (
        Column("kpi_name", STRING, "The KPI.", nullable=False),
        vocabulary("period_kind", "Length of the period", PERIOD_KINDS),
        Column("period_start_on", DATE, "First day of the period.", nullable=False),
        Column(
            "dimension",
            STRING,
            "What the figure is cut by: all (not cut), acquired_through, tenure ...",
            nullable=False,
        ),
        Column(
            "dimension_value",
            STRING,
            "Value of the dimension; unknown where a row has none, other for rare product lines.",
            nullable=False,
        ),
        Column(
            CURRENCY.name,
            STRING,
            "ISO 4217 code of the money counted; XXX (no currency) where none is.",
            nullable=False,
            check=CURRENCY.check,
        ),
        Column(
            "value",
            VALUE,
            "The figure: numerator / denominator; null where the denominator is 0 and the "
            "numerator is not, as of returns of what was not sold in the period.",
        ),
        Column(
            "numerator", MONEY, "What the KPI's definition counts above the line.", nullable=False
        ),
        Column("denominator", MONEY, "What it counts below; null where the figure is a plain sum."),
        Column(
            "low",
            VALUE,
            "Lower end of the 90 % interval: Wilson for shares, delta method over customers for "
            "ratios; null for sums and for a ratio of one customer.",
        ),
        Column("high", VALUE, "Upper end."),
        Column("customers", LONG, "Customers counted in it.", nullable=False, unit="customers"),
        Column(
            "is_exclusive",
            BOOL,
            "Each row counts under one value of the dimension, so that numerators and denominators "
            "add up to those of `all`.",
            nullable=False,
        ),
        Column(
            "is_complete",
            BOOL,
            "All days that the figure looks at lie before as_of: it does not change by time.",
            nullable=False,
        ),
        AS_OF,
        RUN,
    ),
    keys=(
        "kpi_name",
        "period_kind",
        "period_start_on",
        "dimension",
        "dimension_value",
        "currency",
    ),
    write=Overwrite(),
)

COHORTS: Final = Table(
    "gold.cohorts",
    "One row per month of acquisition, months since and currency.",
    "Customers by the month of their first order in the currency, and what they did in the months "
    "after. Months that are not over by as_of are projected by chain ladder (Mack 1993).",
    (
        Column("cohort_on", DATE, "First day of the month of acquisition.", nullable=False),
        Column(
            "months_since",
            INT,
            "Months from that month to the one the row is about; 0 is the same.",
            nullable=False,
            unit="months",
            check="months_since >= 0",
        ),
        CURRENCY,
        Column("month_on", DATE, "First day of the month the row is about.", nullable=False),
        Column(
            "is_observed", BOOL, "The month was over by as_of; else it is censored.", nullable=False
        ),
        Column(
            "customers", LONG, "Customers of the cohort by as_of.", nullable=False, unit="customers"
        ),
        Column(
            "active_customers",
            LONG,
            "Those of them who ordered in the month before as_of; null where it has not begun.",
            unit="customers",
        ),
        Column("orders", LONG, "Their orders in it, none cancelled.", unit="orders"),
        money(
            "revenue_amount",
            "What these orders brought, net of their refunds made before as_of.",
            nullable=True,
            signed=True,
        ),
        Column(
            "projected_active_customers",
            MEASURE,
            "Active customers expected of the whole month where it is not over; null where nothing "
            "is known to project from.",
            unit="customers",
        ),
        money("projected_revenue_amount", "Revenue expected of it.", nullable=True, signed=True),
        AS_OF,
        RUN,
    ),
    keys=("cohort_on", "months_since", "currency"),
    write=Overwrite(),
)
