"""How people were scored and treated, and sums of it by what they are."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.vocabulary import NO_PLAY, UNKNOWN

# Why somebody is left alone whom no plan could have treated.
OUT_OF_REACH: Final = (
    "no_purchase",
    "no_analytics",
    "no_score",
    "held_out",
    "suppressed",
    "other_currency",
    "no_consent",
)
NOW: Final = ("churn_probability", "high_risk", "action", "cost")
PAST: Final = ("score_error", "value_error", "expected")
_EXACT: Final = "decimal(38,9)"  # sums of doubles would depend on the order of rows


def attributes_of_customers(attributes: DataFrame, identity_map: DataFrame) -> DataFrame:
    """customer_id, attribute and word; of records of one customer that differ, what was written
    last.
    """
    standing = with_customer(select_standing(attributes), identity_map)
    newest = F.max_by("word", F.struct("version_at", "word")).alias("word")
    return standing.groupBy("customer_id", "attribute").agg(newest)


def present_treatment(customers: DataFrame, tiers: DataFrame, actions: DataFrame) -> DataFrame:
    """customer_id, stratum and NOW of gold.customer_360, each value null of those whom it is not
    asked of: scores of those scored, actions and what they cost of those the plan could treat.
    `tiers` have customer_id and value_tier.
    """
    is_in_reach = ~F.coalesce(F.col("left_alone_because"), F.lit("")).isin(*OUT_OF_REACH)
    is_treated = F.col("action") != F.lit(NO_PLAY)
    chosen = actions.filter(is_in_reach).select(
        "customer_id",
        is_treated.cast("int").alias("action"),
        F.coalesce("cost_amount", F.lit(0)).alias("cost"),
    )
    is_scored = F.col("churn_probability").isNotNull()
    stratum = [F.coalesce(name, F.lit(UNKNOWN)) for name in ("risk_band", "value_tier")]
    return (
        customers.join(tiers, ["customer_id"], how="left")
        .join(chosen, ["customer_id"], how="left")
        .select(
            "customer_id",
            F.concat_ws("/", *stratum).alias("stratum"),
            "churn_probability",
            F.when(is_scored, (F.col("risk_band") == F.lit("high")).cast("int")).alias("high_risk"),
            "action",
            "cost",
        )
    )


def past_errors(
    scores: DataFrame, values: DataFrame, orders: DataFrame, day: date, horizon_days: int
) -> DataFrame:
    """customer_id and PAST of the customers scored on `day`, whose horizon has ended: `scores` and
    `values` of gold.churn_scores and gold.customer_values, `orders` of gold.customer_orders.
    Amounts are of customers valued in one currency, that of `values`.
    """
    on_day = (F.col("as_of") == F.lit(day)) & (F.col("horizon_days") == F.lit(horizon_days))
    expected = values.filter(on_day).select("customer_id", "currency", "expected_amount")
    chances = scores.filter(on_day).select("customer_id", "churn_probability")
    end = F.date_add(F.lit(day), horizon_days)
    is_inside = (F.col("ordered_on") >= F.lit(day)) & (F.col("ordered_on") < end)
    came = orders.filter(is_inside & ~F.col("is_cancelled"))
    paid = came.groupBy("customer_id", "currency").agg(
        F.sum(F.col("net_amount") - F.col("refund_amount")).alias("realised")
    )
    buyers = came.select("customer_id").distinct().withColumn("has_ordered", F.lit(1))
    has_left = F.lit(1) - F.coalesce("has_ordered", F.lit(0))
    realised = F.coalesce("realised", F.lit(0))
    return (
        chances.join(expected, ["customer_id"], how="full")
        .join(buyers, ["customer_id"], how="left")
        .join(paid, ["customer_id", "currency"], how="left")
        .select(
            "customer_id",
            (F.col("churn_probability") - has_left).alias("score_error"),
            (F.col("expected_amount") - realised).alias("value_error"),
            F.col("expected_amount").alias("expected"),
        )
    )


def sum_by_group(people: DataFrame, attributes: DataFrame, values: Sequence[str]) -> DataFrame:
    """attribute, word, stratum and, of each of `values`, count, total, squares and cubes over the
    customers of `people` of whom it is known.
    """
    joined = people.join(attributes, ["customer_id"], how="inner")
    sums = [one for name in values for one in _sums(name)]
    return joined.groupBy("attribute", "word", "stratum").agg(*sums)


def _sums(name: str) -> list[Column]:
    """Sums of powers, 0 over nobody; null where one is beyond what a decimal holds."""
    value = F.col(name).cast("double")
    powers = {"total": value, "squares": value * value, "cubes": value * value * value}
    return [
        F.count(name).alias(f"{name}_count"),
        *(
            F.when(F.count(name) == 0, F.lit(0.0))
            .otherwise(F.try_sum(power.try_cast(_EXACT)).cast("double"))
            .alias(f"{name}_{kind}")
            for kind, power in powers.items()
        ),
    ]
