"""Rows of value at risk, and of forecasts whose horizon has ended."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import cut, cut_all
from holdfast.transformations.kpis.periods import PERIOD, with_period
from holdfast.transformations.money import to_minor
from holdfast.transformations.scoring.value import value_at_risk

_KEY = ("as_of", "customer_id", "horizon_days")


def risk_rows(values: DataFrame, scores: DataFrame, as_of: date, horizon_days: int) -> DataFrame:
    """What leaving costs of the customers of gold.customer_values and gold.churn_scores (of whom
    both say something, each with acquired_through), on the newest day of each period up to
    `as_of`.
    """
    due = values.filter(
        (F.col("as_of") <= F.lit(as_of)) & (F.col("horizon_days") == F.lit(horizon_days))
    )
    chances = scores.select(*_KEY, "churn_probability")
    at_risk = value_at_risk()
    lost = _newest_of_period(due).join(chances, [*_KEY], how="inner")
    return lost.filter(at_risk.isNotNull()).select(
        *("customer_id", "currency", *PERIOD),
        to_minor(at_risk, F.col("currency")).alias("at_risk"),
        cut_all(cut("acquired_through", F.col("acquired_through"))).alias("customer_cuts"),
    )


def forecast_rows(
    values: DataFrame, history: DataFrame, as_of: date, horizon_days: int
) -> DataFrame:
    """Expected and realised amounts of the customers of gold.customer_values, on the newest day of
    each period whose horizon had ended by `as_of`; orders are of `order_history`.
    """
    ended = values.filter(
        (F.date_add("as_of", horizon_days) <= F.lit(as_of))
        & (F.col("horizon_days") == F.lit(horizon_days))
    ).select("as_of", "customer_id", "currency", "expected_amount")
    came = history.select("customer_id", "currency", "ordered_on", "amount")
    is_inside = (F.col("ordered_on") >= F.col("as_of")) & (
        F.col("ordered_on") < F.date_add("as_of", horizon_days)
    )
    outcomes = (
        ended.join(came, ["customer_id", "currency"], how="left")
        .groupBy("as_of", "customer_id", "currency")
        .agg(
            F.max("expected_amount").alias("expected_amount"),
            F.coalesce(F.sum(F.when(is_inside, F.col("amount"))), F.lit(0)).alias("realised"),
        )
    )
    ranked = Window.partitionBy("as_of", "currency").orderBy("expected_amount", "customer_id")
    tenth = outcomes.withColumn("_tenth", F.ntile(10).over(ranked).cast("string"))
    return _newest_of_period(tenth).select(
        *("customer_id", "currency", *PERIOD),
        to_minor(F.col("expected_amount"), F.col("currency")).alias("expected"),
        "realised",
        cut_all(cut("value_decile", F.col("_tenth"))).alias("customer_cuts"),
    )


def _newest_of_period(rows: DataFrame) -> DataFrame:
    """`rows` in the periods of their as_of, of the newest as_of in each period alone."""
    days = with_period(rows.select("as_of").distinct(), "as_of")
    newest = days.groupBy(*PERIOD).agg(F.max("as_of").alias("as_of"))
    return rows.join(F.broadcast(newest), ["as_of"], how="inner")
