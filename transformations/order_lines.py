"""Lines beside the order that had them first, and beside their product."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def with_order(lines: DataFrame, orders: DataFrame, owner: str) -> DataFrame:
    """`lines` once per interval in which their order stood: with its `owner`, its time_zone, its
    event_at in place of their own, `order_stands_to`, and `known_at`.

    One added by a newer version of its order is known from that version on, and never before its
    order. It is of the order that had it first.
    """
    order = orders.select(
        F.col("order_id").alias("order_id_first"),
        owner,
        F.col("event_at").alias("_ordered_at"),
        F.greatest("available_at", "stands_from").alias("_order_known"),
        F.col("stands_to").alias("order_stands_to"),
        F.col("version_at_first").alias("_order_version"),
        "time_zone",
    )
    joined = lines.join(order, ["order_id_first"], how="inner")
    late = F.when(F.col("version_at_first") > F.col("_order_version"), F.col("version_at_first"))
    return joined.withColumns(
        {"event_at": F.col("_ordered_at"), "known_at": F.greatest("_order_known", late)}
    ).drop("_ordered_at", "_order_known", "_order_version")


def with_product(lines: DataFrame, products: DataFrame) -> DataFrame:
    """`lines` of `with_order` with brand and is_private_label of their product, and its category
    where they have none of their own: null where it became known after the order.
    """
    kinds = ("category_first", "brand_first", "is_private_label")
    product = products.select(
        "product_id",
        F.greatest("event_at", "available_at").alias("_product_known"),
        *(F.col(name).alias(f"_{name}") for name in kinds),
    )
    joined = lines.join(product, ["product_id"], how="left")
    is_known = F.col("_product_known") <= F.col("event_at")
    category, brand, label = (F.when(is_known, F.col(f"_{name}")) for name in kinds)
    return joined.withColumns(
        {"category": F.coalesce("category", category), "brand": brand, "is_private_label": label}
    ).drop("_product_known", *(f"_{name}" for name in kinds))
