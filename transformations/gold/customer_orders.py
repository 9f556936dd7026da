"""Orders with their customer, as BI joins them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.columns import MONEY


def customer_orders(
    orders: DataFrame, refund_lines: DataFrame, identity_map: DataFrame
) -> DataFrame:
    """gold.customer_orders, with `known_at` (when the business could first know of the order) as
    one more column.

    Amounts are the newest versions; refunds count in the order's own currency only. Orders and
    refunds that are withdrawn are left out.
    """
    return (
        with_customer(select_standing(orders), identity_map)
        .join(_refunds(select_standing(refund_lines)), on=["order_id", "currency"], how="left")
        .select(
            "order_id",
            "customer_id",
            F.coalesce("ordered_on", F.to_date("event_at")).alias("ordered_on"),
            F.col("event_at").alias("ordered_at"),
            F.greatest("event_at", "available_at").alias("known_at"),
            "channel",
            "currency",
            "net_amount",
            "discount_amount",
            F.coalesce("refund_amount", F.lit(0).cast(MONEY)).alias("refund_amount"),
            F.col("cancelled_at").isNotNull().alias("is_cancelled"),
        )
    )


def _refunds(refund_lines: DataFrame) -> DataFrame:
    """One row per order and currency: the money given back so far."""
    refunded = F.sum("refund_amount").cast(MONEY)
    return refund_lines.groupBy("order_id", "currency").agg(refunded.alias("refund_amount"))
