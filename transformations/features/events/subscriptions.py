"""Events of subscriptions, their charges, and loyalty points."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import event, event_rows
from holdfast.transformations.features.renewals import with_own_end


def subscription_events(states: DataFrame) -> list[DataFrame]:
    """A state lasts from when it was known until any later state is: one that arrives late ends
    nothing before it came.
    """
    known = F.greatest("valid_from", "available_at")
    order = Window.partitionBy("subscription_id").orderBy("valid_from")
    later = order.rowsBetween(1, Window.unboundedFollowing)
    dated = with_own_end(states).withColumns(
        {"event_at": F.col("valid_from"), "followed_at": F.min(known).over(later)}
    )
    ends_at, status = F.least("followed_at", "own_end_at"), F.col("status")
    return [
        event_rows(
            dated,
            event("active_subscription", status == "active", ends_at=ends_at),
            event("paused_subscription", status == "paused", ends_at=ends_at),
            event("cancelled_subscription", status == "cancelled"),
        )
    ]


def charge_events(charges: DataFrame) -> list[DataFrame]:
    """A charge that failed counts from the day on which that was first known, paid later or not."""
    failed = (
        charges.filter(F.coalesce("dated_value", "status_first") == "failed")
        .groupBy("party_id", "charge_id", "time_zone")
        .agg(
            F.min("event_at").alias("event_at"),
            F.min("available_at").alias("available_at"),
            F.min("stands_from").alias("stands_from"),
            F.max("withdrawn_at").alias("withdrawn_at"),
        )
    )
    return [event_rows(failed, event("failed_charge", ends_at=F.col("withdrawn_at")))]


def loyalty_events(ledger: DataFrame) -> list[DataFrame]:
    """Points earned, each movement with its points."""
    return [event_rows(ledger, event("points_earned", F.col("points") > 0, amount=F.col("points")))]
