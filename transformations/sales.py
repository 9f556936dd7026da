"""What was sold and what was given back: orders without the gift cards in them, and whose each
refund is and what it takes from.
"""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.vocabulary import RefundCount

COUNTED: Final[tuple[RefundCount, ...]] = ("order", "customer", "other_currency")


def with_sales(orders: DataFrame, lines: DataFrame) -> DataFrame:
    """`orders` whose net amounts are revenue: gift cards sold in them are a debt until they are
    redeemed, and stand apart in `gift_card_amount` as the newest version has them.

    The first net amount leaves out the cards of the order's first version alone. Where the cards
    are worth more than the whole order its own amount has left them out already.
    """
    is_left = F.col("removed_at").isNull() & F.col("withdrawn_at").isNull()
    card = F.struct(
        F.col("version_at_first").alias("at"), F.col("net_amount_first").alias("amount")
    )
    cards = (
        lines.filter(F.col("is_gift_card"))
        .groupBy("order_id")
        .agg(
            F.sum(F.when(is_left, F.col("net_amount"))).alias("_cards"),
            F.collect_list(card).alias("_first_cards"),  # any order: they are summed
        )
    )
    joined = orders.join(cards, on=["order_id"], how="left")
    own = F.filter("_first_cards", lambda card: card["at"] <= F.col("version_at_first"))
    first = F.aggregate(own, _nothing(), lambda sum_, card: (sum_ + card["amount"]).cast(MONEY))
    cards_in = _cards_in(F.col("_cards"), F.col("net_amount"))
    first_in = _cards_in(first, F.col("net_amount_first"))
    return joined.withColumns(
        {
            "gift_card_amount": cards_in,
            "net_amount": (F.col("net_amount") - cards_in).cast(MONEY),
            "net_amount_first": (F.col("net_amount_first") - first_in).cast(MONEY),
        }
    ).drop("_cards", "_first_cards")


def place_refunds(refunds: DataFrame, sales: DataFrame, lines: DataFrame) -> DataFrame:
    """`refunds` under the party of their order where it is known, else their own, with the order's
    time_zone and `counts_as`: what each takes from.

    `sales` are of `with_sales`. A refund counts against its `order` in the order's currency;
    against the `customer` where the order is not known; in `other_currency` than the order's it
    takes from what the customer paid in that one. One of a `cancelled` or withdrawn order takes
    from nothing that counts, nor one of `shipping`, which no net amount holds, nor one that takes a
    `gift_card` back.
    """
    order = sales.select(
        "order_id",
        F.col("party_id").alias("_party"),
        F.col("currency").alias("_currency"),
        F.coalesce("cancelled_at", "withdrawn_at").isNotNull().alias("_is_cancelled"),
        ((F.col("net_amount") == 0) & (F.col("gift_card_amount") > 0)).alias("_is_of_cards"),
        "time_zone",
    )
    cards = lines.filter(F.col("is_gift_card")).select("line_id", F.lit(True).alias("_is_card"))
    joined = refunds.join(order, on=["order_id"], how="left").join(
        cards, on=["line_id"], how="left"
    )
    is_of_cards = F.coalesce("_is_card", F.col("line_id").isNull() & F.col("_is_of_cards"))
    counts_as = (
        F.when(F.col("refund_kind") == "shipping", "shipping")
        .when(is_of_cards, "gift_card")
        .when(F.col("_currency").isNull(), "customer")
        .when(F.col("_is_cancelled"), "cancelled")
        .when(F.col("currency") != F.col("_currency"), "other_currency")
        .otherwise("order")
    )
    return joined.withColumns(
        {"counts_as": counts_as, "party_id": F.coalesce("_party", "party_id")}
    ).drop("_party", "_currency", "_is_cancelled", "_is_of_cards", "_is_card")


def is_return() -> Column:
    """Whether a refund gives goods back: money for a cancellation, for shipping or for no line at
    all does not.
    """
    kind = F.coalesce("refund_kind", F.lit("return"))
    is_of_a_line = (kind != "adjustment") | F.col("line_id").isNotNull()
    return ~kind.isin("cancel", "shipping") & is_of_a_line


def _cards_in(cards: Column, net: Column) -> Column:
    """How much of a net amount is cards."""
    return F.when(cards <= net, cards).otherwise(_nothing()).cast(MONEY)


def _nothing() -> Column:
    return F.lit(0).cast(MONEY)
