"""Every current customer, scored or not, and if not, why not."""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.value import value_at_risk
from holdfast.transformations.tables.vocabulary import NO_PROFILE, PUBLISHED_HORIZONS

_ANSWERS: Final = ("churn_probability", "risk_band", "top_reason")
EXPECTED_AMOUNTS: Final = tuple(f"expected_{days}d_amount" for days in PUBLISHED_HORIZONS)


def customer_360(
    members: DataFrame,
    histories: DataFrame,
    consents: DataFrame,
    churn: DataFrame,
    expected: DataFrame,
    touches: DataFrame,
    as_of: date,
    active_days: int,
) -> DataFrame:
    """gold.customer_360: one row per member of `members`.

    `consents` has customer_id, is_permitted and has_objected under the newest consent: without
    permission a row keeps its facts and no score. `churn` is of `churn_answers`, `expected` of
    `expected_amounts`, `touches` of `first_touches`. A score needs an order in `active_days`.
    """
    joined = (
        members.join(histories, on="customer_id", how="left")
        .join(consents, on="customer_id", how="left")
        .join(churn, on="customer_id", how="left")
        .join(expected, on=["customer_id", "currency"], how="left")
        .join(touches, on="customer_id", how="left")
    )
    return joined.withColumn("score_status", _score_status(as_of, active_days)).select(
        "customer_id",
        "score_status",
        "first_order_on",
        "last_order_on",
        F.coalesce("orders", F.lit(0)).alias("orders"),
        F.date_diff(F.lit(as_of), "last_order_on").alias("days_since_last_order"),
        "currency",
        "historic_amount",
        "average_order_amount",
        "main_channel",
        _acquired_through().alias("acquired_through"),
        *_shown_scores(),
        "parties",
        "identity_confidence",
        "identity_run",
    )


def _acquired_through() -> Column:
    """The channel of the first touch, unless an order came before it; else of the first order."""
    led_there = F.col("first_order_at").isNull() | (F.col("touched_at") <= F.col("first_order_at"))
    return F.coalesce(F.when(led_there, F.col("channel")), F.col("first_channel"))


def _shown_scores() -> list[Column]:
    """Scores and expected amounts, null where the customer does not allow their use."""
    is_usable = ~F.col("score_status").isin(*NO_PROFILE)
    values = {
        name: F.col(name) for name in (*_ANSWERS, *EXPECTED_AMOUNTS, "value_if_stays_amount")
    } | {"value_at_risk_amount": value_at_risk()}
    return [F.when(is_usable, value).alias(name) for name, value in values.items()]


def _score_status(as_of: date, active_days: int) -> Column:
    """Why a customer has a score or none; the first that fits."""
    silent = F.date_diff(F.lit(as_of), F.col("last_order_on")) > F.lit(active_days)
    return (
        F.when(F.coalesce("has_objected", F.lit(False)), "objected")
        .when(~F.coalesce("is_permitted", F.lit(False)), "no_consent")
        .when(F.col("risk_band").isNotNull(), "scored")
        .when(F.col("known_on").isNull(), "no_purchase")
        .when(F.col("known_on") >= F.lit(as_of), "too_new")
        .when(silent, "inactive")
        .otherwise("excluded")
    )


def churn_answers(
    scores: DataFrame, reasons: DataFrame, as_of: date, horizon_days: int
) -> DataFrame:
    """One row per scored customer: probability, band and strongest reason at `as_of`, over the
    horizon.
    """
    here = (F.col("as_of") == F.lit(as_of)) & (F.col("horizon_days") == F.lit(horizon_days))
    first = reasons.filter(here & (F.col("reason_rank") == F.lit(1))).select(
        "customer_id", F.col("reason").alias("top_reason")
    )
    scored = scores.filter(here).select("customer_id", "churn_probability", "risk_band")
    return scored.join(first, on="customer_id", how="left")


def expected_amounts(values: DataFrame, as_of: date) -> DataFrame:
    """One row per valued customer and currency: expected amounts at `as_of` of each
    published horizon, and the amount of the one horizon that has a value if the customer stays.
    """
    amounts = (
        F.max(F.when(F.col("horizon_days") == F.lit(days), F.col("expected_amount"))).alias(
            f"expected_{days}d_amount"
        )
        for days in PUBLISHED_HORIZONS
    )
    return (
        values.filter(F.col("as_of") == F.lit(as_of))
        .groupBy("customer_id", "currency")
        .agg(*amounts, F.max("value_if_stays_amount").alias("value_if_stays_amount"))
    )
