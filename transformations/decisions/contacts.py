"""What customers were sent: how often in the last seven days, and when each play was last."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import NO_ACTION

WEEK_DAYS: Final = 7
SENT: Final = "received"  # the event of a message that says that it went out


def past_actions(decisions: DataFrame, redirects: DataFrame, as_of: date) -> DataFrame:
    """customer_id of now, play, channel and done_on of gold.decision_log before `as_of`. Of a day
    decided again the newest decision counts: the ones before were replaced.
    """
    ordered = decisions.filter(F.col("as_of") < F.lit(as_of))
    newest = ordered.groupBy("customer_id", "as_of").agg(
        F.max_by(F.struct("action", "channel"), "run_number").alias("last")
    )
    return (
        newest.filter(F.col("last.action") != F.lit(NO_ACTION))
        .join(redirects, on=["customer_id"], how="inner")
        .select(
            F.col("current_customer_id").alias("customer_id"),
            F.col("last.action").alias("play"),
            F.col("last.channel").alias("channel"),
            F.col("as_of").alias("done_on"),
        )
    )


def count_contacts(
    messages: DataFrame, actions: DataFrame, channels: Sequence[str], as_of: date
) -> DataFrame:
    """customer_id and `contacts`, an array of contacts per channel in the seven days before
    `as_of`. `messages` are silver.message_events with customer_id and happened_on, `actions` of
    `past_actions`: a message that an action led to is counted once, so the larger of both counts.
    """
    since = as_of - timedelta(days=WEEK_DAYS)

    def is_recent(day: Column) -> Column:
        return (day >= F.lit(since)) & (day < F.lit(as_of))

    sent = messages.filter((F.col("event_type") == F.lit(SENT)) & is_recent(F.col("happened_on")))
    done = actions.filter(is_recent(F.col("done_on")))
    by_channel = sent.select(
        "customer_id", "channel", F.lit(1).alias("sent"), F.lit(0).alias("done")
    )
    both = by_channel.unionByName(
        done.select("customer_id", "channel", F.lit(0).alias("sent"), F.lit(1).alias("done"))
    )
    counts = both.groupBy("customer_id").agg(*(_count(channel) for channel in channels))
    return counts.select("customer_id", F.array(*channels).cast("array<int>").alias("contacts"))


def _count(channel: str) -> Column:
    here = F.col("channel") == F.lit(channel)
    sides = (F.sum(F.when(here, F.col(side)).otherwise(0)) for side in ("sent", "done"))
    return F.greatest(*sides).alias(channel)


def days_since_plays(actions: DataFrame, plays: Sequence[str], as_of: date) -> DataFrame:
    """customer_id and `days_since`, an array of days since each of `plays` was last done, null of
    what never was.
    """
    last = [
        F.date_diff(F.lit(as_of), F.max(F.when(F.col("play") == F.lit(play), F.col("done_on"))))
        for play in plays
    ]
    return actions.groupBy("customer_id").agg(F.array(*last).alias("days_since"))
