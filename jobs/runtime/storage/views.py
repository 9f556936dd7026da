"""Published versions as views, for SQL and JDBC."""

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.transformations.tables.table import Table


def publish_view(spark: SparkSession, catalog: Catalog, table: Table, version: int) -> None:
    """Name a version as a view `<layer>.<table>` in the session's catalog."""
    spark.sql(f"CREATE DATABASE IF NOT EXISTS `{table.layer}`")
    spark.sql(
        f"CREATE OR REPLACE VIEW `{table.layer}`.`{table.short_name}` AS "
        f"SELECT * FROM {catalog.address(table)} VERSION AS OF {int(version)}"
    )
