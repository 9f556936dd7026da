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
REFUNDS: Final = "refunds"
GIFT_CARDS: Final = "gift_cards"  # in gold, and no revenue
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
    counts what is there, read from gold.customer_orders alone, and beside it the money of
    `gift_cards`. Reasons: `anonymous`, an order of whom nobody knows who it is; `not_resolved`, an
    order of a party that no resolution has seen yet; `no_order`, a line of an order that was never
    delivered; `removed`, a line that a newer version of its order no longer has; `withdrawn:<why>`,
    of which a newer version was set aside.
    """
    explained = _explain(orders, parties, identity_map)
    cards = customer_orders.filter(F.col("gift_card_amount") != 0)
    source, of_order = F.col("source"), source_of("order_id")
    pieces = [
        _piece(explained, ORDERS, source, F.col("reason")),
        _piece(customer_orders, ORDERS, of_order, F.lit(GOLD)),
        _piece(cards, ORDERS, of_order, F.lit(GIFT_CARDS), "gift_card_amount", rows=0),
        *_account_for_lines(lines, explained, customer_orders),
    ]
    return _sum_up(union_by_name(pieces))


def account_for_refunds(
    refunds: DataFrame, parties: DataFrame, identity_map: DataFrame, customer_refunds: DataFrame
) -> DataFrame:
    """The same of refunds, of `place_refunds`: one that lowers nothing a customer has paid in the
    order's currency stands under what it counts as, whether gold has it or not.
    """
    explained = _explain(refunds, parties, identity_map)
    is_counted = F.col("counts_as").isin("order", "customer")
    is_known = F.col("reason") == F.lit(EXPECTED)
    reason = F.when(is_known & ~is_counted, F.col("counts_as")).otherwise(F.col("reason"))
    there = customer_refunds.filter(is_counted)
    money = "refund_amount"
    return _sum_up(
        _piece(explained, REFUNDS, F.col("source"), reason, money).unionByName(
            _piece(there, REFUNDS, source_of("refund_id"), F.lit(GOLD), money)
        )
    )


def _sum_up(pieces: DataFrame) -> DataFrame:
    return pieces.groupBy("subject", "source", "currency", "outcome").agg(
        F.sum("rows").alias("rows"), F.sum("amount").alias("amount")
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
        F.lit(0).cast("decimal(28,3)").alias("amount"),
    )


def _explain(facts: DataFrame, parties: DataFrame, identity_map: DataFrame) -> DataFrame:
    """Facts with the reason why gold has none of them, `expected` where it should."""
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
    return facts.join(reasons, on=["party_id"], how="left").withColumn(
        "reason", F.coalesce(_withdrawn_by(), "reason", F.lit(NOT_RESOLVED))
    )


def _withdrawn_by() -> Column:
    """Null on a row that stands."""
    reason = F.concat(F.lit(f"{WITHDRAWN}:"), F.col("withdrawn_by"))
    return F.when(F.col("withdrawn_at").isNotNull(), reason)


def _piece(
    frame: DataFrame,
    subject: str,
    source: Column,
    outcome: Column,
    amount: str = "net_amount",
    rows: int = 1,
) -> DataFrame:
    return frame.select(
        F.lit(subject).alias("subject"),
        source.alias("source"),
        "currency",
        outcome.alias("outcome"),
        F.col(amount).alias("amount"),
        F.lit(rows).cast("bigint").alias("rows"),
    )
