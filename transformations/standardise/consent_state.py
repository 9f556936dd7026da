"""Consent over time: statements folded into intervals, a contradiction at one instant counting as
no.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.standardise.collapse_versions import (
    collapse_history,
    rows_to_write,
    with_no_rejections,
)
from holdfast.transformations.tables.silver import CONSENT_STATE

_KEY = ["party_id", "purpose", "channel"]


def consent_state(events: DataFrame, touched: DataFrame) -> DataFrame:
    """Complete histories of the (party, purpose, channel) that `touched` statements are about."""
    mine = events.join(touched.select(*_KEY).distinct(), _KEY, how="left_semi")
    at_once = mine.groupBy(*_KEY, F.col("event_at").alias("valid_from")).agg(
        F.bool_and(F.col("state") == "granted").alias("is_allowed"),
        F.bool_or(F.col("state") == "objected").alias("is_objection"),
        F.max_by("jurisdiction", "row_hash").alias("jurisdiction"),
        F.max("row_hash").alias("row_hash"),
        F.min("source").alias("source"),
    )
    states = at_once.withColumn("valid_to", F.lit(None).cast("timestamp"))
    return rows_to_write(collapse_history(with_no_rejections(states), CONSENT_STATE), CONSENT_STATE)
