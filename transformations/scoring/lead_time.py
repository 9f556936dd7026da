"""How long before customers ended their activity their scores warned of it."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.scoring.follow_customers import follow_customers
from holdfast.transformations.scoring.risk_bands import WARNING_BANDS


def lead_times(
    scores: DataFrame, redirects: DataFrame, leavers: DataFrame, horizon_days: int, known_on: date
) -> DataFrame:
    """customer_id and lead_days of the `leavers` (customer_id and last_on, the day of the last
    order) whom `scores` (gold.churn_scores, of all days) know from a day before `known_on`, on
    which it was known that they had left.

    `models.churn.lead_time` says what lead_days are; null: no warning stood.
    """
    asked = scores.filter(
        (F.col("horizon_days") == F.lit(horizon_days)) & (F.col("as_of") < F.lit(known_on))
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
        .agg(warned_on.alias("warned_on"))
        .select("customer_id", F.date_diff("last_on", "warned_on").alias("lead_days"))
    )
