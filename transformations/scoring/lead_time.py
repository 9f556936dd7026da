"""How long before customers ended their activity their scores warned of it."""

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.scoring.follow_customers import follow_customers
from holdfast.transformations.scoring.risk_bands import WARNING_BANDS


def lead_times(
    scores: DataFrame, redirects: DataFrame, leavers: DataFrame, cutoff: date, horizon_days: int
) -> DataFrame:
    """customer_id and lead_days of the `leavers` of a cut-off (customer_id and last_on, the day of
    the last order), by `scores` (gold.churn_scores, of all days) from before it was known that they
    had left; only of those who were scored by the cut-off, else history began too late.

    `models.churn.lead_time` says what lead_days are; null: no warning stood.
    """
    known_on = F.lit(cutoff + timedelta(days=horizon_days))
    asked = scores.filter(
        (F.col("horizon_days") == F.lit(horizon_days)) & (F.col("as_of") < known_on)
    )
    history = follow_customers(asked, redirects).join(leavers, on=["customer_id"], how="inner")
    is_warned = F.col("risk_band").isin(*WARNING_BANDS)
    of_customer = Window.partitionBy("customer_id").rowsBetween(
        Window.unboundedPreceding, Window.unboundedFollowing
    )
    calm_on = F.max(F.when(~is_warned, F.col("as_of"))).over(of_customer)
    stands = F.col("calm_on").isNull() | (F.col("as_of") > F.col("calm_on"))
    warned_on = F.min(F.when(stands, F.col("as_of")))
    return (
        history.withColumn("calm_on", calm_on)
        .groupBy("customer_id", "last_on")
        .agg(warned_on.alias("warned_on"), F.min("as_of").alias("begun_on"))
        .filter(F.col("begun_on") <= F.lit(cutoff))
        .select("customer_id", F.date_diff("last_on", "warned_on").alias("lead_days"))
    )
