"""Facts with their states: from when until when each one counted."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.local_day import local_day, with_time_zone
from holdfast.transformations.tables.silver import ENDED, WITHDRAWN
from holdfast.transformations.tables.table import Table


def with_states(facts: DataFrame, fact_states: DataFrame, table: Table) -> DataFrame:
    """Rows of `table` once for each of their states but those in which they were withdrawn.

    Adds stands_from and stands_to (null: from the beginning, while it lasts), has_ended, and
    dated_value (null where no version ever said another than the row has). On a day D the state
    counts of which stands_from < D <= stands_to.
    """
    mine = fact_states.filter(F.col("fact_table") == F.lit(table.short_name)).select(
        F.col("fact_id").alias(table.keys[0]),
        F.col("valid_from").alias("stands_from"),
        F.col("valid_to").alias("stands_to"),
        F.col("status").alias("_status"),
        "dated_value",
    )
    joined = facts.join(mine, on=[table.keys[0]], how="left")
    there = joined.filter(F.coalesce(F.col("_status") != F.lit(WITHDRAWN), F.lit(True)))
    ended = F.coalesce(F.col("_status") == F.lit(ENDED), F.lit(False))
    return there.withColumn("has_ended", ended).drop("_status")


def while_standing(facts: DataFrame, fact_states: DataFrame, table: Table) -> DataFrame:
    """The same for those states alone in which the fact had not ended."""
    return with_states(facts, fact_states, table).filter(~F.col("has_ended"))


def select_standing(facts: DataFrame) -> DataFrame:
    """Rows of which the newest version was not set aside."""
    return facts.filter(F.col("withdrawn_at").isNull())


def select_known(facts: DataFrame, time_zone: str, as_of: date) -> DataFrame:
    """Rows of silver that stand, happened before `as_of` and were known before it, with
    `happened_on`: their day in the retailer's time zone, or in their own where they have one.
    """
    zoned = with_time_zone(select_standing(facts), time_zone)
    known_on = local_day(F.greatest("event_at", "available_at"))
    return zoned.withColumn("happened_on", local_day(F.col("event_at"))).filter(
        known_on < F.lit(as_of)
    )
