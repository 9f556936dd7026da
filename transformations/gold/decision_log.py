"""What was decided about each scored customer, by which policy, and how likely the policy was to do
so.
"""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

POLICY: Final = "share_scores-1"


def decision_log(customers: DataFrame, permitted: DataFrame, outbox: DataFrame) -> DataFrame:
    """gold.decision_log rows of this run, one per customer that is scored or whose data was taken
    back.

    `customers` is gold.customer_360, `permitted` its rows that may be shared, `outbox` what this
    run queued. Actions: share (queued now), keep (the destination already knows), withhold (no
    consent), clear (taken back). The policy has no chance in it, so its propensity is 1; a policy
    that explores writes its own.
    """
    queued = outbox.select("customer_id", "operation", "destination")
    allowed = permitted.select("customer_id", F.lit(True).alias("is_permitted"))
    scored = customers.filter(F.col("score_status") == F.lit("scored")).select(
        "customer_id", "top_reason"
    )
    action = (
        F.when(F.col("operation") == F.lit("clear"), "clear")
        .when(F.col("operation") == F.lit("upsert"), "share")
        .when(F.col("is_permitted"), "keep")
        .otherwise("withhold")
    )
    return (
        scored.join(queued, on="customer_id", how="full_outer")
        .join(allowed, on="customer_id", how="left")
        .select(
            "customer_id",
            F.lit(POLICY).alias("policy"),
            action.alias("action"),
            F.lit(1).cast("decimal(9,6)").alias("propensity"),
            "destination",
            F.col("top_reason").alias("reason"),
        )
    )
