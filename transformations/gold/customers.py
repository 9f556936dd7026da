"""The two halves of a customer: who it is made of, and what it has bought."""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.money import round_to_unit
from holdfast.transformations.sales import COUNTED
from holdfast.transformations.tables.columns import MONEY

# refunds that are not in any order's refund_amount
LOOSE: Final = tuple(count for count in COUNTED if count != "order")


def members(identity_map: DataFrame) -> DataFrame:
    """One row per current customer: its source records, and the least sure of them."""
    return (
        identity_map.filter(F.col("valid_to").isNull())
        .groupBy("customer_id")
        .agg(
            F.count("*").cast("int").alias("parties"),
            F.min("probability").alias("identity_confidence"),
            F.max("run_number").alias("identity_run"),
        )
    )


def histories(
    customer_orders: DataFrame, customer_refunds: DataFrame, main: DataFrame, as_of: date
) -> DataFrame:
    """One row per customer with an order that was not cancelled, or with a refund of none: what it
    bought before `as_of`.

    Amounts are in the customer's main currency (customer_id, main_currency of `main`; who is not
    there has the one of most orders); others are never added to them. `known_on` is the
    first day on which the business could know of any of its orders, later ones included.
    """
    is_seen = F.col("ordered_on") < F.lit(as_of)
    ledger = _ledger(customer_orders, customer_refunds, as_of)
    by_currency = _sum_by_currency(ledger, is_seen).join(main, on=["customer_id"], how="left")
    is_main = F.coalesce(F.col("currency") == F.col("main_currency"), F.lit(False))
    amounts = F.struct("currency", "historic_amount", "average_order_amount")
    per_customer = by_currency.groupBy("customer_id").agg(
        F.sum("orders").cast("int").alias("orders"),
        F.min("first_order_on").alias("first_order_on"),
        F.max("last_order_on").alias("last_order_on"),
        F.max("last_order_at").alias("last_order_at"),
        F.min("known_on").alias("known_on"),
        F.max_by(amounts, F.struct(is_main, "orders", "last_order_at", "currency")).alias("main"),
    )
    channels = _channels(customer_orders.filter(is_seen))
    return per_customer.join(channels, on="customer_id", how="left").select(
        "customer_id",
        "orders",
        "first_order_on",
        "last_order_on",
        "last_order_at",
        "known_on",
        "main.*",
        "main_channel",
        "first_order_at",
        "first_channel",
    )


def _channels(orders: DataFrame) -> DataFrame:
    """One row per customer of orders that were not cancelled: by which most of them came, and by
    which and when the first.
    """
    return (
        orders.filter(~F.col("is_cancelled"))
        .groupBy("customer_id")
        .agg(
            F.mode("channel", True).alias("main_channel"),
            F.min("ordered_at").alias("first_order_at"),
            F.min_by("channel", F.struct("ordered_at", "order_id")).alias("first_channel"),
        )
    )


def _sum_by_currency(ledger: DataFrame, is_seen: Column) -> DataFrame:
    """One row per customer and currency of a ledger."""
    average = F.avg(_if(is_seen, F.col("net_amount")))
    return ledger.groupBy("customer_id", "currency").agg(
        F.count(_if(is_seen, F.lit(1))).alias("orders"),
        F.min(_if(is_seen, F.col("ordered_on"))).alias("first_order_on"),
        F.max(_if(is_seen, F.col("ordered_on"))).alias("last_order_on"),
        F.max(_if(is_seen, F.col("ordered_at"))).alias("last_order_at"),
        F.sum("amount").cast(MONEY).alias("historic_amount"),
        round_to_unit(average, F.col("currency")).alias("average_order_amount"),
        F.min("known_on").alias("known_on"),
    )


def main_currencies(snapshots: DataFrame, as_of: date) -> DataFrame:
    """customer_id and main_currency of every customer with a snapshot of the day."""
    return snapshots.filter(F.col("as_of") == F.lit(as_of)).select(
        "customer_id", F.col("currency").alias("main_currency")
    )


def _ledger(orders: DataFrame, refunds: DataFrame, as_of: date) -> DataFrame:
    """Orders that were not cancelled, and what was given back for none of them; `amount` is what
    each adds to what a customer has paid before `as_of`.
    """
    net = F.col("net_amount") - F.col("refund_amount")
    bought = orders.filter(~F.col("is_cancelled")).select(
        "customer_id",
        "currency",
        "ordered_on",
        "ordered_at",
        "known_on",
        "net_amount",
        _if(F.col("ordered_on") < F.lit(as_of), net).alias("amount"),
    )
    given_back = refunds.filter(F.col("counts_as").isin(*LOOSE)).select(
        "customer_id",
        "currency",
        _if(F.col("refunded_on") < F.lit(as_of), -F.col("refund_amount")).alias("amount"),
    )
    return bought.unionByName(given_back, allowMissingColumns=True)


def _if(condition: Column, value: Column) -> Column:
    """The value where the condition holds, else null."""
    return F.when(condition, value)
