"""Groups of records from linked pairs: copies beside the first of their like, devices beside the
person who logged in on them.
"""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.shared_keys import DEVICE

EDGE: Final = ("left", "right", "edge_kind", "match_probability", "match_weight", "pattern")


def group_copies(
    names: DataFrame, linked: DataFrame, own: DataFrame, threshold: float
) -> DataFrame:
    """party_id, group, probability of the records `names` (party_id, first_party_id).

    `linked` has name, group and certainty of what was joined among the first of equal records;
    a copy is of the group of the first where `own` (party_id, match_probability) says so.
    """
    first = linked.withColumnRenamed("name", "first_party_id")
    copied = own.select(F.col("party_id").alias("first_party_id"), "match_probability")
    is_first = F.col("party_id") == F.col("first_party_id")
    together = F.when(F.col("match_probability") >= F.lit(threshold), F.col("match_probability"))
    group = F.when(is_first | together.isNotNull(), F.coalesce("group", "first_party_id"))
    surest = F.when(is_first, F.greatest("certainty", together)).otherwise(together)
    return (
        names.join(first, ["first_party_id"], how="left")
        .join(copied, ["first_party_id"], how="left")
        .select(
            "party_id",
            F.coalesce(group, "party_id").alias("group"),
            F.coalesce(surest, F.lit(1.0)).alias("probability"),
        )
    )


def find_owners(logins: DataFrame, people: DataFrame, most: int) -> DataFrame:
    """party_id, owner: anonymous devices of `pair_devices` with the group of who logged in on them,
    where no more than so many people did; of several the smallest.
    """
    persons = people.select(F.col("party_id").alias("other"), "group")
    owned = logins.filter(~F.col("is_other_device")).join(persons, ["other"], how="inner")
    owners = F.size(F.collect_set("group"))
    return (
        owned.groupBy(F.col("device").alias("party_id"))
        .agg(F.min("group").alias("owner"), owners.alias("owners"))
        .filter(F.col("owners") <= F.lit(most))
        .drop("owners")
    )


def with_devices(people: DataFrame, owners: DataFrame, certainty: float) -> DataFrame:
    """`group_copies` with each device of `find_owners` in the group of its owner."""
    probability = F.when(F.col("owner").isNotNull(), F.lit(certainty)).otherwise(
        F.col("probability")
    )
    return people.join(owners, ["party_id"], how="left").select(
        "party_id", F.coalesce("owner", "group").alias("group"), probability.alias("probability")
    )


def pair_copies(names: DataFrame, own: DataFrame) -> DataFrame:
    """Each later one of equal records (right) with the first of them (left), as `own` scores it."""
    later = names.filter(F.col("party_id") != F.col("first_party_id")).select(
        F.col("first_party_id").alias("left"), F.col("party_id").alias("right")
    )
    return later.join(own.withColumnRenamed("party_id", "left"), ["left"], how="inner")


def list_edges(
    pairs: DataFrame, copies: DataFrame, logins: DataFrame, certainty: float, least: float
) -> DataFrame:
    """The columns of EDGE: pairs and copies of one person with a probability of `least` or more,
    and each device with who is on it.
    """
    likely = [
        scored.filter(F.col("match_probability") >= F.lit(least)).select(*EDGE)
        for scored in (pairs, copies)
    ]
    devices = logins.select(
        F.least("device", "other").alias("left"),
        F.greatest("device", "other").alias("right"),
        F.lit(DEVICE).alias("edge_kind"),
        F.lit(certainty).alias("match_probability"),
        F.lit(None).cast("double").alias("match_weight"),
        F.lit(None).cast("string").alias("pattern"),
    )
    return likely[0].unionByName(likely[1]).unionByName(devices)


def list_households(pairs: DataFrame, records: DataFrame, least: float) -> DataFrame:
    """left, right, probability: groups of two people who live together, for each of their pairs."""
    near = pairs.filter(F.col("household_probability") >= F.lit(least))
    left, right = (
        records.select(F.col("party_id").alias(side), F.col("group").alias(f"{side}_group"))
        for side in ("left", "right")
    )
    return (
        near.join(left, ["left"], how="inner")
        .join(right, ["right"], how="inner")
        .filter(F.col("left_group") != F.col("right_group"))
        .select(
            F.col("left_group").alias("left"),
            F.col("right_group").alias("right"),
            F.col("household_probability").alias("probability"),
        )
    )
