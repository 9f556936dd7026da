"""Events of a fact's rows, in the columns that the kernel counts.

Days are those of the row's `time_zone`. Rows that carry their states (`transformations/states.py`)
count from the day on which a state began to the day on which it ended.
"""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.local_day import local_day

# Shares are counted in millionths: sums of integers are the same in any order.
MILLION: Final = 1_000_000


def event(
    name: str | Column,
    when: Column | None = None,
    *,
    amount: Column | None = None,
    item: Column | None = None,
    group: Column | None = None,
    currency: Column | None = None,
    ends_at: Column | None = None,
) -> Column:
    """One event of a row, nameless where `when` does not hold; it counts until the day of
    `ends_at`. `amount` is whole minor units or millionths, 1 if not given; the group of an amount
    of money is its `currency`.
    """
    grouped = _hashed(group) if currency is None else currency_number(currency)
    label = F.lit(name) if isinstance(name, str) else name
    return F.struct(
        (label if when is None else F.when(when, label)).alias("event"),
        (F.lit(None) if ends_at is None else day_number(ends_at))
        .cast("int")
        .alias("valid_through"),
        F.coalesce(F.lit(1) if amount is None else amount, F.lit(0)).cast("bigint").alias("amount"),
        _hashed(item).cast("bigint").alias("item"),
        grouped.cast("bigint").alias("group"),
    )


def event_rows(frame: DataFrame, *events: Column, known_at: Column | None = None) -> DataFrame:
    """The events of each row of a fact, one row per event, without those that have no name.

    Visible on the later day of event and availability, and not before `known_at` where it is given,
    nor before the row's state began; none counts after that state ended.
    """
    instants = [F.col("event_at"), F.col("available_at"), *([] if known_at is None else [known_at])]
    if "stands_from" in frame.columns:
        instants.append(F.col("stands_from"))
    stands_to = F.col("stands_to") if "stands_to" in frame.columns else F.lit(None)
    dated = frame.select(
        "party_id",
        day_number(F.col("event_at")).alias("day"),
        day_number(F.greatest(*instants)).alias("visible_on"),
        day_number(stands_to).alias("_stands_through"),
        F.inline(F.array(*events)),
    )
    through = F.least("valid_through", "_stands_through")
    named = dated.filter(F.col("event").isNotNull())
    return named.withColumn("valid_through", through).drop("_stands_through")


def day_number(at: Column) -> Column:
    """Days from 1970-01-01 to the day of an instant in the row's time zone."""
    return F.unix_date(local_day(at))


def currency_number(code: Column) -> Column:
    """A currency's code as a number: in the order of the codes, and to be read back."""
    return F.conv(F.hex(code), 16, 10)


def currency_code(number: Column) -> Column:
    """The code that `currency_number` made a number of."""
    return F.unhex(F.hex(number)).cast("string")


def millionths(share: str) -> Column:
    """A column of shares as whole millionths."""
    return F.round(F.col(share) * MILLION)


def _hashed(value: Column | None) -> Column:
    return F.lit(None) if value is None else F.when(value.isNotNull(), F.xxhash64(value))
