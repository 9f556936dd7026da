"""The two halves of a customer: who it is made of, and what it has bought."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.columns import MONEY


def members(identity_map: DataFrame, parties: DataFrame) -> DataFrame:
    """One row per current customer: its source records, the least sure of them, and what first
    brought it.
    """
    origin = parties.select(
        "party_id", "acquired_through", F.struct("event_at", "party_id").alias("arrived")
    )
    return (
        identity_map.filter(F.col("valid_to").isNull())
        .join(origin, on="party_id", how="left")
        .groupBy("customer_id")
        .agg(
            F.count("*").cast("int").alias("parties"),
            F.min("probability").alias("identity_confidence"),
            F.max("run_number").alias("identity_run"),
            F.min_by(
                "acquired_through", _if(F.col("acquired_through").isNotNull(), F.col("arrived"))
            ).alias("acquired_through"),
        )
    )


def histories(customer_orders: DataFrame, as_of: date) -> DataFrame:
    """One row per customer with an order that was not cancelled: what it bought before `as_of`.

    Amounts are in the currency of most orders (ties: the first by name); others are never added to
    them. `known_on` is the first day on which the business could know of any of its orders, later
    ones included.
    """
    kept = customer_orders.filter(~F.col("is_cancelled"))
    seen = F.col("ordered_at") < F.lit(as_of).cast("timestamp")
    net = F.col("net_amount") - F.col("refund_amount")
    by_currency = kept.groupBy("customer_id", "currency").agg(
        F.count(_if(seen, F.lit(1))).alias("orders"),
        F.min(_if(seen, F.to_date("ordered_at"))).alias("first_order_on"),
        F.max(_if(seen, F.to_date("ordered_at"))).alias("last_order_on"),
        F.sum(_if(seen, net)).cast(MONEY).alias("historic_amount"),
        F.avg(_if(seen, F.col("net_amount"))).cast(MONEY).alias("average_order_amount"),
        F.min(F.to_date("known_at")).alias("known_on"),
    )
    amounts = F.struct("currency", "historic_amount", "average_order_amount")
    per_customer = by_currency.groupBy("customer_id").agg(
        F.sum("orders").cast("int").alias("orders"),
        F.min("first_order_on").alias("first_order_on"),
        F.max("last_order_on").alias("last_order_on"),
        F.min("known_on").alias("known_on"),
        F.min_by(amounts, F.struct(-F.col("orders"), F.col("currency"))).alias("main"),
    )
    channels = (
        kept.filter(seen).groupBy("customer_id").agg(F.mode("channel", True).alias("main_channel"))
    )
    return per_customer.join(channels, on="customer_id", how="left").select(
        "customer_id",
        "orders",
        "first_order_on",
        "last_order_on",
        "known_on",
        "main.*",
        "main_channel",
    )


def _if(condition: Column, value: Column) -> Column:
    """The value where the condition holds, else null."""
    return F.when(condition, value)
