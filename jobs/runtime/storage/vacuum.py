"""Files of a table's older versions, deleted for good."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.transformations.tables.table import Table

# Delta's own guards, which are off for the length of a statement: it asks for a week's patience,
# and makes two versions of each VACUUM, where the published one would no longer be the newest.
_OFF: Final = (
    "spark.databricks.delta.retentionDurationCheck.enabled",
    "spark.databricks.delta.vacuum.logging.enabled",
)


def delete_old_files(catalog: Catalog, table: Table, hours: float = 0) -> None:
    """Delete the files that the newest version does not hold and that were given up more than
    `hours` ago: versions older than that can no longer be read. With no hours to wait nobody may be
    writing the table.
    """
    with _without(catalog.spark, _OFF):
        catalog.spark.sql(f"VACUUM {catalog.address(table)} RETAIN {float(hours)} HOURS")


@contextmanager
def _without(spark: SparkSession, names: tuple[str, ...]) -> Iterator[None]:
    before = {name: spark.conf.get(name, None) for name in names}
    for name in names:
        spark.conf.set(name, "false")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, value)
