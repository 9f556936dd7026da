"""What the churn model sees, and its scores in the shape of their contract."""

from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.scoring.risk_bands import (
    BandCuts,
    RuleThresholds,
    risk_band,
    rule_alarms,
    with_rule_band,
)
from holdfast.transformations.tables.vocabulary import ScoreBasis


@dataclass(frozen=True)
class ScoredBy:
    """What scored: `basis` is model, bg_nbd or rules; name and version are of the model, and
    `alarms` names the written rules that say more than its probabilities.
    """

    basis: ScoreBasis
    name: str
    version: int | None
    alarms: tuple[str, ...] = ()


def with_outcome(snapshots: DataFrame, labels: DataFrame, horizon_days: int) -> DataFrame:
    """Snapshots of eligible customers whose outcome is known, with `churned` as 0 or 1."""
    asked = with_days_to_order(snapshots, labels, horizon_days)
    return asked.filter(F.col("churned").isNotNull()).drop("days_to_order")


def with_days_to_order(snapshots: DataFrame, labels: DataFrame, horizon_days: int) -> DataFrame:
    """Snapshots of eligible customers with `churned`, null where the outcome is not known yet, and
    `days_to_order`, known of both.
    """
    asked = labels.filter((F.col("horizon_days") == F.lit(horizon_days)) & F.col("is_eligible"))
    outcome = (F.col("is_churned").cast("double").alias("churned"), "days_to_order")
    return snapshots.join(
        asked.select("as_of", "customer_id", *outcome), on=["as_of", "customer_id"], how="inner"
    )


def training_rows(
    snapshots: DataFrame, labels: DataFrame, horizon_days: int, thresholds: RuleThresholds
) -> DataFrame:
    """What a churn model is fitted on: snapshots `with_days_to_order` and the written rules that
    fired.
    """
    return with_rule_band(with_days_to_order(snapshots, labels, horizon_days), thresholds)


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
    thresholds: RuleThresholds,
    cuts: BandCuts,
    horizon_days: int,
    scored_by: ScoredBy,
) -> DataFrame:
    """gold.churn_scores of `customers` (snapshots); `probabilities` has customer_id and
    probability, null under rules alone.
    """
    scored = with_rule_band(customers, thresholds).join(
        probabilities, on=["customer_id"], how="left"
    )
    probability = F.col("probability").cast("decimal(9,6)")
    alarms = rule_alarms(F.col("rule_hits"), scored_by.alarms)
    band = risk_band(F.col("churn_probability"), F.col("rule_alarms"), cuts)
    return (
        scored.withColumns({"churn_probability": probability, "rule_alarms": alarms})
        .withColumns(
            {
                "horizon_days": F.lit(horizon_days),
                "risk_band": F.coalesce(band, F.col("rule_band")),
                "score_basis": F.lit(scored_by.basis),
                "model_name": F.lit(scored_by.name),
                "model_version": F.lit(scored_by.version).cast("int"),
            }
        )
        .drop("run_number")  # of the snapshot
    )
