"""Scores of earlier days under the customers of today."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.risk_bands import BANDS


def follow_customers(scores: DataFrame, redirects: DataFrame) -> DataFrame:
    """gold.churn_scores of customers as they are now, one row per customer, day and horizon, with
    the id that the score was made under as `from_customer_id`; `redirects` are
    gold.customer_redirects, and who leads nowhere is left out.

    Of several ids that are one customer now the one that stayed counts, for readers know the
    customer by it; where that was not scored, the most severe band, the highest probability, the
    lowest id.
    """
    led = redirects.filter(F.col("current_customer_id").isNotNull())
    stayed = F.col("customer_id") == F.col("current_customer_id")
    severity = rate_severity(F.col("risk_band"))
    rank = F.struct(stayed, severity, "churn_probability", -F.col("customer_id"))
    kept = ("risk_band", "churn_probability", "customer_id")
    best = F.max_by(F.struct(*kept), rank).alias("best")
    return (
        scores.join(led, on=["customer_id"], how="inner")
        .groupBy("as_of", "horizon_days", "current_customer_id")
        .agg(best)
        .select(
            "as_of",
            "horizon_days",
            F.col("current_customer_id").alias("customer_id"),
            F.col("best.customer_id").alias("from_customer_id"),
            "best.risk_band",
            "best.churn_probability",
        )
    )


def rate_severity(band: Column) -> Column:
    """The place of a band among BANDS, the higher the worse; null of none."""
    return F.array_position(F.array(*map(F.lit, BANDS)), band)
