"""Cohorts of customers by the month of their first order, and what they did month by month."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.money import from_minor


def triangle(history: DataFrame) -> DataFrame:
    """cohort_on, months_since, currency, active_customers, orders and revenue_amount of the orders
    of `order_history`: one row for each month of a cohort in which somebody ordered.

    A customer is of a cohort of each currency it pays in, by the first order in that one, so that
    no cohort adds two currencies.
    """
    own = Window.partitionBy("customer_id", "currency")
    cohort = F.trunc(F.min("ordered_on").over(own), "month")
    months = F.months_between(F.trunc("ordered_on", "month"), "cohort_on").cast("int")
    return (
        history.withColumn("cohort_on", cohort)
        .withColumn("months_since", months)
        .groupBy("cohort_on", "months_since", "currency")
        .agg(
            F.count_distinct("customer_id").alias("active_customers"),
            F.count(F.lit(1)).alias("orders"),
            from_minor(F.sum("amount"), F.col("currency")).alias("revenue_amount"),
        )
    )
