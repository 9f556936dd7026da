"""Files of a table's older versions, deleted at once."""

from typing import Final

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.transformations.tables.table import Table

_CHECKED: Final = "spark.databricks.delta.retentionDurationCheck.enabled"


def delete_old_files(catalog: Catalog, table: Table) -> None:
    """Delete every file that the newest version does not hold: older ones can no longer be read.

    Delta asks for a week's patience, unless this is switched off; nobody may be writing the table.
    """
    before = catalog.spark.conf.get(_CHECKED, "true")
    catalog.spark.conf.set(_CHECKED, "false")
    try:
        catalog.spark.sql(f"VACUUM {catalog.address(table)} RETAIN 0 HOURS")
    finally:
        catalog.spark.conf.set(_CHECKED, str(before))
