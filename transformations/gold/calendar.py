"""Days for BI to join on."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def calendar(orders: DataFrame, as_of: date) -> DataFrame:
    """gold.calendar: every day from the year of the first order to the end of the year after
    `as_of`.
    """
    first = F.coalesce(F.min("ordered_on"), F.lit(as_of))
    last = F.lit(date(as_of.year + 1, 12, 31))
    days = F.explode(F.sequence(F.trunc(F.col("first_on"), "year"), last)).alias("day")
    day = F.col("day")
    return (
        orders.agg(F.least(first, F.lit(as_of)).alias("first_on"))
        .select(days)
        .select(
            "day",
            F.year(day).alias("year"),
            F.quarter(day).alias("quarter"),
            F.month(day).alias("month"),
            F.date_format(day, "MMMM").alias("month_name"),
            F.weekofyear(day).alias("iso_week"),
            (F.weekday(day) + F.lit(1)).alias("weekday"),
            (F.dayofmonth(day) == F.lit(1)).alias("is_month_start"),
        )
    )
