"""The ledger of customer ids: which records of an id went where, and what became of each id."""

from typing import Final

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

CREATE: Final = "create"
ABSORB: Final = "absorb"
MERGE: Final = "merge"
SPLIT: Final = "split"
RETIRE: Final = "retire"


def count_overlaps(records: DataFrame, before: DataFrame) -> DataFrame:
    """group, held, parties, smallest: how many records of a group (`records`: party_id, group) had
    an id (`before`: party_id, customer_id), and the smallest of them.

    `held` is null of records that had none, `group` of those that are gone.
    """
    had = before.select("party_id", F.col("customer_id").alias("held"))
    both = records.select("party_id", "group").join(had, ["party_id"], how="full")
    return both.groupBy("group", "held").agg(
        F.count(F.lit(1)).alias("parties"), F.min("party_id").alias("smallest")
    )


def count_claims(overlaps: DataFrame) -> DataFrame:
    """`count_overlaps` with the smallest record of the whole group, whether the row is the one of
    that record (is_first), and whether its group has records of several ids, or its id records in
    several groups (is_contested).
    """
    # rows without a group or without an id are by themselves
    has_group, has_id = F.col("group").isNotNull(), F.col("held").isNotNull()
    of_group = Window.partitionBy("group", F.when(~has_group, F.col("held")))
    of_id = Window.partitionBy("held", F.when(~has_id, F.col("group")))
    smallest = F.min("smallest").over(of_group)
    several = (F.count("held").over(of_group) > 1) | (F.count("group").over(of_id) > 1)
    return overlaps.withColumns(
        {
            "smallest": smallest,
            "is_first": has_group & (F.col("smallest") == smallest),
            "is_contested": has_group & has_id & several,
        }
    )


def place_in_ranges(groups: DataFrame, ranges: DataFrame) -> DataFrame:
    """`groups` with the range (range, from, to; null is open) in which their smallest record is."""
    begins = F.col("from").isNull() | (F.col("smallest") >= F.col("from"))
    ends = F.col("to").isNull() | (F.col("smallest") < F.col("to"))
    return groups.join(F.broadcast(ranges), on=begins & ends, how="inner").drop("from", "to")


def list_events(overlaps: DataFrame, customers: DataFrame) -> DataFrame:
    """event_type, customer_id, other_customer_id, parties: what `customers` (group, customer_id,
    is_new) changes.

    A group takes in an id that no other keeps (merge), comes from one that does (split), is new
    (create) or has new records (absorb); an id whose records are all gone is retired.
    """
    alive = customers.filter(~F.col("is_new")).select(
        F.col("customer_id").alias("held"), F.lit(True).alias("is_alive")
    )
    came = overlaps.join(customers, ["group"], how="inner").join(alive, ["held"], how="left")
    own, other = F.col("customer_id"), F.col("held")
    is_fresh, is_split = other.isNull(), F.col("is_alive").isNotNull()
    moved = came.filter(is_fresh | (own != other)).select(
        F.when(is_fresh & F.col("is_new"), F.lit(CREATE))
        .when(is_fresh, F.lit(ABSORB))
        .when(is_split, F.lit(SPLIT))
        .otherwise(F.lit(MERGE))
        .alias("event_type"),
        F.when(is_split, other).otherwise(own).alias("customer_id"),
        F.when(is_fresh | is_split, own).otherwise(other).alias("other_customer_id"),
        "parties",
    )
    gone = overlaps.filter(other.isNotNull()).groupBy("held")
    retired = gone.agg(F.count("group").alias("groups"), F.sum("parties").alias("parties"))
    return moved.unionByName(
        retired.filter("groups = 0").select(
            F.lit(RETIRE).alias("event_type"),
            F.col("held").alias("customer_id"),
            F.col("held").alias("other_customer_id"),
            "parties",
        )
    )
