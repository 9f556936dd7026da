"""Purchases that come later, get smaller or cheaper, or go back."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change, shift
from holdfast.transformations.tables.silver import ORDERS, REFUND_LINES

MEAN_GAP: Final = "greatest((tenure_days - recency_days) / greatest(orders_all - 1, 1), 7)"

FEATURES: Final = (
    Feature("mean_gap_days", MEAN_GAP, (ORDERS,), "days", "recency", "Mean days between orders."),
    Feature(
        "gap_ratio",
        f"recency_days / {MEAN_GAP}",
        (ORDERS,),
        "ratio",
        "recency",
        "Days since the last order against the customer's own mean gap.",
        baseline="mean_gap_days",
    ),
    Feature(
        "order_value_90d",
        "spend_90d / minor_per_unit / nullif(sales_90d, 0)",
        (ORDERS,),
        "currency",
        "value",
        "Mean net order, 90 days.",
        baseline="order_value_365d",
    ),
    Feature(
        "order_value_365d",
        "spend_365d / minor_per_unit / nullif(sales_365d, 0)",
        (ORDERS,),
        "currency",
        "value",
        "Mean net order, a year.",
    ),
    Feature(
        "order_value_change",
        "ln((spend_90d / nullif(sales_90d, 0) + 1) / (spend_365d / nullif(sales_365d, 0) + 1))",
        (ORDERS,),
        "log ratio",
        "value",
        "Mean net order of 90 days against the customer's own year.",
    ),
    Feature(
        "discounted_share_90d",
        "discounted_order_90d / nullif(orders_90d, 0)",
        (ORDERS,),
        "share",
        "price",
        "Orders with a discount, 90 days.",
        baseline="discounted_share_365d",
    ),
    Feature(
        "discounted_share_365d",
        "discounted_order_365d / nullif(orders_365d, 0)",
        (ORDERS,),
        "share",
        "price",
        "Orders with a discount, a year.",
    ),
    Feature(
        "discounted_share_change",
        shift(
            "discounted_order_90d / nullif(orders_90d, 0)",
            "discounted_order_365d / nullif(orders_365d, 0)",
        ),
        (ORDERS,),
        "share",
        "price",
        "Share of discounted orders against the customer's own year.",
    ),
    Feature(
        "coupon_orders_90d",
        "coupon_order_90d",
        (ORDERS,),
        "orders",
        "price",
        "Orders with a code, 90 days.",
    ),
    Feature(
        "returns_90d",
        "refund_90d",
        (REFUND_LINES,),
        "lines",
        "quality",
        "Lines returned in 90 days.",
    ),
    Feature(
        "returns_180d",
        "refund_180d",
        (REFUND_LINES,),
        "lines",
        "quality",
        "Lines returned in 180 days.",
    ),
    Feature(
        "returns_change",
        change("refund_90d", "refund_365d", 90),
        (REFUND_LINES,),
        "log ratio",
        "quality",
        "Returned lines against the customer's own year.",
        baseline="return_rate_365d",
    ),
)
