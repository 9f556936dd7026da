"""The only code that reads and writes Delta. A table's contract decides how."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, DataFrameWriter, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import HoldfastError
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.runtime.storage import ddl
from holdfast.jobs.runtime.storage import merge as merges
from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.jobs.runtime.storage.reading import read_delta, read_version
from holdfast.jobs.runtime.storage.transactions import OPTION, SessionMetadata, WriteId
from holdfast.transformations.tables.conform import conform
from holdfast.transformations.tables.table import Append, ReplaceWhere, Scd2, Table, Upsert

# Delta has refused the commit: nothing of it was written, so that it may be tried again.
_REFUSED = ("ConcurrentAppendException", "ConcurrentDeleteReadException")
_CURE = "Use the version of Holdfast that wrote it, or load the raw files into a new root."


class StoreError(HoldfastError):
    """A write or read that would break a table's contract."""


@dataclass
class Store:
    """Tables under one root or catalog schema.

    `commits` counts the commits made through this store, for the report of each job's cost;
    `_known` names the tables that are known to exist.
    """

    spark: SparkSession
    root: str
    schema: str = ""
    commits: int = 0
    catalog: Catalog = field(init=False)
    _known: set[str] = field(default_factory=set)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _metadata: SessionMetadata = field(init=False)

    def __post_init__(self) -> None:
        self.catalog = Catalog(self.spark, self.root, self.schema)
        self._metadata = SessionMetadata(self.spark)

    def exists(self, table: Table) -> bool:
        """Whether the table has been created."""
        if table.name not in self._known and self.version(table) is not None:
            self._known.add(table.name)
        return table.name in self._known

    def version(self, table: Table) -> int | None:
        """Newest version, or None before the table exists."""
        return self.catalog.version(table)

    def create(self, tables: Iterable[Table]) -> None:
        """Create what is missing, and add new nullable columns to what exists; nothing else adds a
        column to a table.

        Raises StoreError with the cure on any other change of a contract.
        """
        run_concurrently(self._ensure, tables)

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """The table at a version (default: newest) in contract shape; empty before it exists."""
        if not self.exists(table):
            return self.spark.createDataFrame([], table.schema)
        return conform(read_version(self.catalog, table, version), table)

    def append_log(self, table: Table, frame: DataFrame) -> None:
        """Append to the store's own logs, where it is the same whether a row stands
        once or twice.
        """
        shaped = conform(frame, table)
        self._retry(lambda: self._save(table, shaped.write.format("delta").mode("append")))
        self._count()

    def write(
        self, table: Table, frame: DataFrame, write_id: WriteId, slices: Sequence[date] = ()
    ) -> None:
        """Write `frame` as the contract says; the first write creates the table with its rows.

        Append adds; Overwrite puts the frame in place of the table; ReplaceWhere in place of
        `slices` (days of the first `by` column), and refuses rows outside them; Upsert takes one
        row per key with its lowest and newest version; Scd2 takes the whole history of each key it
        holds. Only a repeated Append leaves another table: whoever repeats one looks in `has_write`
        first. Raises StoreError with the cure where the table does not fit its contract.
        """
        shaped = conform(frame, table)
        self.catalog.shut(table)
        before = self.version(table)
        if before is None:
            self._create_from(table, shaped, write_id, slices)
        else:
            try:
                self._retry(lambda: self._write(table, shaped, write_id, slices))
            except AnalysisException:
                self._check_columns(table)  # the likely cause, in words that help
                raise
        self._known.add(table.name)
        self._count(self.version(table) != before)

    def insert_new_keys(self, table: Table, frame: DataFrame, write_id: WriteId) -> int:
        """Insert the rows whose keys are new, by MERGE; the version that now holds them."""
        self.catalog.shut(table)
        self._ensure(table)
        shaped, address = conform(frame, table), self.catalog.address(table)
        before = self.version(table)
        with self._metadata.hold(write_id):
            self._retry(lambda: merges.insert_new_keys(shaped, table, address))
        after = self.version(table)
        self._count(after != before)
        return int(after or 0)

    def has_write(self, table: Table, write_id: WriteId, above: int | None) -> bool:
        """Whether a commit above a version (None: any) was made by this very write."""
        return any(commit.write_id == write_id for commit in self.catalog.commits(table, above))

    def rows_written(self, table: Table, write_id: WriteId, above: int | None) -> int:
        """Rows that the commits of this write above a version (None: any) added or changed."""
        commits = self.catalog.commits(table, above)
        return sum(commit.rows_written for commit in commits if commit.write_id == write_id)

    def fence(self, table: Table, write_id: WriteId) -> None:
        """Change a property of the table, so that Delta refuses every append still in flight."""
        text = f"{write_id.run_number}.{write_id.job}.{time.time_ns()}"
        address = self.catalog.address(table)
        self.spark.sql(f"ALTER TABLE {address} SET TBLPROPERTIES ('holdfast.fence' = '{text}')")
        self._count()

    def clear(self, table: Table, write_id: WriteId) -> None:
        """Take all rows out of a table."""
        with self._metadata.hold(write_id):
            self.restore(table, None)

    def restore(self, table: Table, version: int | None) -> None:
        """Put the table back to an older version, as a new one; None: to no rows at all."""
        address = self.catalog.address(table)
        if version is None:
            self.spark.sql(f"DELETE FROM {address}")
        else:
            self.spark.sql(f"RESTORE TABLE {address} TO VERSION AS OF {int(version)}")
        self._count()

    def _ensure(self, table: Table) -> None:
        if table.name in self._known:
            return
        if self.exists(table):
            self._evolve(table)
            return
        self.spark.sql(ddl.create_table(table, self.catalog.address(table)))
        self._count()
        self._known.add(table.name)

    def _count(self, was_made: bool = True) -> None:
        with self._counting:
            self.commits += was_made

    def _create_from(
        self, table: Table, frame: DataFrame, write_id: WriteId, slices: Sequence[date]
    ) -> None:
        if isinstance(table.write, ReplaceWhere):
            by = table.write.by[0]
            frame = frame.withColumn(by, ddl.only_in(by, F.col(by).isin(list(slices))))
        view = f"holdfast_new_{table.layer}_{table.short_name}"
        ddl.with_comments(frame, table).createOrReplaceTempView(view)
        address = self.catalog.address(table)
        try:
            with self._metadata.hold(write_id):
                self.spark.sql(ddl.create_from(table, address, view))
        except Exception as error:
            # Files without a log: a first write that died before its commit.
            if "ALREADY_EXISTS" not in str(error) or self.version(table) is not None:
                raise
            with self._metadata.hold(write_id):
                self.spark.sql(ddl.create_from(table, address, view, replace=True))
        finally:
            self.spark.catalog.dropTempView(view)

    def _write(
        self, table: Table, frame: DataFrame, write_id: WriteId, slices: Sequence[date]
    ) -> None:
        policy, address = table.write, self.catalog.address(table)
        if isinstance(policy, Upsert | Scd2):
            merge = merges.upsert if isinstance(policy, Upsert) else merges.scd2
            with self._metadata.hold(write_id):
                merge(frame, table, address, lambda: self.read(table))
            return
        mode = "append" if isinstance(policy, Append) else "overwrite"
        writer = frame.write.format("delta").option(OPTION, write_id.metadata).mode(mode)
        if isinstance(policy, ReplaceWhere):
            writer = writer.option("replaceWhere", _in_slices(policy.by[0], slices))
        self._save(table, writer)

    def _save(self, table: Table, writer: DataFrameWriter) -> None:
        if self.schema:
            writer.saveAsTable(self.catalog.address(table).replace("`", ""))
        else:
            writer.save(self.catalog.path(table))

    def _retry(self, step: Callable[[], Any], attempts: int = 5) -> None:
        for attempt in range(attempts):
            try:
                step()
                return
            except Exception as error:
                if attempt + 1 == attempts or not any(name in str(error) for name in _REFUSED):
                    raise
                time.sleep((0.2 + random.random()) * 2**attempt)

    def _evolve(self, table: Table) -> None:
        addable = [column.name for column in table.columns if column.nullable]
        new = self._check_columns(table, addable)
        if new:
            self.spark.sql(ddl.add_columns(table, self.catalog.address(table), new))
            self._count()

    def _check_columns(self, table: Table, addable: Sequence[str] = ()) -> list[str]:
        """Columns of the contract that the table lacks, all of them `addable`.

        Raises StoreError with the cure where it differs from its contract in anything else.
        """
        there = read_delta(self.catalog, table).schema
        new = [name for name in table.names if name not in there.names]
        problem = ddl.describe_breach(table, there, addable)
        if problem:
            raise StoreError(f"{table.name} does not fit its contract: {problem}.", cure=_CURE)
        return new


def above_run(frame: DataFrame, number: int) -> DataFrame:
    """Rows that runs after `number` wrote."""
    return frame.filter(F.col("run_number") > F.lit(number))


def _in_slices(column: str, slices: Sequence[date]) -> str:
    days = ", ".join(f"DATE'{day.isoformat()}'" for day in sorted(slices))
    return f"`{column}` IN ({days})" if days else "false"
