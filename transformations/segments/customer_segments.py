"""Labels of a day beside what the scores of that day say: value tier, driver, intent, journey."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import DRIVERS, INTENTS, UNKNOWN, VALUE_TIERS

_KEYS: Final = ("as_of", "customer_id")
_SHARES: Final = (
    "segment_probability",
    "alive_probability",
    "channel_probability",
    "price_probability",
    "affinity_probability",
)
_AT_RISK: Final = ("high", "medium")


@dataclass(frozen=True)
class TierCuts:
    """Where tiers begin, the highest first: shares of customers below, or amounts."""

    is_quantile: bool
    begins: Sequence[float]


def with_names(labels: DataFrame, names: Sequence[str]) -> DataFrame:
    """`labels` with the name of each customer's group as segment; null without one."""
    if not names:
        return labels.withColumn("segment", F.lit(None).cast("string"))
    listed = F.array(*[F.lit(name) for name in names])
    return labels.withColumn("segment", F.get(listed, F.col("group")))


def join_scores(
    labels: DataFrame, tiers: DataFrame, signs: DataFrame, scores: DataFrame
) -> DataFrame:
    """`labels` with the columns of `value_tiers`, `recent_signs` and `risk_answers` of the same
    customer and day, intent and journey.
    """
    joined = labels
    for other in (tiers, signs, scores):
        joined = joined.join(other, on=list(_KEYS), how="left")
    said = joined.withColumn("intent", _intent())
    tier = F.coalesce("value_tier", F.lit(UNKNOWN))
    return said.withColumn("journey", F.concat_ws("_", "lifecycle", tier, "intent"))


def shape_segments(members: DataFrame) -> DataFrame:
    """gold.customer_segments of members `join_scores` made, with their identity_run."""
    decimals = dict.fromkeys(_SHARES, "decimal(9,6)") | {"expected_gap_days": "decimal(18,4)"}
    numbers = {name: F.col(name).cast(kind) for name, kind in decimals.items()}
    return members.withColumns({**numbers, "orders": F.col("orders").cast("int")})


def _intent() -> Column:
    leaving, browsing, buying, quiet = INTENTS
    return (
        F.when(F.col("risk_band").isin(*_AT_RISK), leaving)
        .when(F.col("views_without_order_30d") > 0, browsing)
        .when(F.col("orders_90d") > 0, buying)
        .otherwise(quiet)
    )


def recent_signs(snapshots: DataFrame) -> DataFrame:
    """What snapshots say of the last weeks, by customer and day."""
    return snapshots.select(*_KEYS, "views_without_order_30d", "orders_90d")


def risk_answers(scores: DataFrame, reasons: DataFrame, horizon_days: int) -> DataFrame:
    """Risk band, probability, and the first reason that is a driver, by customer and day."""
    is_asked = F.col("horizon_days") == F.lit(horizon_days)
    first = reasons.filter(
        is_asked & (F.col("reason_rank") == F.lit(1)) & F.col("reason").isin(*DRIVERS)
    ).select(*_KEYS, F.col("reason").alias("driver"))
    scored = scores.filter(is_asked).select(*_KEYS, "risk_band", "churn_probability")
    return scored.join(first, on=list(_KEYS), how="left")


def value_tiers(
    values: DataFrame,
    snapshots: DataFrame,
    days: Sequence[date],
    horizon_days: int,
    cuts: TierCuts,
) -> DataFrame:
    """value_tier and value_tier_basis by customer and day, with the amount and its currency:
    predicted where there are values of the day and currency, else the spend of the year before.
    """
    is_asked = F.col("as_of").isin(*days)
    predicted = values.filter(is_asked & (F.col("horizon_days") == F.lit(horizon_days))).select(
        *_KEYS, "currency", F.col("expected_amount").cast("double").alias("amount")
    )
    known = predicted.select("as_of", "currency").distinct()
    observed = snapshots.filter(is_asked).select(
        *_KEYS, "currency", F.coalesce("spend_365d", F.lit(0.0)).alias("amount")
    )
    earlier = observed.join(F.broadcast(known), ["as_of", "currency"], how="left_anti")
    amounts = predicted.withColumn("value_tier_basis", F.lit("predicted")).unionByName(
        earlier.withColumn("value_tier_basis", F.lit("observed"))
    )
    return _cut(amounts, cuts)


def _cut(amounts: DataFrame, cuts: TierCuts) -> DataFrame:
    """The tier of each amount among those of its day and currency."""
    begins = [F.lit(float(begin)) for begin in cuts.begins]
    if cuts.is_quantile:
        quantiles = F.percentile("amount", F.array(*begins)).alias("begins")
        at = amounts.groupBy("as_of", "currency").agg(quantiles)
        amounts = amounts.join(F.broadcast(at), ["as_of", "currency"], how="inner")
        begins = [F.get("begins", F.lit(place)) for place in range(len(cuts.begins))]
    tier = F.lit(VALUE_TIERS[-1])
    for word, begin in reversed(list(zip(VALUE_TIERS, begins, strict=False))):
        tier = F.when(F.col("amount") >= begin, word).otherwise(tier)
    has_none = F.col("amount") <= 0  # who brings nothing is at the bottom, however many they are
    named = F.when(has_none, VALUE_TIERS[-1]).otherwise(tier).alias("value_tier")
    return amounts.select(*_KEYS, named, "value_tier_basis", "currency", "amount")
