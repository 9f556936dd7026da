"""What the churn model sees, and its scores in the shape of their contract."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.risk_bands import (
    Cuts,
    Rules,
    model_band,
    more_severe,
    with_rule_band,
)
from holdfast.transformations.tables.gold import CHURN_SCORES


def with_outcome(snapshots: DataFrame, labels: DataFrame, horizon_days: int) -> DataFrame:
    """Snapshots of eligible customers whose outcome is known, with `churned` as 0 or 1."""
    known = labels.filter(
        (F.col("horizon_days") == F.lit(horizon_days)) & F.col("is_churned").isNotNull()
    ).select("as_of", "customer_id", F.col("is_churned").cast("double").alias("churned"))
    return snapshots.join(known, on=["as_of", "customer_id"], how="inner")


def active(snapshots: DataFrame, as_of: date, eligible_days: int) -> DataFrame:
    """Snapshots of the day of customers with an order in the eligibility window: those the question
    is asked of.
    """
    return snapshots.filter(
        (F.col("as_of") == F.lit(as_of)) & (F.col("recency_days") <= F.lit(float(eligible_days)))
    )


def churn_scores(
    customers: DataFrame,
    probabilities: DataFrame,
    rules: Rules,
    cuts: Cuts,
    horizon_days: int,
    basis: str,
    model: tuple[str, int | None],
    run_number: int,
) -> DataFrame:
    """gold.churn_scores of `customers` (snapshots); `probabilities` has customer_id and
    probability, null under rules alone.

    `model` is the name and version that scored.
    """
    scored = with_rule_band(customers, rules).join(probabilities, on=["customer_id"], how="left")
    probability = F.col("probability").cast("decimal(9,6)")
    band = model_band(F.col("churn_probability"), cuts)
    name, version = model
    return (
        scored.withColumn("churn_probability", probability)
        .withColumns(
            {
                "horizon_days": F.lit(horizon_days),
                "model_band": band,
                "risk_band": more_severe(band, F.col("rule_band")),
                "score_basis": F.lit(basis),
                "model_name": F.lit(name),
                "model_version": F.lit(version).cast("int"),
                "run_number": _run(run_number),
            }
        )
        .select(*CHURN_SCORES.names)
    )


def with_keys(reasons: DataFrame, as_of: date, horizon_days: int, run_number: int) -> DataFrame:
    """Reasons with the keys of their contract."""
    return reasons.withColumns(
        {"as_of": F.lit(as_of), "horizon_days": F.lit(horizon_days), "run_number": _run(run_number)}
    )


def _run(number: int) -> Column:
    return F.lit(number).cast("bigint")
