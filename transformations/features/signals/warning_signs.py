"""Failed charges, paused subscriptions, and looks at prices or competitors."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change
from holdfast.transformations.tables.silver import SUBSCRIPTION_CHARGES, SUBSCRIPTIONS, WEB_EVENTS
from holdfast.transformations.tables.vocabulary import Purpose

FEATURES: Final = (
    Feature(
        "failed_charges_90d",
        "failed_charge_90d",
        (SUBSCRIPTION_CHARGES,),
        "charges",
        "feature",
        "Failed charges of 90 days.",
    ),
    Feature(
        "paused_subscriptions",
        "paused_subscriptions",
        (SUBSCRIPTIONS,),
        "subscriptions",
        "feature",
        "Subscriptions paused.",
    ),
    Feature(
        "cancelled_subscriptions_180d",
        "cancelled_subscription_180d",
        (SUBSCRIPTIONS,),
        "subscriptions",
        "feature",
        "Subscriptions cancelled in 180 days.",
    ),
    Feature(
        "active_subscriptions",
        "active_subscriptions",
        (SUBSCRIPTIONS,),
        "subscriptions",
        "feature",
        "Subscriptions running.",
    ),
    Feature(
        "competitor_90d",
        "competitor_90d",
        (WEB_EVENTS,),
        "events",
        "price",
        "Declared competitor signals, 90 days.",
        purpose=Purpose.SENSITIVE_SIGNALS,
    ),
    Feature(
        "price_views_90d",
        "price_views_90d",
        (WEB_EVENTS,),
        "events",
        "price",
        "Looks at prices and offers, 90 days.",
    ),
    Feature(
        "price_views_180d",
        "price_views_180d",
        (WEB_EVENTS,),
        "events",
        "price",
        "Looks at prices and offers, 180 days.",
    ),
    Feature(
        "price_views_change",
        change("price_views_90d", "price_views_365d", 90),
        (WEB_EVENTS,),
        "log ratio",
        "price",
        "Looks at prices against the customer's own year.",
    ),
)
