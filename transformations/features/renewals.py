"""How often each subscription had been renewed by a day, and whether it still ran.

A renewal is due each time the interval between two deliveries has passed, of the days on which the
subscription was active: one that pauses is not due, and goes on where it stopped.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.local_day import day_in

RUNNING: Final = "active"
STOPPED: Final = ("paused", "cancelled", "expired")
_TERMS: Final = ("party_id", "currency", "interval_days", "price_amount", "status")


def renewals_on(states: DataFrame, days: Sequence[date], time_zone: str) -> DataFrame:
    """One row per (as_of, subscription_id) of the `silver.subscriptions` known on that day, with
    what was known on it: party_id, currency, interval_days, price_amount, status (null where the
    newest was set aside), age_days (on which it was active), renewals (times it was due in them),
    seen_from (of those, before the first state of any subscription: what ended before then is not
    in the log). Days are those of `time_zone`. One without an interval is left out: nobody knows
    when it is due.
    """
    dated = with_own_end(states).select(
        "subscription_id",
        *_TERMS,
        "valid_from",
        day_in(F.col("valid_from"), time_zone).alias("from_on"),
        day_in(F.greatest("valid_from", "available_at"), time_zone).alias("known_on"),
        day_in(F.least("event_at", "valid_from"), time_zone).alias("start_on"),
        day_in(F.col("own_end_at"), time_zone).alias("own_end_on"),
    )
    asked = F.explode(F.array(*[F.lit(day) for day in sorted(set(days))]))
    known = dated.withColumn("as_of", asked).filter(F.col("known_on") < F.col("as_of"))
    one = Window.partitionBy("as_of", "subscription_id").orderBy("valid_from")
    ends_on = F.least("as_of", "own_end_on", F.lead("from_on").over(one))
    each = known.withColumn("ends_on", ends_on).groupBy("as_of", "subscription_id")
    newest = F.max_by(F.struct(*_TERMS, "ends_on"), "valid_from").alias("newest")
    run_days = F.when(F.col("status") == RUNNING, F.date_diff("ends_on", "from_on"))
    whole = each.agg(
        newest,
        F.min("start_on").alias("start_on"),
        F.min("from_on").alias("first_on"),
        F.coalesce(F.sum(run_days), F.lit(0)).alias("run_days"),
    )
    begun = dated.agg(F.min("from_on").alias("log_from"))
    return _count_renewals(whole.crossJoin(F.broadcast(begun)))


def with_own_end(states: DataFrame) -> DataFrame:
    """`states` with own_end_at: when each ended, if not because the next one began. A state that
    was set aside left no row, but ended the one before it.
    """
    order = Window.partitionBy("subscription_id").orderBy("valid_from")
    is_followed = F.col("valid_to").eqNullSafe(F.lead("valid_from").over(order))
    return states.withColumn("own_end_at", F.when(~is_followed, F.col("valid_to")))


def _count_renewals(whole: DataFrame) -> DataFrame:
    """From days to times due. What lies between a subscription's start and its first known state
    counts as active.
    """
    age = F.col("run_days") + F.date_diff("first_on", "start_on")
    before_log = F.greatest(F.date_diff("log_from", "start_on"), F.lit(0))
    stands = F.col("newest.ends_on") == F.col("as_of")
    terms = whole.filter(F.col("newest.interval_days") > 0).select(
        "as_of",
        "subscription_id",
        *(f"newest.{name}" for name in _TERMS[:-1]),
        F.when(stands, F.col("newest.status")).alias("status"),
        age.alias("age_days"),
        F.least(before_log, age).alias("_before_log"),
    )
    counts = {
        "renewals": _times_due(F.col("age_days")),
        "seen_from": _times_due(F.col("_before_log")),
    }
    return terms.withColumns(counts).drop("_before_log")


def with_due(renewals: DataFrame, horizons: Sequence[int]) -> DataFrame:
    """The `renewals_on` of those that run, once for each horizon, with horizon_days and due: how
    often each will be due in [as_of, as_of + horizon_days) if it runs on.
    """
    running = renewals.filter(F.col("status") == F.lit(RUNNING))
    asked = F.explode(F.array(*[F.lit(days) for days in horizons]))
    until = F.col("age_days") + F.col("horizon_days")
    return running.withColumn("horizon_days", asked).withColumn(
        "due", _times_due(until) - F.col("renewals")
    )


def renewals_since(renewals: DataFrame, day: date, end: date) -> DataFrame:
    """Of the `renewals_on` two days, those that ran on the first: by interval_days, renewals and
    due the number of subscriptions, and made, how often they were renewed until the second.
    """
    on_day = renewals.filter(F.col("as_of") == F.lit(day))
    after = renewals.filter(F.col("as_of") == F.lit(end)).select(
        "subscription_id", F.col("renewals").alias("later")
    )
    return (
        with_due(on_day, [(end - day).days])
        .join(after, ["subscription_id"], how="inner")
        .groupBy("interval_days", "renewals", "due")
        .agg(
            F.count(F.lit(1)).alias("subscriptions"),
            F.sum(F.col("later") - F.col("renewals")).alias("made"),
        )
    )


def _times_due(days: Column) -> Column:
    """Of one that many days old: it was paid for as it began, which is no renewal."""
    return F.greatest(F.floor((days - 1) / F.col("interval_days")), F.lit(0)).cast("int")
