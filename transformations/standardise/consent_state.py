"""Consent over time: statements folded into intervals, a contradiction at one instant counting as
no. Who unsubscribes from a message or reports it as spam has made a statement, too, whichever
system heard it.
"""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.standardise.collapse_versions import (
    collapse_history,
    rows_to_write,
    with_no_rejections,
)
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    CONSENT_STATE,
    MESSAGE_EVENTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose
from holdfast.transformations.union import union_by_name

_OF_EACH = ("party_id", "source", "event_at", "row_hash")
_KEY = ["party_id", "purpose", "channel"]


def statements(silver: Mapping[Table, DataFrame]) -> DataFrame | None:
    """What was said, out of the tables that say any of it; None where none is there.

    Columns: party_id, source, purpose, channel, event_at, state, jurisdiction, row_hash. An
    unsubscription withdraws marketing on its channel; a report as spam objects to it on all.
    """
    said = []
    if CONSENT_EVENTS in silver:
        own = ("purpose", "channel", "state", "jurisdiction")
        said.append(silver[CONSENT_EVENTS].select(*_OF_EACH, *own))
    if MESSAGE_EVENTS in silver:
        said.append(_refusals(silver[MESSAGE_EVENTS]))
    return union_by_name(said) if said else None


def _refusals(messages: DataFrame) -> DataFrame:
    is_spam = F.col("event_type") == "spam"
    return messages.filter(F.col("event_type").isin("unsubscribed", "spam")).select(
        *_OF_EACH,
        F.lit(Purpose.MARKETING.value).alias("purpose"),
        F.when(is_spam, "all").otherwise(F.col("channel")).alias("channel"),
        F.when(is_spam, "objected").otherwise("withdrawn").alias("state"),
        F.lit(None).cast("string").alias("jurisdiction"),
    )


def consent_state(events: DataFrame, touched: DataFrame) -> DataFrame:
    """Complete histories of the (party, purpose, channel) that `touched` statements are about;
    `events` are all statements.
    """
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
