"""Customers whose risk band moved since the day that was scored before."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.risk_bands import BANDS


def band_changes(
    scores: DataFrame, redirects: DataFrame, day: date, horizon_days: int
) -> DataFrame:
    """gold.band_changes of a day against the newest earlier day of `scores` (gold.churn_scores of
    customers who may be looked at) at the same horizon; no rows where there is none.

    Who is on one side alone has a null band on the other. `redirects` (gold.customer_redirects)
    lead ids of then to those of now; of who leads nowhere nothing is said.
    """
    asked = scores.filter(F.col("horizon_days") == F.lit(horizon_days))
    before = asked.filter(F.col("as_of") < F.lit(day))
    last = before.agg(F.max("as_of").alias("from_on"))
    then = before.join(F.broadcast(last), before["as_of"] == last["from_on"], how="left_semi")
    now = asked.filter(F.col("as_of") == F.lit(day))
    both = (
        follow_customers(then, redirects)
        .select("customer_id", "from_customer_id", *_side("from"))
        .join(now.select("customer_id", *_side("to")), on=["customer_id"], how="full_outer")
        .join(F.broadcast(last.filter(F.col("from_on").isNotNull())), how="cross")
    )
    is_worse = _severity(F.col("to_band")) > _severity(F.col("from_band"))
    return both.filter(~F.col("from_band").eqNullSafe(F.col("to_band"))).withColumns(
        {"is_worse": is_worse, "horizon_days": F.lit(horizon_days)}
    )


def follow_customers(scores: DataFrame, redirects: DataFrame) -> DataFrame:
    """Scores of customers as they are now, one row per customer, day and horizon, with the id that
    the score was made under as `from_customer_id`.

    Of several ids that are one customer now the one that stayed counts, for readers know the
    customer by it; where that was not scored, the most severe band, the highest probability, the
    lowest id.
    """
    led = redirects.filter(F.col("current_customer_id").isNotNull())
    stayed = F.col("customer_id") == F.col("current_customer_id")
    severity = _severity(F.col("risk_band"))
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


def _side(name: str) -> tuple[Column, Column]:
    return (
        F.col("risk_band").alias(f"{name}_band"),
        F.col("churn_probability").alias(f"{name}_probability"),
    )


def _severity(band: Column) -> Column:
    """The place of a band among BANDS, the higher the worse; null of none."""
    return F.array_position(F.array(*map(F.lit, BANDS)), band)
