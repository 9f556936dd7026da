"""Orders and refunds with their customer, as BI joins them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.local_day import local_day
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.columns import MONEY


def customer_orders(sales: DataFrame, refunds: DataFrame, identity_map: DataFrame) -> DataFrame:
    """gold.customer_orders, with `known_on` (the day on which the business could first know of the
    order) as one more column; `sales` and `refunds` are of `with_sales` and `place_refunds`.

    Amounts are the newest versions; refunds that count as the order's are in its own currency.
    Orders and refunds that are withdrawn are left out.
    """
    return (
        with_customer(select_standing(sales), identity_map)
        .join(_refunds(select_standing(refunds)), on=["order_id"], how="left")
        .select(
            "order_id",
            "customer_id",
            "ordered_on",
            F.col("event_at").alias("ordered_at"),
            local_day(F.greatest("event_at", "available_at")).alias("known_on"),
            "channel",
            "currency",
            "net_amount",
            "gift_card_amount",
            "discount_amount",
            F.coalesce("refund_amount", F.lit(0).cast(MONEY)).alias("refund_amount"),
            F.col("cancelled_at").isNotNull().alias("is_cancelled"),
        )
    )


def customer_refunds(refunds: DataFrame, identity_map: DataFrame) -> DataFrame:
    """gold.customer_refunds; `refunds` are of `place_refunds`."""
    return with_customer(select_standing(refunds), identity_map).select(
        F.col("refund_line_id").alias("refund_id"),
        "order_id",
        "customer_id",
        local_day(F.col("event_at")).alias("refunded_on"),
        F.col("event_at").alias("refunded_at"),
        "currency",
        "refund_amount",
        "refund_kind",
        "counts_as",
    )


def _refunds(refunds: DataFrame) -> DataFrame:
    """One row per order: the money given back so far that counts as the order's."""
    refunded = F.sum("refund_amount").cast(MONEY)
    own = refunds.filter(F.col("counts_as") == "order")
    return own.groupBy("order_id").agg(refunded.alias("refund_amount"))
