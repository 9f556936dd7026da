"""How often each subscription had been renewed by a day, and whether it still ran.

A renewal is due each time the interval between two deliveries has passed, of the days on which the
subscription was active: one that pauses is not due, and goes on where it stopped. Days count by the
interval of their own state.
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
_SLACK: Final = 1e-9  # of an interval: a sum of fractions may fall short of a whole one


def renewals_on(states: DataFrame, days: Sequence[date], time_zone: str) -> DataFrame:
    """One row per (as_of, subscription_id) of the `silver.subscriptions` known on that day, with
    what was known on it: party_id, currency, interval_days (null where it is none: nobody knows
    when it is due), price_amount, status (null where the newest was set aside), age (intervals in
    which it was active), renewals (times it was due in them), seen_from (of those, before the first
    state of any subscription: what ended before then is not in the log). Days are those of
    `time_zone`.
    """
    dated = _from_their_start(_dated(with_own_end(states), time_zone))
    asked = F.explode(F.array(*[F.lit(day) for day in sorted(set(days))]))
    known = dated.withColumn("as_of", asked).filter(F.col("known_on") < F.col("as_of"))
    one = Window.partitionBy("as_of", "subscription_id").orderBy("from_on", "valid_from")
    ends_on = F.least("as_of", "own_end_on", F.lead("from_on").over(one))
    whole = (
        known.withColumn("ends_on", ends_on)
        .groupBy("as_of", "subscription_id")
        .agg(
            F.max_by(F.struct(*_TERMS, "ends_on"), F.struct("from_on", "valid_from")).alias(
                "newest"
            ),
            _sum_intervals(F.col("ends_on")).alias("age"),
            _sum_intervals(F.least("ends_on", "log_from")).alias("before_log"),
        )
    )
    stands = F.col("newest.ends_on") == F.col("as_of")
    terms = [F.col(f"newest.{name}").alias(name) for name in _TERMS[:-1]]
    status = F.when(stands, F.col("newest.status")).alias("status")
    counted = whole.select("as_of", "subscription_id", *terms, status, "age", "before_log")
    counts = {"renewals": _times_due(F.col("age")), "seen_from": _times_due(F.col("before_log"))}
    return counted.withColumns(counts).drop("before_log")


def _dated(states: DataFrame, time_zone: str) -> DataFrame:
    """States with their days, and the day on which the first of all began."""
    interval = F.when(F.col("interval_days") > 0, F.col("interval_days"))
    dated = states.withColumn("interval_days", interval).select(
        "subscription_id",
        *_TERMS,
        "valid_from",
        day_in(F.col("valid_from"), time_zone).alias("from_on"),
        day_in(F.greatest("valid_from", "available_at"), time_zone).alias("known_on"),
        day_in(F.least("event_at", "valid_from"), time_zone).alias("start_on"),
        day_in(F.col("own_end_at"), time_zone).alias("own_end_on"),
    )
    return dated.crossJoin(F.broadcast(dated.agg(F.min("from_on").alias("log_from"))))


def _from_their_start(dated: DataFrame) -> DataFrame:
    """The same, and where the first state of a subscription that is known is not its beginning an
    active one before it: an export of how all stand today holds no other trace of that time.
    """
    order = Window.partitionBy("subscription_id").orderBy("valid_from")
    own = ("status", "from_on", "known_on", "own_end_on")
    real, earlier = (
        F.struct(*own),
        F.struct(
            F.lit(RUNNING).alias("status"),
            F.col("start_on").alias("from_on"),
            F.col("start_on").alias("known_on"),
            F.lit(None).cast("date").alias("own_end_on"),
        ),
    )
    is_late = (F.row_number().over(order) == 1) & (F.col("start_on") < F.col("from_on"))
    both = F.when(is_late, F.array(earlier, real)).otherwise(F.array(real))
    kept = [name for name in dated.columns if name not in own]
    return dated.withColumn("states", both).select(*kept, F.inline("states"))


def _sum_intervals(end: Column) -> Column:
    """Intervals between two deliveries that passed until `end` in active states."""
    days = F.greatest(F.date_diff(end, "from_on"), F.lit(0))
    active = F.when(F.col("status") == RUNNING, days / F.col("interval_days"))
    return F.coalesce(F.sum(active), F.lit(0.0))


def with_own_end(states: DataFrame) -> DataFrame:
    """`states` with own_end_at: when each ended, if not because the next one began. A state that
    was set aside left no row, but ended the one before it.
    """
    order = Window.partitionBy("subscription_id").orderBy("valid_from")
    is_followed = F.col("valid_to").eqNullSafe(F.lead("valid_from").over(order))
    return states.withColumn("own_end_at", F.when(~is_followed, F.col("valid_to")))


def with_due(renewals: DataFrame, horizons: Sequence[int]) -> DataFrame:
    """The `renewals_on` of those that run, once for each horizon, with horizon_days and due: how
    often each will be due in [as_of, as_of + horizon_days) if it runs on.
    """
    runs = (F.col("status") == F.lit(RUNNING)) & F.col("interval_days").isNotNull()
    asked = F.explode(F.array(*[F.lit(days) for days in horizons]))
    until = F.col("age") + F.col("horizon_days") / F.col("interval_days")
    return (
        renewals.filter(runs)
        .withColumn("horizon_days", asked)
        .withColumn("due", _times_due(until) - F.col("renewals"))
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


def _times_due(age: Column) -> Column:
    """Of one that is so many intervals old, before that day: it was paid for as it began, which is
    no renewal.
    """
    whole = F.floor(age - 1 / F.coalesce("interval_days", F.lit(1)) + _SLACK)
    return F.greatest(whole, F.lit(0)).cast("int")
