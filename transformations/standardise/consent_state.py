"""Consent over time: statements folded into intervals, a contradiction at one instant counting as
no.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.standardise.apply_mapping import unfiltered
from holdfast.transformations.standardise.collapse_versions import history_rows, landing
from holdfast.transformations.tables.silver import CONSENT_STATE

_KEY = ["party_id", "purpose", "channel"]


def consent_state(events: DataFrame, touched: DataFrame, run_number: int) -> DataFrame:
    """Complete histories of the (party, purpose, channel) that `touched` statements are about."""
    mine = events.join(touched.select(*_KEY).distinct(), _KEY, how="left_semi")
    at_once = mine.groupBy(*_KEY, F.col("event_at").alias("valid_from")).agg(
        F.bool_and(F.col("state") == "granted").alias("is_allowed"),
        F.bool_or(F.col("state") == "objected").alias("is_objection"),
        F.max_by("jurisdiction", "row_hash").alias("jurisdiction"),
        F.max("row_hash").alias("row_hash"),
        F.min("source").alias("source"),
    )
    states = at_once.withColumns(
        {"run_number": F.lit(run_number).cast("bigint"), "valid_to": F.lit(None).cast("timestamp")}
    )
    return landing(history_rows(unfiltered(states), CONSENT_STATE), CONSENT_STATE)
