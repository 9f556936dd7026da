"""Features: what was knowable at each cut-off, and what happened afterwards.

The snapshot contract is derived from the registry: `holdfast.transformations.features.registry`.
"""

from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    CUSTOMER,
    DATE,
    HORIZON,
    IDENTITY_RUN,
    INT,
    LONG,
    RUN,
    money,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table

LABELS: Final = Table(
    "features.labels",
    "One row per customer, cut-off and horizon.",
    "Churn and value in [as_of, as_of + horizon), null until that window has ended.",
    (
        AS_OF,
        CUSTOMER,
        HORIZON,
        CURRENCY,
        Column(
            "is_eligible",
            BOOL,
            "Had an order in the eligibility window before as_of.",
            nullable=False,
        ),
        Column("is_churned", BOOL, "No order in the outcome window."),
        Column("orders", INT, "Orders in the outcome window.", unit="orders", check="orders >= 0"),
        money(
            "revenue_amount",
            "Net revenue in the outcome window, after refunds.",
            nullable=True,
            signed=True,
        ),
        Column(
            "days_to_order",
            INT,
            "From as_of to the first order in the outcome window; null where none came, or none "
            "has come yet.",
            unit="days",
            check="days_to_order >= 0",
        ),
        Column(
            "matured_on",
            DATE,
            "as_of + horizon: the first day the label may be used.",
            nullable=False,
        ),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days"),
    write=ReplaceWhere(),
    cluster_by=("as_of",),
    subject="customer_id",
)

PURCHASE_CELLS: Final = Table(
    "features.purchase_cells",
    "One row per cut-off and combination of frequency, recency and age in weeks.",
    "Sufficient statistics of BG/NBD and gamma-gamma: grouping loses nothing the likelihood needs.",
    (
        AS_OF,
        CURRENCY,
        Column(
            "frequency",
            INT,
            "Repeat purchase days.",
            nullable=False,
            unit="days",
            check="frequency >= 0",
        ),
        Column(
            "recency_weeks",
            INT,
            "Whole weeks from first to last purchase.",
            nullable=False,
            unit="weeks",
        ),
        Column(
            "age_weeks",
            INT,
            "Whole weeks from first purchase to as_of.",
            nullable=False,
            unit="weeks",
        ),
        Column(
            "customers",
            LONG,
            "Customers in the cell.",
            nullable=False,
            unit="customers",
            check="customers > 0",
        ),
        Column(
            "recency_days",
            LONG,
            "Sum over customers of days from first to last purchase.",
            nullable=False,
            unit="days",
        ),
        Column(
            "age_days",
            LONG,
            "Sum over customers of days from first purchase to as_of.",
            nullable=False,
            unit="days",
        ),
        Column(
            "spenders",
            LONG,
            "Customers with a positive mean repeat spend.",
            nullable=False,
            unit="customers",
        ),
        Column(
            "log_spend",
            T.DecimalType(28, 9),
            "Sum over spenders of the logarithm of mean spend per repeat purchase.",
            unit="log minor units",
        ),
        Column(
            "spend_bin",
            INT,
            "Bin of log mean spend at 1 %; -1 for customers without repeat spend.",
            nullable=False,
        ),
        RUN,
    ),
    keys=("as_of", "currency", "frequency", "recency_weeks", "age_weeks", "spend_bin"),
    write=ReplaceWhere(),
    cluster_by=("as_of",),
)

TABLES: Final = (LABELS, PURCHASE_CELLS)
