"""Days as a shop counts them, from midnight to midnight of a time zone; instants are in UTC.

An order is of the day on which it was placed in its own `time_zone` (that of its source, else the
retailer's); every other fact is of the retailer's day, and lines and refunds are of their order's.
A cut-off D is the midnight with which that day begins: what is of an earlier day lies before it.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def day_in(at: Column, time_zone: Column | str) -> Column:
    """The day on which an instant falls in a time zone (an IANA name)."""
    return F.to_date(F.from_utc_timestamp(at, time_zone))


def local_day(at: Column) -> Column:
    """The day on which an instant of a row falls in the row's `time_zone`, in UTC where that is
    null.
    """
    return day_in(at, F.coalesce("time_zone", F.lit("UTC")))


def with_time_zone(facts: DataFrame, time_zone: str) -> DataFrame:
    """`facts` with their own `time_zone`, where they have none the one given."""
    given = F.lit(time_zone)
    own = F.coalesce("time_zone", given) if "time_zone" in facts.columns else given
    return facts.withColumn("time_zone", own)


def with_zone_of_orders(rows: DataFrame, orders: DataFrame, time_zone: str) -> DataFrame:
    """`rows` of parties with the time zone of the orders of each, of a party without orders the one
    given: a party is of one source, and so are its orders.
    """
    zones = orders.groupBy("party_id").agg(F.min("time_zone").alias("time_zone"))
    return with_time_zone(rows.join(zones, ["party_id"], how="left"), time_zone)
