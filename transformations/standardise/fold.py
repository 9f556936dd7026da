"""Many versions to one row a key: what the store merges."""

from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.tables.table import Table, Upsert

_LOWEST = ("version_at_first", "row_hash_first")


def upsert_rows(versions: DataFrame, table: Table) -> DataFrame:
    """One row a key of an Upsert table: mutable columns from the newest version, all others from the lowest."""
    policy = table.write
    assert isinstance(policy, Upsert)
    order = F.struct("version_at", "row_hash")
    newest = {*policy.mutable, "version_at", "row_hash"}

    def folded(name: str) -> Column:
        if name == "ingested_at":
            return F.min(name)
        if name == "run_number":
            return F.max(name)
        return (F.max_by if name in newest else F.min_by)(F.col(name), order)

    kept = [name for name in table.names if name not in table.keys]
    grouped = versions.groupBy(*table.keys).agg(*(folded(name).alias(name) for name in kept))
    return grouped.select(*table.names)


def history_rows(states: DataFrame, table: Table) -> DataFrame:
    """Intervals of a History table from all states of its keys: each lasts until the next begins."""
    order = F.col("row_hash")
    kept = [name for name in table.names if name not in (*table.keys, "valid_to")]
    entity = [name for name in table.keys if name != "valid_from"]
    one = states.groupBy(*table.keys).agg(*(F.max_by(F.col(name), order).alias(name) for name in kept))
    following = Window.partitionBy(*entity).orderBy("valid_from").rowsBetween(1, 1)
    return one.withColumn("valid_to", F.first("valid_from").over(following)).select(*table.names)


def ranked(versions: DataFrame, table: Table) -> DataFrame:
    """`versions` with `_version`: 1 for the newest of its key, above it for older ones."""
    newest = [F.col(name).desc() for name in ("version_at", "valid_from", "row_hash") if name in table.names]
    window = Window.partitionBy(*table.keys).orderBy(*newest).rowsBetween(
        Window.unboundedPreceding, Window.currentRow)
    return versions.withColumn("_version", F.row_number().over(window))


def together(frames: list[DataFrame]) -> DataFrame:
    """All frames, by name."""
    return reduce(lambda a, b: a.unionByName(b), frames)
