"""The identity map over time: what changed since the last run, and where every id ever published
leads now.
"""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import current
from holdfast.transformations.tables.silver import IDENTITY_MAP


def membership_changes(
    previous: DataFrame, assigned: DataFrame, at: datetime, run_number: int
) -> DataFrame:
    """silver.identity_map rows, whole histories, of the parties whose customer changed.

    `previous` is the map as last published; `assigned` has party_id, customer_id and probability of
    this run. A party that stays where it was keeps its row, and so its run; an interval that ends
    keeps the run in which it began, so that the store cannot stamp these rows.
    """
    held = current(previous).select("party_id", F.col("customer_id").alias("held"))
    moved = (
        assigned.join(held, on=["party_id"], how="left")
        .filter(F.col("held").isNull() | (F.col("held") != F.col("customer_id")))
        .drop("held")
    )
    gone = held.join(assigned, on=["party_id"], how="left_anti").select("party_id")
    now = F.lit(at).cast("timestamp")
    touched = moved.select("party_id").unionByName(gone)
    before = previous.join(touched, on=["party_id"], how="left_semi").withColumn(
        "valid_to", F.coalesce("valid_to", now)
    )
    after = moved.withColumns(
        {
            "probability": F.col("probability").cast("decimal(9,6)"),
            "valid_from": now,
            "valid_to": F.lit(None).cast("timestamp"),
            "run_number": F.lit(run_number).cast("bigint"),
            "row_hash": F.sha2(
                F.concat_ws("|", "party_id", F.col("customer_id").cast("string")), 256
            ),
        }
    )
    return before.select(*IDENTITY_MAP.names).unionByName(after.select(*IDENTITY_MAP.names))


def redirects(identity_map: DataFrame) -> DataFrame:
    """gold.customer_redirects: every id ever given and the one that most of its records have now,
    itself if it lives.
    """
    now = current(identity_map).select("party_id", F.col("customer_id").alias("now"))
    led = (
        identity_map.select("party_id", "customer_id")
        .join(now, on=["party_id"], how="left")
        .groupBy("customer_id", "now")
        .agg(F.count(F.lit(1)).alias("records"))
    )
    best = F.struct(
        F.col("now").isNotNull(), F.col("now") == F.col("customer_id"), "records", -F.col("now")
    )
    return led.groupBy("customer_id").agg(F.max_by("now", best).alias("current_customer_id"))
