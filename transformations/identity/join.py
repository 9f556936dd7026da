"""Identity joined at read: knowledge about rows, never burnt into them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def with_customer(frame: DataFrame, identity_map: DataFrame) -> DataFrame:
    """Rows of `frame` that have a customer, with customer_id, by their party_id; the map's version
    is the caller's.
    """
    return frame.join(
        current(identity_map).select("party_id", "customer_id"), ["party_id"], how="inner"
    )


def current(identity_map: DataFrame) -> DataFrame:
    """The memberships that hold now: one row per party."""
    return identity_map.filter(F.col("valid_to").isNull())


def with_identity_run(frame: DataFrame, identity_map: DataFrame) -> DataFrame:
    """Rows of current customers, with identity_run: the run of their newest identity row."""
    newest = F.max("run_number").alias("identity_run")
    runs = current(identity_map).groupBy("customer_id").agg(newest)
    return frame.join(runs, ["customer_id"], how="inner")
