"""Files of a table's older versions, deleted for good."""

from typing import Final

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.jobs.runtime.storage.upkeep import hold_settings
from holdfast.transformations.tables.table import Table

# Guards of Delta's that are off for the length of a statement: it asks for a week's patience, and
# makes two versions of each VACUUM, where the published one would no longer be the newest.
_OFF: Final = {
    "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    "spark.databricks.delta.vacuum.logging.enabled": "false",
}


def delete_old_files(catalog: Catalog, table: Table, hours: float = 0) -> None:
    """Delete the files that the newest version does not hold and that were given up more than
    `hours` ago: versions older than that can no longer be read. With no hours to wait nobody may be
    writing the table.
    """
    with hold_settings(catalog.spark, _OFF):
        catalog.spark.sql(f"VACUUM {catalog.address(table)} RETAIN {float(hours)} HOURS")
