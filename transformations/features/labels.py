"""Labels: what happened in [D, D + H), and nothing before or after."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import current, with_customer
from holdfast.transformations.tables.features import LABELS

_CANCELLED: Final = ("cancelled_at", "cancelled_at_first")


def cutoffs(first: date, as_of: date, horizon_days: int, scheme: str) -> list[date]:
    """Days to take snapshots on: month firsts after the first order and as_of, or as_of and whole
    horizons before it.
    """
    if scheme == "horizons":
        return [as_of - timedelta(days=horizon_days * step) for step in (2, 1, 0)]
    months: list[date] = []
    month = as_of.replace(day=1)
    while month > first:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return sorted({*months, as_of})


def churn_and_value(
    orders: DataFrame,
    refunds: DataFrame,
    identity_map: DataFrame,
    known: DataFrame,
    horizon_days: int,
    eligible_days: int,
) -> DataFrame:
    """Labels of the customers and cut-offs in `known` (as_of, customer_id, currency), one row each.

    Churn: no order in the window, in any currency, asked of customers whose past, as known on the
    day, has an order in the days before it. Revenue, in the row's currency alone: newest net
    amounts of the window's orders less refunds made in the window. An order cancelled at any time
    is no order afterwards, and neither is its refund.
    """
    placed = with_customer(orders, identity_map).select(
        "customer_id",
        "event_at",
        "available_at",
        *_CANCELLED,
        F.col("currency").alias("paid_in"),
        F.col("net_amount").alias("amount"),
        F.lit(True).alias("is_order"),
    )
    kept = orders.filter(F.col("cancelled_at").isNull()).select("order_id", "party_id")
    back = with_customer(refunds.join(kept, ["order_id"], how="inner"), identity_map).select(
        "customer_id",
        "event_at",
        "available_at",
        *(F.lit(None).cast("timestamp").alias(name) for name in _CANCELLED),
        F.col("currency").alias("paid_in"),
        (-F.col("refund_amount")).alias("amount"),
        F.lit(False).alias("is_order"),
    )
    start = F.col("as_of").cast("timestamp")
    end = F.date_add("as_of", horizon_days).cast("timestamp")
    inside = (
        (F.col("event_at") >= start) & (F.col("event_at") < end) & F.col("cancelled_at").isNull()
    )
    standing = F.coalesce(F.col("cancelled_at_first") >= start, F.lit(True))
    before = (
        (F.col("event_at") < start)
        & (F.col("available_at") < start)
        & standing
        & (F.col("event_at") >= F.date_sub("as_of", eligible_days).cast("timestamp"))
    )
    ours = F.when(inside & (F.col("paid_in") == F.col("currency")), F.col("amount"))
    joined = known.join(placed.unionByName(back), ["customer_id"], how="left")
    counted = joined.groupBy("as_of", "customer_id", "currency").agg(
        F.count_if(inside & F.col("is_order")).cast("int").alias("orders"),
        F.coalesce(F.sum(ours), F.lit(0)).cast("decimal(18,2)").alias("revenue_amount"),
        (F.count_if(before & F.col("is_order")) > 0).alias("is_eligible"),
    )
    runs = (
        current(identity_map).groupBy("customer_id").agg(F.max("run_number").alias("identity_run"))
    )
    return counted.join(runs, ["customer_id"], how="inner").withColumns(
        {
            "is_churned": F.when(F.col("is_eligible"), F.col("orders") == 0),
            "horizon_days": F.lit(horizon_days),
            "matured_on": F.date_add("as_of", horizon_days),
        }
    )


def matured(days: Sequence[date], horizon_days: int, as_of: date) -> list[date]:
    """Cut-offs whose outcome window has ended by as_of."""
    return [day for day in days if day + timedelta(days=horizon_days) <= as_of]


def outcome_then(
    orders: DataFrame, then: DataFrame, now: DataFrame, labels: DataFrame
) -> DataFrame:
    """customer_id under the identity map `then`, and `churned` as 0 or 1: whether nobody that
    customer turned out to be came back.

    The records that bought lead from the customers of `then` to those of `now`, whose outcome
    `labels` (one cut-off and horizon) tell.
    """
    bought = orders.select("party_id").distinct()
    later = current(now).select("party_id", F.col("customer_id").alias("known_as"))
    pairs = with_customer(bought, then).join(later, on=["party_id"], how="inner")
    told = labels.filter(F.col("is_churned").isNotNull()).select(
        F.col("customer_id").alias("known_as"), "is_churned"
    )
    return (
        pairs.join(told, on=["known_as"], how="inner")
        .groupBy("customer_id")
        .agg(F.bool_and("is_churned").cast("double").alias("churned"))
    )


def finished(frame: DataFrame, run_number: int) -> DataFrame:
    """Labels in the shape of their contract."""
    return frame.withColumn("run_number", F.lit(run_number).cast("bigint")).select(*LABELS.names)
