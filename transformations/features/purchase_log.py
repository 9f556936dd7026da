"""Any log of purchases as the value model reads it: a row has a customer, a time and an amount,
refunds below zero. Days are those of UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.money import from_minor, to_minor
from holdfast.transformations.scoring.value import PREFIX
from holdfast.transformations.tables.columns import MONEY

WINDOWS: Final = (30, 90, 180, 365)  # days before a cut-off
RECENT: Final = tuple(f"{name}_{days}d" for days in WINDOWS for name in ("purchases", "spend"))
_NUMBER: Final = T.DecimalType(18, 6)
_CUSTOMER, _AT = "_customer", "_at"
_KEYS: Final = ("as_of", "customer_id")


@dataclass(frozen=True)
class LogColumns:
    """Names of columns of a log, or SQL expressions over them, such as `Quantity * Price`."""

    customer: str
    at: str
    amount: str


def read_log(log: DataFrame, columns: LogColumns) -> DataFrame:
    """One row per row of the log: customer_id (string), event_at, amount; null where a value is
    missing or cannot be read, and for a customer without a name. Numbers may be text.
    """
    customer, at, amount = (
        F.col(f"`{name}`") if name in log.columns else F.expr(name)
        for name in (columns.customer, columns.at, columns.amount)
    )
    if isinstance(log.select(customer).schema[0].dataType, T.FractionalType):
        whole = customer.try_cast("bigint")  # ids of which some are missing, as pandas writes them
        customer = F.when(customer == whole, whole.cast("string"))
    numbers = {
        field.name: F.col(f"`{field.name}`").try_cast(_NUMBER)
        for field in log.schema
        if field.name in columns.amount and isinstance(field.dataType, T.StringType)
    }
    known = log.withColumns(
        {
            _CUSTOMER: F.nullif(F.trim(customer.cast("string")), F.lit("")),
            _AT: at.try_cast(T.TimestampType()),
        }
    )
    return known.withColumns(numbers).select(
        F.col(_CUSTOMER).alias("customer_id"),
        F.col(_AT).alias("event_at"),
        amount.try_cast(MONEY).alias("amount"),
    )


def whole_rows(rows: DataFrame) -> DataFrame:
    """The rows of `read_log` that say who bought when for how much."""
    return rows.dropna(subset=["customer_id", "event_at", "amount"])


def past_and_outcome(
    purchases: DataFrame, cutoffs: Sequence[date], as_of: date, horizon_days: int, currency: str
) -> DataFrame:
    """One row per cut-off and customer with a purchase before it, from rows of `read_log` in one
    currency: `purchase_history` with its columns under `past_`, the columns RECENT, and
    revenue_amount of the days [D, D + horizon), null where they have not all passed on `as_of`.
    """
    orders = _as_orders(purchases, currency)
    history = purchase_history(orders, cutoffs)
    own = [name for name in history.columns if name not in (*_KEYS, "currency")]
    renamed = history.select(
        *_KEYS, "currency", *(F.col(name).alias(PREFIX + name) for name in own)
    )
    around = _around(purchases, cutoffs, horizon_days, currency)
    has_passed = F.date_add("as_of", horizon_days) <= F.lit(as_of)
    revenue = F.when(has_passed, from_minor(F.col("outcome"), F.lit(currency)))
    joined = renamed.join(around, on=list(_KEYS), how="inner")
    return joined.withColumn("revenue_amount", revenue).drop("outcome")


def _as_orders(purchases: DataFrame, currency: str) -> DataFrame:
    """The purchases as orders that were known at once and stand for ever."""
    return purchases.select(
        "customer_id",
        "event_at",
        F.lit(currency).alias("currency_first"),
        F.lit("UTC").alias("time_zone"),
        F.col("event_at").alias("available_at"),
        F.col("event_at").alias("stands_from"),
        F.lit(None).cast("timestamp").alias("stands_to"),
        F.col("amount").alias("net_amount_first"),
    )


def _around(
    purchases: DataFrame, cutoffs: Sequence[date], horizon_days: int, currency: str
) -> DataFrame:
    """as_of, customer_id, RECENT of the days before, and the outcome in minor units after."""
    days = F.explode(F.array(*[F.lit(day) for day in sorted(set(cutoffs))]))
    spend = F.sum(to_minor(F.col("amount"), F.lit(currency))).alias("spend")
    by_day = purchases.groupBy("customer_id", F.to_date("event_at").alias("on")).agg(spend)
    dated = by_day.withColumn("as_of", days).withColumn("ago", F.date_diff("as_of", "on"))
    recent = [part for days_back in WINDOWS for part in _of_window(days_back)]
    is_after = F.col("ago").between(1 - horizon_days, 0)
    return dated.groupBy(*_KEYS).agg(
        *recent,
        F.coalesce(F.sum(F.when(is_after, F.col("spend"))), F.lit(0)).alias("outcome"),
    )


def _of_window(days: int) -> tuple[Column, Column]:
    is_inside = F.col("ago").between(1, days)
    return (
        F.count_if(is_inside).alias(f"purchases_{days}d"),
        F.coalesce(F.sum(F.when(is_inside, F.col("spend"))), F.lit(0)).alias(f"spend_{days}d"),
    )
