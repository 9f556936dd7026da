"""Which customer each source's own id belongs to."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.party_id import source_id, source_of


def customer_keys(identity_map: DataFrame, parties: DataFrame) -> DataFrame:
    """gold.customer_keys: the current memberships, one row per source record.

    A record known from facts alone, without a row in silver.parties, has no kind.
    """
    kinds = parties.select("party_id", "party_kind")
    return (
        identity_map.filter(F.col("valid_to").isNull())
        .select("party_id", "customer_id", "probability")
        .join(kinds, on="party_id", how="left")
        .select(
            "party_id",
            source_of("party_id").alias("source"),
            source_id("party_id").alias("source_id"),
            "party_kind",
            "customer_id",
            "probability",
        )
    )
