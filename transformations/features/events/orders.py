"""Events of orders, their lines and refunds."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import event, event_rows
from holdfast.transformations.money import to_minor
from holdfast.transformations.order_lines import with_order, with_product
from holdfast.transformations.sales import is_return
from holdfast.transformations.tables.vocabulary import TILLS


def order_events(orders: DataFrame) -> list[DataFrame]:
    """An order, once per interval in which it stood, counts while it stands: not after it was
    cancelled or withdrawn, and again once that was taken back; its amounts in its own currency.
    """
    currency = F.col("currency_first")
    discounted = F.col("discount_amount_first") > 0
    net, discount = (
        to_minor(F.col(name), currency) for name in ("net_amount_first", "discount_amount_first")
    )
    return [
        event_rows(
            orders,
            event("order", amount=net, currency=currency),
            event("discount", discounted, amount=discount, currency=currency),
            event("discounted_order", discounted),
            event("coupon_order", F.coalesce("has_coupon", F.lit(False))),
            event("pos_order", F.col("channel").isin(*TILLS)),
        )
    ]


def line_events(lines: DataFrame, orders: DataFrame, products: DataFrame | None) -> list[DataFrame]:
    """A line counts while it and its order stand, from when `with_order` knows it.

    Its category is the line's own, else the product's where the product was known by then.
    """
    joined = with_order(lines, orders, "party_id")
    if products is not None:
        joined = with_product(joined, products)
    line = event(
        "line",
        item=F.col("product_id"),
        group=F.col("category"),
        ends_at=F.col("order_stands_to"),
    )
    return [event_rows(joined, line, known_at=F.col("known_at"))]


def refund_events(refunds: DataFrame, dated: DataFrame, orders: DataFrame) -> list[DataFrame]:
    """Goods given back, by the customer of the order while it is not withdrawn, else, where no such
    order is known, by the refund's own party. Money given back for a cancellation, for shipping or
    for no line at all is no return.

    `dated` are `orders` with their states.
    """
    order = dated.select(
        "order_id",
        F.col("party_id").alias("_party"),
        F.col("stands_from").alias("order_from"),
        F.col("stands_to").alias("order_to"),
        F.col("time_zone").alias("_time_zone"),
    )
    known = orders.select("order_id", F.lit(True).alias("_is_known"))
    joined = (
        refunds.join(order, ["order_id"], how="left")
        .join(known, ["order_id"], how="left")
        .filter(F.col("_party").isNotNull() | F.col("_is_known").isNull())
        .withColumns(
            {
                "party_id": F.coalesce("_party", "party_id"),
                "time_zone": F.coalesce("_time_zone", "time_zone"),
            }
        )
    )
    refund = event("refund", is_return(), ends_at=F.col("order_to"))
    return [event_rows(joined, refund, known_at=F.col("order_from"))]
