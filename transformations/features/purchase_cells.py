"""What BG/NBD and gamma-gamma need to know of a customer's past, and customers grouped by it.

Time is counted in whole days of the shop: several orders of one day are one purchase. The first
purchase makes somebody a customer; all later ones are repeat purchases. Money is in minor units of
its currency.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.main_group import currency_rank
from holdfast.transformations.local_day import local_day
from holdfast.transformations.money import to_minor

DAYS_A_WEEK: Final = 7
SPEND_BIN: Final = 0.01  # width of a cell in the logarithm of mean spend
NO_SPEND: Final = -1  # bin of customers without repeat spend; all others are 0 or above


def purchase_history(orders_by_customer: DataFrame, cutoffs: Sequence[date]) -> DataFrame:
    """One row per (as_of, customer_id) with at least one purchase visible on that day, in its main
    currency.

    `orders_by_customer` are orders while they stood, with their customer: customer_id,
    currency_first, event_at, available_at, time_zone, net_amount_first, stands_from, stands_to. A
    day sees what happened and was available before it, and stood. Columns: currency (the main
    one), frequency (repeat purchase days), recency_days (first to last purchase), age_days (first
    purchase to as_of), repeat_spend (of all repeat days), mean_spend (the same per repeat day, null
    without one), total_spend, last_purchase_on. One shuffle for all days together.
    """
    purchases = orders_by_customer.select(
        "customer_id",
        F.col("currency_first").alias("currency"),
        local_day(F.col("event_at")).alias("on"),
        local_day(F.greatest("event_at", "available_at", "stands_from")).alias("known_on"),
        local_day(F.col("stands_to")).alias("ended_on"),
        to_minor(F.col("net_amount_first"), F.col("currency_first")).alias("spend"),
    ).repartition("customer_id")  # all groups below lie within a customer: this is the one shuffle
    days = F.explode(F.array(*[F.lit(day) for day in sorted(set(cutoffs))]))
    visible = purchases.withColumn("as_of", days).filter(_is_visible())
    by_day = visible.groupBy("customer_id", "as_of", "currency", "on").agg(
        F.sum("spend").alias("spend")
    )
    by_currency = by_day.groupBy("customer_id", "as_of", "currency").agg(
        F.count(F.lit(1)).alias("purchase_days"),
        F.min("on").alias("first_on"),
        F.max("on").alias("last_on"),
        F.sum("spend").alias("total_spend"),
        F.min_by("spend", "on").alias("first_spend"),
    )
    main = by_currency.groupBy("customer_id", "as_of").agg(
        F.max_by(_history(), currency_rank()).alias("history")
    )
    return main.select("as_of", "customer_id", "history.*")


def _is_visible() -> Column:
    """Before midnight of a day is the same as on an earlier day."""
    return (F.col("known_on") < F.col("as_of")) & ~F.coalesce(
        F.col("ended_on") < F.col("as_of"), F.lit(False)
    )


def _history() -> Column:
    repeats = (F.col("purchase_days") - 1).cast("int")
    repeat_spend = F.col("total_spend") - F.col("first_spend")
    return F.struct(
        "currency",
        repeats.alias("frequency"),
        F.date_diff("last_on", "first_on").alias("recency_days"),
        F.date_diff("as_of", "first_on").alias("age_days"),
        repeat_spend.alias("repeat_spend"),
        F.when(repeats > 0, repeat_spend / repeats).alias("mean_spend"),
        "total_spend",
        F.col("last_on").alias("last_purchase_on"),
    )


def purchase_cells(history: DataFrame) -> DataFrame:
    """`purchase_history` grouped to cells: sufficient for both likelihoods, additive over groups of
    customers.

    All sums are of integers or decimals, so that no layout of the data changes a digit.
    """
    log_spend = F.when((F.col("frequency") > 0) & (F.col("mean_spend") > 0), F.log("mean_spend"))
    weeks = [
        F.floor(F.col(f"{name}_days") / DAYS_A_WEEK).cast("int").alias(f"{name}_weeks")
        for name in ("recency", "age")
    ]
    positive = F.when(log_spend > 0, log_spend).when(
        log_spend.isNotNull(), 0.0
    )  # below one minor unit: the lowest bin
    spend_bin = F.coalesce(F.floor(positive / SPEND_BIN).cast("int"), F.lit(NO_SPEND))
    return (
        history.select(
            "as_of",
            "currency",
            "frequency",
            *weeks,
            spend_bin.alias("spend_bin"),
            "recency_days",
            "age_days",
            log_spend.cast("decimal(18,9)").alias("log_spend"),
        )
        .groupBy("as_of", "currency", "frequency", "recency_weeks", "age_weeks", "spend_bin")
        .agg(
            F.count(F.lit(1)).alias("customers"),
            F.sum("recency_days").alias("recency_days"),
            F.sum("age_days").alias("age_days"),
            F.count("log_spend").alias("spenders"),
            F.sum("log_spend").cast("decimal(28,9)").alias("log_spend"),
        )
    )
