"""What customers were sent: how often in the last seven days, and when each play was last."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import NO_PLAY

WEEK_DAYS: Final = 7
SENT: Final = "received"  # the event of a message that says that it went out
_CONTACT: Final = ("customer_id", "channel", "done_on")


def newest_decisions(
    decisions: DataFrame, redirects: DataFrame, columns: Sequence[str]
) -> DataFrame:
    """customer_id of now (null of nobody), done_on, play and `columns` of gold.decision_log. Of a
    day decided again the newest decision counts: the ones before were replaced.
    """
    last = F.max_by(F.struct(F.col("action").alias("play"), *columns), "run_number")
    newest = decisions.groupBy("customer_id", F.col("as_of").alias("done_on")).agg(
        last.alias("last")
    )
    return newest.join(redirects, on=["customer_id"], how="left").select(
        F.col("current_customer_id").alias("customer_id"), "done_on", "last.*"
    )


def list_decided(decisions: DataFrame, redirects: DataFrame, as_of: date) -> DataFrame:
    """customer_id of now, play, channel and done_on of gold.decision_log before `as_of`."""
    earlier = decisions.filter(F.col("as_of") < F.lit(as_of))
    done = newest_decisions(earlier, redirects, ["channel"])
    return done.filter(F.col("customer_id").isNotNull() & (F.col("play") != F.lit(NO_PLAY))).select(
        "customer_id", "play", "channel", "done_on"
    )


def list_treated(treatments: DataFrame) -> DataFrame:
    """The same columns of silver.treatments with customer_id and happened_on."""
    return treatments.filter(F.col("play") != F.lit(NO_PLAY)).select(
        "customer_id", "play", "channel", F.col("happened_on").alias("done_on")
    )


def list_sent(messages: DataFrame) -> DataFrame:
    """customer_id, channel and done_on of silver.message_events with customer_id and happened_on:
    those that went out.
    """
    return messages.filter(F.col("event_type") == F.lit(SENT)).select(
        "customer_id", "channel", F.col("happened_on").alias("done_on")
    )


def count_contacts(logs: Sequence[DataFrame], channels: Sequence[str], as_of: date) -> DataFrame:
    """customer_id and `contacts`, an array of contacts per channel in the seven days before
    `as_of`. Each log has customer_id, channel and done_on. What stands in several logs is one
    contact, so the largest of their counts is taken.
    """
    since = as_of - timedelta(days=WEEK_DAYS)
    rows = reduce(DataFrame.union, (_mark(log, number) for number, log in enumerate(logs)))
    recent = rows.filter((F.col("done_on") >= F.lit(since)) & (F.col("done_on") < F.lit(as_of)))
    counts = recent.groupBy("customer_id").agg(
        *(_count(channel, len(logs)) for channel in channels)
    )
    return counts.select("customer_id", F.array(*channels).cast("array<int>").alias("contacts"))


def _mark(log: DataFrame, number: int) -> DataFrame:
    return log.select(*_CONTACT, F.lit(number).alias("log"))


def _count(channel: str, logs: int) -> Column:
    here = F.col("channel") == F.lit(channel)
    counts = (F.count_if(here & (F.col("log") == F.lit(number))) for number in range(logs))
    return F.greatest(*counts).alias(channel)


def days_since_plays(actions: DataFrame, plays: Sequence[str], as_of: date) -> DataFrame:
    """customer_id and `days_since`, an array of days since each of `plays` was last done, null of
    what never was. `actions` has customer_id, play and done_on.
    """
    last = [
        F.date_diff(F.lit(as_of), F.max(F.when(F.col("play") == F.lit(play), F.col("done_on"))))
        for play in plays
    ]
    return actions.groupBy("customer_id").agg(F.array(*last).alias("days_since"))
