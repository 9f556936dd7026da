"""Customers as a decision sees them: their labels, what leaving would cost, and what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import NAMES

LABELS: Final = ("lifecycle", "value_tier", "channel_profile", "intent", "driver")
_STANDING: Final = ("alive_probability", "expected_gap_days", "suppressed_from_on")
_REASON: Final = ("reason", "evidence", "evidence_value", "evidence_baseline")
TICKETS: Final = "open_tickets"
_UNIFORM_BITS: Final = 53


@dataclass(frozen=True)
class Lots:
    """`seed` of everything drawn, and the shares of customers held out for good and explored."""

    seed: int
    holdout_share: float
    exploration_share: float


@dataclass(frozen=True)
class Conversion:
    """Money of other currencies in that of the decision, and the margin in it."""

    currency: str
    rates: Mapping[str, float]
    margin_share: float


def describe_people(
    customers: DataFrame,
    segments: DataFrame,
    snapshots: DataFrame,
    reasons: DataFrame,
    features: Sequence[str],
    as_of: date,
) -> DataFrame:
    """gold.customer_360 without its day, with each customer's labels and standing of `as_of`, the
    strongest reason with its evidence, and the named features; null of who has none.
    """
    day = F.col("as_of") == F.lit(as_of)
    labels = segments.filter(day).select("customer_id", *LABELS, *_STANDING)
    wanted = sorted({*features, TICKETS} & set(NAMES))
    values = snapshots.filter(day).select("customer_id", *wanted)
    first = reasons.filter(day & (F.col("reason_rank") == F.lit(1))).select("customer_id", *_REASON)
    return (
        customers.drop("as_of")
        .join(labels, on=["customer_id"], how="left")
        .join(values, on=["customer_id"], how="left")
        .join(first, on=["customer_id"], how="left")
    )


def with_stakes(people: DataFrame, money: Conversion) -> DataFrame:
    """`describe_people` with leave_probability, margin_if_stays and order_amount as doubles, the
    money null where its currency has no rate.

    Who is asked no churn question (too long silent) leaves unless alive by the own rhythm, and who
    has no value if it stays is expected to come back once, for a usual order.
    """
    rate = _rate(F.col("currency"), money)
    order = F.col("average_order_amount").cast("double") * rate
    stays = F.coalesce(F.col("value_if_stays_amount").cast("double") * rate, order)
    leave = F.coalesce("churn_probability", 1 - F.col("alive_probability"))
    return people.withColumns(
        {
            "leave_probability": leave.cast("double"),
            "margin_if_stays": F.when(stays < 0, 0.0).otherwise(stays) * money.margin_share,
            "order_amount": F.when(order < 0, 0.0).otherwise(order),
        }
    )


def with_lots(people: DataFrame, lots: Lots, as_of: date) -> DataFrame:
    """`people` with is_held_out, for as long as the customer is one; and for the day is_explored
    and play_draw, a number between 0 and 1: the same whenever the day is decided again.
    """
    of_day = F.lit(as_of.isoformat())
    return people.withColumns(
        {
            "is_held_out": _draw(lots.seed, F.lit("holdout")) < lots.holdout_share,
            "is_explored": _draw(lots.seed, F.lit("explore"), of_day) < lots.exploration_share,
            "play_draw": _draw(lots.seed, F.lit("play"), of_day),
        }
    )


def _draw(seed: int, *parts: Column) -> Column:
    """A number from 0 to below 1 by hash of the customer, 53 bits of it."""
    hashed = F.xxhash64(F.col("customer_id"), F.lit(seed), *parts)
    return F.shiftrightunsigned(hashed, 64 - _UNIFORM_BITS) / F.lit(2.0**_UNIFORM_BITS)


def _rate(currency: Column, money: Conversion) -> Column:
    rate = F.when(currency == F.lit(money.currency), 1.0)
    for other, one in sorted(money.rates.items()):
        rate = rate.when(currency == F.lit(other), one)
    return rate
