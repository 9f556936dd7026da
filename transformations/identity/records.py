"""What is known of each source record: the vault's normal forms, one row a party."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

SINGLE = ("first_name", "last_name", "address", "city", "postcode", "birth_date")
MANY = ("email", "phone", "device")


def party_records(parties: DataFrame, vault: DataFrame, available_before: date | None = None) -> DataFrame:
    """party_id, party_kind, arrays of e-mails, phones and devices, and the newest name, address and birth date.

    With `available_before` only what was known before that day counts.
    """
    known = vault.filter(F.col("normalised").isNotNull())
    people = parties.select("party_id", "party_kind", "available_at")
    if available_before is not None:
        limit = F.lit(available_before).cast("timestamp")
        known, people = known.filter(F.col("available_at") < limit), people.filter(F.col("available_at") < limit)
    values = known.groupBy("party_id").agg(
        *(F.sort_array(F.collect_set(F.when(F.col("kind") == kind, F.col("normalised")))).alias(f"{kind}s")
          for kind in MANY),
        *(_newest(kind).alias(kind) for kind in SINGLE))
    return people.drop("available_at").join(values, ["party_id"], how="left").select(
        "party_id", "party_kind", *(F.coalesce(f"{kind}s", F.array().cast("array<string>")).alias(f"{kind}s")
                                    for kind in MANY), *SINGLE)


def _newest(kind: str) -> Column:
    return F.max_by("normalised", F.when(F.col("kind") == kind, F.struct("available_at", "normalised")))
