"""Every current customer, scored or not, and if not, why not."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.columns import MONEY


def customer_360(
    members: DataFrame,
    histories: DataFrame,
    consents: DataFrame,
    scores: DataFrame,
    reasons: DataFrame,
    values: DataFrame,
    as_of: date,
    churn_days: int,
    active_days: int,
    run_number: int,
) -> DataFrame:
    """gold.customer_360: one row per member of `members`.

    `consents` has customer_id, is_permitted and has_objected under the newest consent: without
    permission a row keeps its facts and shows no score. `churn_days` is the horizon of the churn
    score, `active_days` how long before `as_of` the last order may lie for a customer to be scored.
    """
    usable = ~F.col("score_status").isin("objected", "no_consent")
    return (
        members.join(histories, on="customer_id", how="left")
        .join(consents, on="customer_id", how="left")
        .join(_churn(scores, reasons, as_of, churn_days), on="customer_id", how="left")
        .join(_expected(values, as_of), on=["customer_id", "currency"], how="left")
        .withColumn("score_status", _score_status(as_of, active_days))
        .select(
            "customer_id",
            F.lit(as_of).alias("as_of"),
            "score_status",
            "first_order_on",
            "last_order_on",
            F.coalesce("orders", F.lit(0)).alias("orders"),
            F.date_diff(F.lit(as_of), "last_order_on").alias("days_since_last_order"),
            "currency",
            "historic_amount",
            "average_order_amount",
            "main_channel",
            "acquired_through",
            *(
                F.when(usable, F.col(name)).alias(name)
                for name in (
                    "churn_probability",
                    "risk_band",
                    "top_reason",
                    "expected_90d_amount",
                    "expected_365d_amount",
                )
            ),
            F.when(usable, F.col("churn_probability") * F.col("expected_365d_amount"))
            .cast(MONEY)
            .alias("value_at_risk_amount"),
            "parties",
            "identity_confidence",
            "identity_run",
            F.lit(run_number).cast("bigint").alias("run_number"),
        )
    )


def _score_status(as_of: date, active_days: int) -> Column:
    """Why a customer has a score or none; the first that fits."""
    silent = F.date_diff(F.lit(as_of), "last_order_on") > F.lit(active_days)
    return (
        F.when(F.coalesce("has_objected", F.lit(False)), "objected")
        .when(~F.coalesce("is_permitted", F.lit(False)), "no_consent")
        .when(F.col("risk_band").isNotNull(), "scored")
        .when(F.col("known_on").isNull(), "no_purchase")
        .when(F.col("known_on") >= F.lit(as_of), "too_new")
        .when(silent, "inactive")
        .otherwise("excluded")
    )


def _churn(scores: DataFrame, reasons: DataFrame, as_of: date, churn_days: int) -> DataFrame:
    """One row per scored customer: probability, band and strongest reason at `as_of`."""
    here = (F.col("as_of") == F.lit(as_of)) & (F.col("horizon_days") == F.lit(churn_days))
    first = reasons.filter(here & (F.col("reason_rank") == F.lit(1))).select(
        "customer_id", F.col("reason").alias("top_reason")
    )
    scored = scores.filter(here).select("customer_id", "churn_probability", "risk_band")
    return scored.join(first, on="customer_id", how="left")


def _expected(values: DataFrame, as_of: date) -> DataFrame:
    """One row per valued customer and currency: expected amounts of both horizons at `as_of`."""
    amounts = (
        F.max(F.when(F.col("horizon_days") == F.lit(days), F.col("expected_amount"))).alias(
            f"expected_{days}d_amount"
        )
        for days in (90, 365)
    )
    return (
        values.filter(F.col("as_of") == F.lit(as_of))
        .groupBy("customer_id", "currency")
        .agg(*amounts)
    )
