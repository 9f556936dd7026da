"""Every feature once: the snapshot's contract, the docs page, reasons and consent follow from the
rows of `signals`.
"""

from collections.abc import Mapping
from typing import Final

from holdfast.transformations.features.feature import Feature
from holdfast.transformations.features.signals import (
    engagement,
    opinions,
    opt_outs_and_loyalty,
    product_use,
    purchase_decay,
    purchases,
    warning_signs,
)
from holdfast.transformations.tables.columns import (
    AS_OF,
    CURRENCY,
    CUSTOMER,
    DOUBLE,
    IDENTITY_RUN,
    RUN,
    probability,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table

# The order is that of the snapshot's columns and of the models' inputs.
SIGNALS: Final[Mapping[str, tuple[Feature, ...]]] = {
    "purchase habits": purchases.FEATURES,
    "engagement": engagement.FEATURES,
    "purchase decay": purchase_decay.FEATURES,
    "opinions": opinions.FEATURES,
    "warning signs": warning_signs.FEATURES,
    "product use": product_use.FEATURES,
    "opt-outs and loyalty": opt_outs_and_loyalty.FEATURES,
}
FEATURES: Final = tuple(feature for features in SIGNALS.values() for feature in features)

BY_NAME: Final = {feature.name: feature for feature in FEATURES}
NAMES: Final = tuple(BY_NAME)
GROUP_OF: Final = {feature.name: feature.group for feature in FEATURES}

_VALUES: Final = tuple(
    Column(f.name, DOUBLE, f.doc, unit=f.unit, purpose=f.purpose) for f in FEATURES
)

SNAPSHOTS: Final = Table(
    "features.customer_snapshots",
    "One row per customer and cut-off.",
    "What was knowable of every customer with an order before the cut-off.",
    (
        AS_OF,
        CUSTOMER,
        CURRENCY,
        *_VALUES,
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id"),
    write=ReplaceWhere(),
    cluster_by=("as_of",),
    subject="customer_id",
)

VALUE_INPUTS: Final = Table(
    "features.value_inputs",
    "One row per customer and day that was scored.",
    "What the value model looked at of everybody it scored: purchase history, features, and who "
    "leaves. The model of record, served by MLflow, gives gold.customer_values of the trained "
    "horizon for it.",
    (
        AS_OF,
        CUSTOMER,
        CURRENCY,
        Column("past_frequency", DOUBLE, "Repeat purchase days.", unit="days"),
        Column("past_recency_days", DOUBLE, "First to last purchase.", unit="days"),
        Column("past_age_days", DOUBLE, "First purchase to as_of.", unit="days"),
        Column(
            "past_mean_spend",
            DOUBLE,
            "Spend per repeat purchase day; null without one.",
            unit="minor units",
        ),
        Column("past_repeat_spend", DOUBLE, "Spend of all repeat days.", unit="minor units"),
        *_VALUES,
        probability(
            "churn_probability",
            "Of gold.churn_scores; null for customers it was not asked of.",
        ),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id"),
    write=ReplaceWhere(),
    cluster_by=("as_of",),
    subject="customer_id",
)
