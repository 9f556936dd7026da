"""Drift: a table of ops."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    DATE,
    DOUBLE,
    LONG,
    RUN,
    STRING,
    vocabulary,
)
from holdfast.transformations.tables.table import Append, Column, Table
from holdfast.transformations.tables.vocabulary import DRIFT_MEASURES

ALL_FEATURES: Final = "all_features"  # a subject

DRIFT: Final = Table(
    "ops.drift",
    "One row per run, subject and measure.",
    "How far customers of the run's day are from those of the days that the churn model learnt "
    "from: population stability (psi), Jensen-Shannon divergence in bits, and a test whose "
    "p_values are adjusted for the number of features.",
    (
        RUN,
        AS_OF,
        Column(
            "subject",
            STRING,
            f"A feature; churn_probability, compared with that of the held-out day; or "
            f"{ALL_FEATURES}, whose p_value is the smallest of all.",
            nullable=False,
        ),
        vocabulary(
            "measure",
            "What was measured; smallest_shift is by how many standard deviations a feature must "
            "move to be found in 99 of 100 runs, calibration_gap how many more leavers the model "
            "expected on its held-out day than there were",
            DRIFT_MEASURES,
        ),
        Column("value", DOUBLE, "The figure.", nullable=False, unit="measure"),
        Column("low", DOUBLE, "Lower end of the 95 % interval of a gap.", unit="measure"),
        Column("high", DOUBLE, "Upper end.", unit="measure"),
        Column(
            "is_alarm",
            BOOL,
            "Of a p_value: below drift.false_alarms; of a gap: 0 is outside the interval; else "
            "null.",
        ),
        Column("reference_from_on", DATE, "Oldest day compared with.", nullable=False),
        Column("reference_to_on", DATE, "Newest day compared with.", nullable=False),
        Column(
            "reference_rows",
            LONG,
            "Customers of those days; of a test those of the one half, each on one day.",
            nullable=False,
            unit="rows",
        ),
        Column(
            "rows",
            LONG,
            "Customers of today; of a test those of the other half; of a gap those asked.",
            nullable=False,
            unit="rows",
        ),
    ),
    keys=("run_number", "subject", "measure"),
    write=Append(),
)
