"""Where each order and line of silver went: to a customer in gold, or to none and why."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import current
from holdfast.transformations.identity.party_id import source_of
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.silver import WITHDRAWN
from holdfast.transformations.tables.vocabulary import ANONYMOUS
from holdfast.transformations.union import union_by_name

ORDERS: Final = "orders"
LINES: Final = "order lines"
UNLISTED: Final = "people in no export of people"
GOLD: Final = "gold"
EXPECTED: Final = "expected"  # no reason keeps the row from gold
NOT_RESOLVED: Final = "not_resolved"
NO_ORDER: Final = "no_order"


def account_for_orders(
    orders: DataFrame,
    lines: DataFrame,
    parties: DataFrame,
    identity_map: DataFrame,
    customer_orders: DataFrame,
) -> DataFrame:
    """subject, source, currency, outcome, rows and amount: one aggregate over orders and lines.

    Of silver's rows the outcome is the reason for which gold has none, else `expected`; `gold`
    counts what is there, read from gold.customer_orders alone. Reasons: `anonymous`, an order of
    whom nobody knows who it is; `not_resolved`, an order of a party that no resolution has seen
    yet; `no_order`, a line of an order that was never delivered; `removed`, a line that a newer
    version of its order no longer has; `withdrawn:<why>`, of which a newer version was set aside.
    """
    explained = _explain(orders, parties, identity_map)
    pieces = [
        _piece(explained, ORDERS, F.col("source"), F.col("reason")),
        _piece(customer_orders, ORDERS, source_of("order_id"), F.lit(GOLD)),
        *_account_for_lines(lines, explained, customer_orders),
    ]
    return (
        union_by_name(pieces)
        .groupBy("subject", "source", "currency", "outcome")
        .agg(F.count(F.lit(1)).alias("rows"), F.sum("amount").alias("amount"))
    )


def _account_for_lines(
    lines: DataFrame, explained: DataFrame, customer_orders: DataFrame
) -> list[DataFrame]:
    """Lines by their own reason or that of their order, and those of the orders in gold."""
    is_gone = F.col("removed_at").isNotNull()
    own = F.coalesce(_withdrawn_by(), F.when(is_gone, "removed"))
    reason = (
        F.when(F.col("reason").isNull(), NO_ORDER)
        .when((F.col("reason") == F.lit(EXPECTED)) & own.isNotNull(), own)
        .otherwise(F.col("reason"))
    )
    placed = lines.join(explained.select("order_id", "reason"), on=["order_id"], how="left")
    there = (
        select_standing(lines)
        .filter(~is_gone)
        .join(customer_orders.select("order_id"), on=["order_id"], how="left_semi")
    )
    return [
        _piece(placed, LINES, F.col("source"), reason),
        _piece(there, LINES, F.col("source"), F.lit(GOLD)),
    ]


def count_fact_parties(fact_parties: DataFrame) -> DataFrame:
    """The people whom no export lists, in the columns of `account_for_orders`: by source, with the
    kind of fact that names them as outcome.
    """
    return fact_parties.groupBy("source", F.col("party_kind").alias("outcome")).agg(
        F.count(F.lit(1)).alias("rows"),
        F.lit(UNLISTED).alias("subject"),
        F.lit("").alias("currency"),
        F.lit(0).cast("decimal(28,2)").alias("amount"),
    )


def _explain(orders: DataFrame, parties: DataFrame, identity_map: DataFrame) -> DataFrame:
    """Orders with the reason why gold has none of them, `expected` where it should."""
    resolved = current(identity_map).select("party_id", F.lit(EXPECTED).alias("reason"))
    anonymous = (
        select_standing(parties)
        .filter(F.col("party_kind") == F.lit(ANONYMOUS))
        .select("party_id", F.lit(ANONYMOUS).alias("reason"))
    )
    # somebody once, anonymous now: gold goes by the map, and so does the later word
    reasons = (
        resolved.unionByName(anonymous).groupBy("party_id").agg(F.max("reason").alias("reason"))
    )
    return orders.join(reasons, on=["party_id"], how="left").withColumn(
        "reason", F.coalesce(_withdrawn_by(), "reason", F.lit(NOT_RESOLVED))
    )


def _withdrawn_by() -> Column:
    """Null on a row that stands."""
    reason = F.concat(F.lit(f"{WITHDRAWN}:"), F.col("withdrawn_by"))
    return F.when(F.col("withdrawn_at").isNotNull(), reason)


def _piece(frame: DataFrame, subject: str, source: Column, outcome: Column) -> DataFrame:
    return frame.select(
        F.lit(subject).alias("subject"),
        source.alias("source"),
        "currency",
        outcome.alias("outcome"),
        F.col("net_amount").alias("amount"),
    )
