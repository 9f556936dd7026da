"""What each segment comes to on a day, every customer counted by the probability of membership."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.money import round_to_unit
from holdfast.transformations.tables.gold.segments import PARAMETERS
from holdfast.transformations.tables.vocabulary import CHANNEL_PROFILES

GROUP: Final = ("segment_number", "segment", "fitted_on", *(one.name for one in PARAMETERS))
_ADDED: Final = "decimal(28,9)"  # sums of decimals come out alike in whatever order
_YEAR: Final = 365.0


def segment_profiles(members: DataFrame, groups: DataFrame, typical: DataFrame) -> DataFrame:
    """gold.segment_profiles: one row per day and segment.

    `members` has one row per day and customer: as_of, memberships (by segment_number), habits
    (orders, purchase_days, discounted_orders, valued_orders, value), channel_profile, and currency,
    amount, value_tier_basis and churn_probability where they are known; `groups` one row per
    segment: GROUP; `typical` is of `typical_orders`.
    """
    main = typical.agg(
        F.max_by(F.struct("currency", "typical"), F.struct("orders", "currency")).alias("main")
    ).select("main.*")
    number = F.posexplode("memberships").alias("segment_number", "member")
    each = members.select("*", number).crossJoin(
        F.broadcast(main.withColumnsRenamed({"currency": "_currency", "typical": "_typical"}))
    )
    summed = each.groupBy("as_of", "segment_number", "_currency", "_typical").agg(*_sums())
    everyone = summed.groupBy("as_of").agg(F.sum("customers").alias("everyone"))
    described = summed.join(everyone, ["as_of"], how="inner").join(
        F.broadcast(groups), ["segment_number"], how="inner"
    )
    return described.select(*_figures())


def _sums() -> list[Column]:
    """Sums of what members bring in, each by its membership."""
    is_main = F.col("currency") == F.col("_currency")
    amount = F.when(is_main & (F.col("value_tier_basis") == "predicted"), F.col("amount"))
    counted = {
        "customers": F.lit(1.0),
        **{name: F.col(name) for name in _HABITS},
        "predicted_amount": amount,
        "predicted": F.when(amount.isNotNull(), 1.0),
        "leaving": F.col("churn_probability").cast("double"),
        "scored": F.when(F.col("churn_probability").isNotNull(), 1.0),
        **{
            f"_{word}": F.when(F.col("channel_profile") == word, 1.0).otherwise(0.0)
            for word in CHANNEL_PROFILES
        },
    }
    return [
        F.sum((F.col("member") * value).cast(_ADDED)).alias(name) for name, value in counted.items()
    ]


_HABITS: Final = ("orders", "purchase_days", "discounted_orders", "valued_orders", "value")


def _figures() -> list[Column]:
    customers, everyone = F.col("customers"), F.col("everyone")
    mean_order = F.exp("_typical") * _ratio("value", "valued_orders")
    pace = F.lit(_YEAR) * (F.col("rate_shape") / F.col("rate_scale")).cast("double")
    channel = F.greatest(
        *[
            F.struct(F.col(f"_{word}").alias("members"), F.lit(word).alias("word"))
            for word in CHANNEL_PROFILES
        ]
    )
    return [
        F.col("as_of"),
        F.col("segment"),
        F.col("segment_number"),
        F.col("fitted_on"),
        customers.cast("decimal(18,4)").alias("customers"),
        (customers / everyone).cast("decimal(9,6)").alias("customers_share"),
        F.col("_currency").alias("currency"),
        round_to_unit(mean_order, F.col("_currency")).alias("average_order_amount"),
        (pace * _ratio("orders", "purchase_days")).cast("decimal(18,4)").alias("orders_a_year"),
        _ratio("discounted_orders", "orders").cast("decimal(9,6)").alias("discounted_share"),
        round_to_unit(_ratio("predicted_amount", "predicted"), F.col("_currency")).alias(
            "expected_amount"
        ),
        _ratio("leaving", "scored").cast("decimal(9,6)").alias("churn_probability"),
        channel["word"].alias("top_channel"),
        *(F.col(column.name) for column in PARAMETERS),
    ]


def _ratio(above: str, below: str) -> Column:
    """Null where nothing stands below."""
    return F.when(F.col(below) > 0, F.col(above).cast("double") / F.col(below).cast("double"))
