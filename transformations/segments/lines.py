"""Lines as tastes are counted from: when, and of which category, brand and label."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import day_number
from holdfast.transformations.order_lines import with_order, with_product
from holdfast.transformations.whole_customers import number_days


def select_purchased_lines(
    lines: DataFrame, orders_by_customer: DataFrame, products: DataFrame
) -> DataFrame:
    """One row per line and interval in which it and its order stood, gift cards aside: customer_id,
    day, known_day and ended_day (whole days from 1970-01-01; the last null while it stands),
    category, is_private_label, and brand, null of the shop's own label.

    Lines carry their states, orders are those of `relative_purchases`.
    """
    goods = lines.filter(~F.coalesce("is_gift_card", F.lit(False)))
    known = with_product(with_order(goods, orders_by_customer, "customer_id"), products)
    ended = F.least(day_number(F.col("order_stands_to")), day_number(F.col("stands_to")))
    is_own = F.coalesce("is_private_label", F.lit(False))
    return known.select(
        "customer_id",
        day_number(F.col("event_at")).alias("day"),
        day_number(F.greatest("event_at", "available_at", "known_at", "stands_from")).alias(
            "known_day"
        ),
        ended.alias("ended_day"),
        "category",
        "is_private_label",
        F.when(~is_own, F.col("brand")).alias("brand"),
    )


def count_kinds(lines: DataFrame, as_of: date, window_days: int) -> DataFrame:
    """Lines of the `window_days` before a day by category and by brand (`kind`, `name`): all of
    which either is known, those of the shop's own label under no name among brands.
    """
    (number,) = number_days([as_of])
    is_seen = (F.col("known_day") < number) & (F.col("day") >= number - window_days)
    stands = F.coalesce(F.col("ended_day") >= number, F.lit(True))
    has_brand = F.col("brand").isNotNull() | F.coalesce("is_private_label", F.lit(False))
    kinds = F.array(
        *(
            F.struct(F.lit(kind).alias("kind"), F.col(kind).alias("name"), is_of.alias("is_known"))
            for kind, is_of in (("category", F.col("category").isNotNull()), ("brand", has_brand))
        )
    )
    named = lines.filter(is_seen & stands).select(F.inline(kinds))
    return named.filter("is_known").groupBy("kind", "name").agg(F.count(F.lit(1)).alias("lines"))
