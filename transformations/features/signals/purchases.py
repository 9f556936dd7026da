"""What customers buy, how often and how, and since when."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change
from holdfast.transformations.tables.silver import MESSAGE_EVENTS, ORDER_LINES, ORDERS, REFUND_LINES

FEATURES: Final = (
    Feature(
        "tenure_days", "tenure_days", (ORDERS,), "days", "recency", "Days since the first order."
    ),
    Feature(
        "recency_days", "recency_days", (ORDERS,), "days", "recency", "Days since the last order."
    ),
    Feature("orders_90d", "orders_90d", (ORDERS,), "orders", "value", "Orders of 90 days."),
    Feature("orders_365d", "orders_365d", (ORDERS,), "orders", "value", "Orders of a year."),
    Feature(
        "spend_365d",
        "spend_365d / minor_per_unit",
        (ORDERS,),
        "currency",
        "value",
        "Net spend of a year, in the customer's main currency.",
    ),
    Feature(
        "velocity_change",
        change("orders_90d", "orders_365d", 90),
        (ORDERS,),
        "log ratio",
        "recency",
        "Orders of 90 days against the customer's own year.",
    ),
    Feature(
        "frequency_drop_share",
        (
            "1 - orders_90d / nullif((orders_365d - orders_90d) * 90.0 / "
            "greatest(least(tenure_days, 365) - 90, 90), 0)"
        ),
        (ORDERS,),
        "share",
        "recency",
        "Share by which 90 days fall short of the customer's own earlier rate.",
    ),
    Feature(
        "products_365d",
        "products_365d",
        (ORDER_LINES,),
        "products",
        "value",
        "Different products of a year.",
    ),
    Feature(
        "discount_share_365d",
        "discount_365d / nullif(discount_365d + spend_365d, 0)",
        (ORDERS,),
        "share",
        "price",
        "Discounts as a share of list value, a year.",
    ),
    Feature(
        "categories_365d",
        "categories_365d",
        (ORDER_LINES,),
        "categories",
        "value",
        "Different categories of a year.",
    ),
    Feature(
        "return_rate_365d",
        "refund_365d / nullif(orders_365d, 0)",
        (REFUND_LINES,),
        "returns per order",
        "quality",
        "Returned lines per order, a year.",
    ),
    Feature(
        "recent_engagement",
        "email_engaged_90d + visits_30d",
        (MESSAGE_EVENTS,),
        "events",
        "engagement",
        "Messages opened or clicked in 90 days, and visits of 30 days.",
    ),
    Feature(
        "response_rate_365d",
        "email_engaged_365d / nullif(email_received_365d, 0)",
        (MESSAGE_EVENTS,),
        "ratio",
        "engagement",
        "Opens and clicks for each message received, a year.",
    ),
    Feature("season_month", "month(as_of)", (), "month", "recency", "Month of the cut-off."),
    Feature(
        "cohort_year",
        "year(date_sub(as_of, cast(tenure_days as int)))",
        (ORDERS,),
        "year",
        "value",
        "Year of the first order.",
    ),
    Feature(
        "store_share_365d",
        "pos_order_365d / nullif(orders_365d, 0)",
        (ORDERS,),
        "share",
        "value",
        "Orders at a till, a year.",
    ),
)
