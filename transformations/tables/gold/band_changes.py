"""Whose risk moved."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CUSTOMER,
    DATE,
    HORIZON,
    LONG,
    RUN,
    STRING,
    probability,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table

BAND_CHANGES: Final = Table(
    "gold.band_changes",
    "One row per customer whose risk band moved, day and horizon.",
    "The bands of a day beside those of the newest day that was scored before it, at the same "
    "horizon. A day's rows are written with its scores and replaced with them, so that each move "
    "is there once, however often a run is begun; the first day has none. Only customers who allow "
    "analytics now.",
    (
        AS_OF,
        CUSTOMER,
        HORIZON,
        Column("from_on", DATE, "The day that was scored before.", nullable=False),
        Column(
            "from_customer_id",
            LONG,
            "Id under which the customer was scored then: another one where records were found to "
            "be one person since. Of several the one that stayed counts; where that was not "
            "scored, the one with the most severe band.",
        ),
        Column("from_band", STRING, "risk_band then; null: not scored then."),
        Column(
            "to_band", STRING, "risk_band now; null: no longer scored, too long without an order."
        ),
        probability("from_probability", "churn_probability then."),
        probability("to_probability", "churn_probability now."),
        Column("is_worse", BOOL, "The band is more severe now; null where a side has none."),
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days"),
    write=ReplaceWhere(),
    subject="customer_id",
)
