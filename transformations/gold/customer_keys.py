"""Which customer each source's own id belongs to."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


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
            F.substring_index("party_id", ":", 1).alias("source"),
            F.expr("substr(party_id, instr(party_id, ':') + 1)").alias("source_id"),
            "party_kind",
            "customer_id",
            "probability",
        )
    )
