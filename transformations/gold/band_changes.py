"""Customers whose risk band moved since the day that was scored before."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.follow_customers import follow_customers, rate_severity


def band_changes(
    scores: DataFrame, redirects: DataFrame, day: date, horizon_days: int
) -> DataFrame:
    """gold.band_changes of a day against the newest earlier day of `scores` (gold.churn_scores of
    customers who may be looked at) at the same horizon; no rows where there is none.

    Who is on one side alone has a null band on the other; `follow_customers` says who is whom by
    the `redirects`.
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
    is_worse = rate_severity(F.col("to_band")) > rate_severity(F.col("from_band"))
    return both.filter(~F.col("from_band").eqNullSafe(F.col("to_band"))).withColumns(
        {"is_worse": is_worse, "horizon_days": F.lit(horizon_days)}
    )


def _side(name: str) -> tuple[Column, Column]:
    return (
        F.col("risk_band").alias(f"{name}_band"),
        F.col("churn_probability").alias(f"{name}_probability"),
    )
