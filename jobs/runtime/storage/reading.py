"""How a version of a table becomes a frame.

Delta's own reader first rebuilds the table's state by Spark jobs over its log, which costs more
than a small table itself. Where Spark runs on this machine, delta-rs names the files of the
version, and Spark reads them as the Parquet files they are: our tables have neither deletion
vectors nor mapped columns, which a protocol of reader version 1 guarantees. Everywhere else Delta
reads.
"""

import re
from typing import Final
from urllib.parse import unquote

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.transformations.tables.table import Table

_GLOB: Final = re.compile(r"([\[\]{}*?\\])")  # characters that Spark takes for a pattern
_PLAIN_FILES: Final = 1  # the reader version up to which a table's files are its rows


def read_version(catalog: Catalog, table: Table, version: int | None) -> DataFrame:
    """A version (None: the newest) of a table that exists, with the columns that it has."""
    spark = catalog.spark
    files = list_files(catalog, table, version) if reads_files(catalog, spark) else None
    if files:
        return spark.read.schema(table.schema).parquet(*files)
    if files is not None:
        return spark.createDataFrame([], table.schema)
    return read_delta(catalog, table, version)


def read_delta(catalog: Catalog, table: Table, version: int | None = None) -> DataFrame:
    """The same by Delta's reader."""
    reader = catalog.spark.read.format("delta")
    if version is not None:
        reader = reader.option("versionAsOf", version)
    if catalog.schema:
        return reader.table(catalog.address(table))
    return reader.load(catalog.path(table))


def reads_files(catalog: Catalog, spark: SparkSession) -> bool:
    """Whether Spark runs where this process sees the files: not on a cluster. A root with a percent
    sign is left to Delta: its files' names are encoded once more than Spark decodes them.
    """
    is_plain = catalog.is_local and "%" not in catalog.root
    return is_plain and str(spark.conf.get("spark.master", "")).startswith("local")


def list_files(catalog: Catalog, table: Table, version: int | None) -> list[str] | None:
    """The files of a version, as paths that Spark takes literally (delta-rs encodes them as URIs
    without a scheme); None where they are not the table's rows as they stand.
    """
    from deltalake import DeltaTable  # here, because a platform that has Delta need not have it

    found = DeltaTable(catalog.path(table), version=version)
    if found.protocol().min_reader_version > _PLAIN_FILES:
        return None
    return sorted(literal_path(unquote(uri)) for uri in found.file_uris())


def literal_path(path: str) -> str:
    """A path that Spark takes as it stands, and not for a pattern."""
    return _GLOB.sub(r"\\\1", path)
