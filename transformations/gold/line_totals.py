"""Whether orders are what their lines say."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.money import to_minor
from holdfast.transformations.states import select_standing


def compare_with_lines(orders: DataFrame, lines: DataFrame) -> DataFrame:
    """source, currency, orders (those that have lines), net_amount, lines_amount, wrong (orders
    that differ from their lines) and wrong_amount (by how much in all): one aggregate.

    Orders and lines are silver's, newest amounts, gift cards included. Each line and the order
    itself may be off by the half of a minor unit that rounding takes.
    """
    sums = (
        select_standing(lines)
        .filter(F.col("removed_at").isNull())
        .groupBy("order_id", "currency")
        .agg(F.sum("net_amount").alias("lines_amount"), F.count(F.lit(1)).alias("lines"))
    )
    joined = select_standing(orders).join(sums, on=["order_id", "currency"], how="inner")
    difference = F.abs(F.col("net_amount") - F.col("lines_amount"))
    is_wrong = to_minor(difference, F.col("currency")) * 2 > F.col("lines") + 1
    return joined.groupBy("source", "currency").agg(
        F.count(F.lit(1)).alias("orders"),
        F.sum("net_amount").alias("net_amount"),
        F.sum("lines_amount").alias("lines_amount"),
        F.count_if(is_wrong).alias("wrong"),
        F.sum(F.when(is_wrong, difference)).alias("wrong_amount"),
    )
