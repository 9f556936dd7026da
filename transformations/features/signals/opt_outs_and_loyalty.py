"""Opt-outs, browsing without an order, and loyalty points."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change
from holdfast.transformations.tables.silver import (
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDER_LINES,
    WEB_EVENTS,
)
from holdfast.transformations.tables.vocabulary import Purpose

FEATURES: Final = (
    Feature(
        "unsubscribed_90d",
        "unsubscribed_90d",
        (MESSAGE_EVENTS,),
        "events",
        "engagement",
        "Opt-outs of 90 days.",
    ),
    Feature(
        "is_unsubscribed",
        "if(unsubscribed_all > 0, 1.0, 0.0)",
        (MESSAGE_EVENTS,),
        "flag",
        "engagement",
        "Has opted out of messages.",
        purpose=Purpose.PERSONALISATION,
    ),
    Feature(
        "views_without_order_30d",
        "if(orders_30d = 0, views_30d, 0)",
        (WEB_EVENTS,),
        "views",
        "engagement",
        "Products viewed in 30 days without an order.",
    ),
    Feature(
        "categories_change",
        "ln((categories_90d + 0.5) / (categories_365d + 0.5))",
        (ORDER_LINES,),
        "log ratio",
        "value",
        "Categories of 90 days against the year.",
    ),
    Feature(
        "points_earned_90d",
        "points_earned_90d",
        (LOYALTY_LEDGER,),
        "points",
        "value",
        "Points earned in 90 days.",
        purpose=Purpose.PERSONALISATION,
    ),
    Feature(
        "points_change",
        change("points_earned_90d", "points_earned_365d", 90),
        (LOYALTY_LEDGER,),
        "log ratio",
        "engagement",
        "Points earned against the customer's own year.",
        purpose=Purpose.PERSONALISATION,
    ),
)
