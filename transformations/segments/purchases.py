"""Orders as habits are counted from: when, how large among orders of its currency, how placed."""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import day_number
from holdfast.transformations.local_day import local_day
from holdfast.transformations.tables.vocabulary import TILLS

WEB, APP, STORE = "web", "app", "store"
PLACES: Final = (WEB, APP, STORE)  # where orders are placed, as far as habits tell them apart


def typical_orders(orders_by_customer: DataFrame, as_of: date) -> DataFrame:
    """One row per currency, from orders known before `as_of`: currency, orders, and typical, the
    median logarithm of an order's net amount.
    """
    known = local_day(F.greatest("event_at", "available_at", "stands_from"))
    seen = orders_by_customer.filter(known < F.lit(as_of))
    return seen.groupBy(F.col("currency_first").alias("currency")).agg(
        F.count(F.lit(1)).alias("orders"), F.median(_log_net()).alias("typical")
    )


def relative_purchases(orders_by_customer: DataFrame, typical: DataFrame) -> DataFrame:
    """One row per order and interval in which it stood: customer_id, day, known_day and ended_day
    (whole days from 1970-01-01; the last null while it stands), log_value, is_discounted, place.

    `orders_by_customer` are those of `purchase_history`, with discount_amount_first and channel.
    log_value is the logarithm of the net amount less the `typical_orders` of its currency, so that
    orders of several currencies stand beside each other and none is added to another; null of an
    order that brought nothing.
    """
    own = F.broadcast(typical.withColumnRenamed("currency", "currency_first"))
    joined = orders_by_customer.join(own, ["currency_first"], how="left")
    return joined.select(
        "customer_id",
        day_number(F.col("event_at")).alias("day"),
        day_number(F.greatest("event_at", "available_at", "stands_from")).alias("known_day"),
        day_number(F.col("stands_to")).alias("ended_day"),
        (_log_net() - F.col("typical")).alias("log_value"),
        (F.coalesce("discount_amount_first", F.lit(0)) > 0).alias("is_discounted"),
        _place().alias("place"),
    )


def _log_net() -> Column:
    net = F.col("net_amount_first")
    return F.when(net > 0, F.log(net.cast("double")))


def _place() -> Column:
    """The number of the order's place in PLACES, -1 of any other channel."""
    channel = F.col("channel")
    return (
        F.when(channel == WEB, PLACES.index(WEB))
        .when(channel == APP, PLACES.index(APP))
        .when(channel.isin(*TILLS), PLACES.index(STORE))
        .otherwise(-1)
    )
