"""Use of the product's features."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change
from holdfast.transformations.tables.silver import SUBSCRIPTIONS, WEB_EVENTS

FEATURES: Final = (
    Feature(
        "core_use_90d",
        "core_use_90d",
        (WEB_EVENTS,),
        "events",
        "feature",
        "Uses of core features, 90 days.",
        baseline="core_use_365d",
    ),
    Feature(
        "core_use_180d",
        "core_use_180d",
        (WEB_EVENTS,),
        "events",
        "feature",
        "Uses of core features, 180 days.",
    ),
    Feature(
        "core_use_365d",
        "core_use_365d",
        (WEB_EVENTS,),
        "events",
        "feature",
        "Uses of core features, a year.",
    ),
    Feature(
        "core_use_change",
        change("core_use_90d", "core_use_365d", 90),
        (WEB_EVENTS,),
        "log ratio",
        "feature",
        "Core use against the customer's own year.",
    ),
    Feature(
        "adopted_90d",
        "adopted_90d",
        (WEB_EVENTS,),
        "features",
        "feature",
        "Features tried for the first time, 90 days.",
    ),
    Feature(
        "adopted_180d",
        "adopted_180d",
        (WEB_EVENTS,),
        "features",
        "feature",
        "Features tried for the first time, 180 days.",
    ),
    Feature(
        "adopted_change",
        change("adopted_90d", "adopted_365d", 90),
        (WEB_EVENTS,),
        "log ratio",
        "feature",
        "New features tried against the customer's own year.",
    ),
    Feature(
        "visits_per_subscription_30d",
        "visits_30d / nullif(active_subscriptions, 0)",
        (SUBSCRIPTIONS,),
        "visits",
        "feature",
        "Visits of 30 days per running subscription.",
    ),
)
