"""Events of subscriptions, their charges, and loyalty points."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import event, event_rows


def subscription_events(states: DataFrame) -> list[DataFrame]:
    """A state lasts from when it was known until any later state is: one that arrives late ends
    nothing before it came.
    """
    known = F.greatest("valid_from", "available_at")
    later = (
        Window.partitionBy("subscription_id")
        .orderBy("valid_from")
        .rowsBetween(1, Window.unboundedFollowing)
    )
    dated = states.withColumns(
        {"event_at": F.col("valid_from"), "followed_at": F.min(known).over(later)}
    )
    ends_at, status = F.col("followed_at"), F.col("status")
    return [
        event_rows(
            dated,
            event("active_subscription", status == "active", ends_at=ends_at),
            event("paused_subscription", status == "paused", ends_at=ends_at),
            event("cancelled_subscription", status == "cancelled"),
        )
    ]


def charge_events(charges: DataFrame) -> list[DataFrame]:
    """A charge that failed when it was first seen."""
    return [event_rows(charges, event("failed_charge", F.col("status_first") == "failed"))]


def loyalty_events(ledger: DataFrame) -> list[DataFrame]:
    """Points earned, each movement with its points."""
    return [event_rows(ledger, event("points_earned", F.col("points") > 0, amount=F.col("points")))]
