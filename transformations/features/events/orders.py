"""Events of orders, their lines and refunds."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import event, event_rows, minor_units


def order_events(orders: DataFrame, currency: str) -> list[DataFrame]:
    """An order counts until the day of its cancellation."""
    ends_at, ours = F.col("cancelled_at_first"), F.col("currency") == currency
    discounted = F.col("discount_amount_first") > 0
    return [
        event_rows(
            orders,
            event("order", ends_at=ends_at),
            event("sale", ours, amount=minor_units("net_amount_first"), ends_at=ends_at),
            event(
                "discount",
                ours & discounted,
                amount=minor_units("discount_amount_first"),
                ends_at=ends_at,
            ),
            event("discounted_order", discounted, ends_at=ends_at),
            event("coupon_order", F.coalesce("has_coupon", F.lit(False)), ends_at=ends_at),
            event("pos_order", F.col("channel").isin("pos", "store"), ends_at=ends_at),
        )
    ]


def line_events(lines: DataFrame, orders: DataFrame, products: DataFrame | None) -> list[DataFrame]:
    """A line added by a newer version of its order is known from that version on, and never before
    its order.

    Its category is the line's own, else the product's where the product was known by then.
    """
    order = orders.select(
        "order_id",
        "party_id",
        "cancelled_at_first",
        F.col("event_at").alias("ordered_at"),
        F.col("available_at").alias("order_known"),
        F.col("version_at_first").alias("order_version"),
    )
    joined = lines.join(order, ["order_id"], how="inner").withColumn(
        "event_at", F.col("ordered_at")
    )
    late = F.when(F.col("version_at_first") > F.col("order_version"), F.col("version_at_first"))
    category = F.col("category")
    if products is not None:
        known_by = F.greatest("event_at", "available_at").alias("product_known")
        joined = joined.join(
            products.select("product_id", F.col("category_first").alias("shelf"), known_by),
            ["product_id"],
            how="left",
        )
        category = F.coalesce(
            category, F.when(F.col("product_known") <= F.col("ordered_at"), F.col("shelf"))
        )
    line = event(
        "line",
        item=F.col("product_id"),
        group=category,
        ends_at=F.least("cancelled_at_first", "removed_at_first"),
    )
    return [event_rows(joined, line, known_at=F.greatest("order_known", late))]


def refund_events(refunds: DataFrame, orders: DataFrame) -> list[DataFrame]:
    """Goods given back; the refund of a cancellation is no return."""
    joined = refunds.join(orders.select("order_id", "party_id"), ["order_id"], how="inner")
    return [
        event_rows(joined, event("refund", F.coalesce("refund_kind", F.lit("return")) != "cancel"))
    ]
