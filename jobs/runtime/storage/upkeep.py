"""What the files of a table come to, and Delta's own means to keep them few."""

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.jobs.runtime.storage.ddl import KEPT, keep_for
from holdfast.jobs.runtime.storage.reading import literal_path
from holdfast.transformations.tables.table import Table

LARGE: Final = 128 * 2**20  # bytes of a file that is not small
_SIZES: Final = tuple(f"spark.databricks.delta.optimize.{m}FileSize" for m in ("min", "max"))
# Commits that take no file from a version.
_NEUTRAL: Final = ("VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "ADD COLUMNS")


@dataclass(frozen=True)
class Files:
    """How many there are, their bytes, and when the oldest was written (seconds since 1970)."""

    count: int = 0
    size: int = 0
    oldest: float = math.inf


@dataclass(frozen=True)
class Detail:
    """A table as it stands: where it lies, the files of its newest version, and for how long it
    keeps in mind which files it has given up.
    """

    location: str
    files: Files
    kept: str | None


def describe(catalog: Catalog, table: Table) -> Detail:
    """The newest version of a table that exists."""
    (row,) = catalog.spark.sql(f"DESCRIBE DETAIL {catalog.address(table)}").collect()
    files = Files(row.numFiles, row.sizeInBytes)
    return Detail(unquote(row.location), files, row.properties.get(KEPT))


def list_files(spark: SparkSession, locations: Collection[str]) -> dict[str, Files]:
    """By location: the data files that lie there, those of older versions among them."""
    if not locations:
        return {}
    names = spark.read.format("binaryFile").load([literal_path(name) for name in locations])
    folder = F.regexp_replace("path", "/[^/]*$", "")
    found = names.groupBy(folder.alias("folder")).agg(
        F.count(F.lit(1)).alias("files"),
        F.sum("length").alias("bytes"),
        F.min(F.unix_micros("modificationTime")).alias("oldest"),
    )
    return {
        unquote(row.folder): Files(row.files, row.bytes, row.oldest / 1e6)
        for row in found.collect()
    }


def keep_removals(catalog: Catalog, table: Table) -> None:
    """Have a table of an older package keep in mind which files it has given up for as long as its
    contract says: VACUUM takes one that it has forgotten for one that nobody needs.
    """
    text = (
        f"ALTER TABLE {catalog.address(table)} SET TBLPROPERTIES ('{KEPT}' = '{keep_for(table)}')"
    )
    catalog.spark.sql(text)


def compact(catalog: Catalog, table: Table) -> None:
    """Join small files, by the table's clustering where it has one; no row changes. Files become no
    larger than a MERGE can well write again.
    """
    with hold_settings(catalog.spark, dict.fromkeys(_SIZES, str(LARGE))):
        catalog.spark.sql(f"OPTIMIZE {catalog.address(table)}")


@contextmanager
def hold_settings(spark: SparkSession, values: Mapping[str, str]) -> Iterator[None]:
    """Settings of the session for the length of a statement."""
    before = {name: spark.conf.get(name, None) for name in values}
    for name, value in values.items():
        spark.conf.set(name, value)
    try:
        yield
    finally:
        for name, was in before.items():
            if was is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, was)


def holds_files(catalog: Catalog, table: Table, version: int | None) -> bool:
    """Whether the newest version holds every file of an older one (None: of none)."""
    return version is None or _did_only(catalog, table, version, _NEUTRAL)


def holds_rows(catalog: Catalog, table: Table, version: int | None) -> bool:
    """Whether the newest version has the rows of an older one (None: none) and no others: nothing
    was done since but upkeep.
    """
    return _did_only(catalog, table, version, (*_NEUTRAL, "OPTIMIZE", "CREATE TABLE"))


def _did_only(
    catalog: Catalog, table: Table, version: int | None, operations: Collection[str]
) -> bool:
    return all(commit.operation in operations for commit in catalog.commits(table, version))
