"""The only code that reads and writes Delta. A table's contract decides how."""

import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, DataFrameWriter, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import HoldfastError
from holdfast.jobs.runtime.spark.concurrency import side_by_side
from holdfast.jobs.runtime.storage import ddl
from holdfast.jobs.runtime.storage import merge as merges
from holdfast.jobs.runtime.storage.transactions import SessionMark, Txn
from holdfast.transformations.tables.conform import conform
from holdfast.transformations.tables.table import (
    Append,
    Overwrite,
    ReplaceWhere,
    Scd2,
    Table,
    Upsert,
    WritePolicy,
)

_RETRY = (
    "ConcurrentAppendException",
    "ConcurrentTransactionException",
    "ConcurrentDeleteReadException",
)


class StoreError(HoldfastError):
    """A write or read that would break a table's contract."""


@dataclass
class Store:
    """Tables under one root or catalog schema.

    `commits` counts the commits made through this store, for the report of each job's cost.
    """

    spark: SparkSession
    root: str
    catalog: str = ""
    commits: int = 0
    _known: set[str] = field(default_factory=set)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _mark: SessionMark = field(init=False)

    def __post_init__(self) -> None:
        self._mark = SessionMark(self.spark)

    def path(self, table: Table) -> str:
        """Where the table lies: `<root>/<layer>/<table>`."""
        return f"{self.root.rstrip('/')}/{table.layer}/{table.short_name}"

    def address(self, table: Table) -> str:
        """The quoted name that SQL and MERGE use."""
        if self.catalog:
            return ".".join(
                f"`{part}`"
                for part in (*self.catalog.split("."), f"{table.layer}_{table.short_name}")
            )
        return f"delta.`{self.path(table)}`"

    def exists(self, table: Table) -> bool:
        """Whether the table has been created."""
        if table.name not in self._known and self.version(table) is not None:
            self._known.add(table.name)
        return table.name in self._known

    def version(self, table: Table) -> int | None:
        """Newest version, or None before the table exists."""
        if self._is_local():
            log = Path(self.path(table)) / "_delta_log"
            numbers = (
                [int(entry.stem) for entry in log.glob("*.json") if entry.stem.isdigit()]
                if log.is_dir()
                else []
            )
            return max(numbers, default=None)
        try:
            newest = (
                self.spark.sql(f"DESCRIBE HISTORY {self.address(table)} LIMIT 1")
                .select("version")
                .first()
            )
        except Exception as error:
            if (
                "DELTA_MISSING" in str(error)
                or "NOT_FOUND" in str(error)
                or "doesn't exist" in str(error)
            ):
                return None
            raise
        return int(newest[0]) if newest else None

    def create(self, tables: Iterable[Table]) -> None:
        """Create what is missing and add new nullable columns; any other change of contract stops
        with its cure.
        """
        side_by_side(self._ensure, tables)

    def read(self, table: Table, version: int | None = None) -> DataFrame:
        """The table at a version (default: newest) in contract shape; empty before it exists."""
        if not self.exists(table):
            return self.spark.createDataFrame([], table.schema)
        reader = self.spark.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        return conform(
            reader.table(self.address(table)) if self.catalog else reader.load(self.path(table)),
            table,
        )

    def append_log(self, table: Table, frame: DataFrame) -> None:
        """Append to the store's own logs, without a transaction mark: looking one up costs more
        than the append, and what is read back from a log is the same whether a row stands in it
        once or twice.
        """
        shaped = conform(frame, table)
        self._retrying(lambda: self._save(table, shaped.write.format("delta").mode("append")))
        self._count()

    def write(self, table: Table, frame: DataFrame, txn: Txn, slices: Sequence[date] = ()) -> bool:
        """Write `frame` as the contract says; False when this very write had been made before.

        Append adds; Overwrite puts the frame in place of the table; ReplaceWhere in place of `slices`
        (days of the first `by` column), and refuses rows outside them; Upsert takes one row per key
        with its lowest and newest version; Scd2 takes the complete history of each key it holds.
        """
        if not self.exists(table):
            self._ensure(table)
        before = self.version(table)
        shaped = conform(frame, table)
        # Nothing to merge with in a table just created: its first rows are appended.
        policy = Append() if isinstance(table.write, Upsert | Scd2) and not before else table.write
        self._retrying(lambda: self._write(table, policy, shaped, txn, slices))
        done = self.version(table) != before
        self._count(done)
        return done

    def insert_missing(self, table: Table, frame: DataFrame, txn: Txn) -> int:
        """Insert the rows whose keys are new, by MERGE; the version that now holds them."""
        if not self.exists(table):
            self._ensure(table)
        shaped = conform(frame, table)
        before = self.version(table)
        self._retrying(
            lambda: self._merge(
                txn, lambda: merges.insert_missing(shaped, table, self.address(table))
            )
        )
        after = self.version(table)
        self._count(after != before)
        return int(after or 0)

    def restore(self, table: Table, version: int) -> None:
        """Put the table back to an older version, as a new one."""
        self._sql(f"RESTORE TABLE {self.address(table)} TO VERSION AS OF {int(version)}")
        self._count()

    def publish_view(self, table: Table, version: int) -> None:
        """Name the table at a version as a view `<layer>.<table>` in the session's catalog, for SQL
        and JDBC.
        """
        self._sql(f"CREATE DATABASE IF NOT EXISTS `{table.layer}`")
        self._sql(
            f"CREATE OR REPLACE VIEW `{table.layer}`.`{table.short_name}` AS "
            f"SELECT * FROM {self.address(table)} VERSION AS OF {int(version)}"
        )

    def _ensure(self, table: Table) -> None:
        if self.exists(table):
            self._evolve(table)
            return
        self._sql(ddl.create_table(table, self.address(table)))
        self._count()
        self._known.add(table.name)

    def _count(self, was_made: bool = True) -> None:
        with self._counting:
            self.commits += was_made

    def _write(
        self, table: Table, policy: WritePolicy, frame: DataFrame, txn: Txn, slices: Sequence[date]
    ) -> None:
        if isinstance(policy, Upsert | Scd2):
            merge = merges.upsert if isinstance(policy, Upsert) else merges.history
            self._merge(
                txn, lambda: merge(frame, table, self.address(table), lambda: self.read(table))
            )
            return
        writer = (
            frame.write.format("delta")
            .option("txnAppId", txn.application)
            .option("txnVersion", txn.number)
        )
        if isinstance(policy, Append):
            writer = writer.mode("append")
        elif isinstance(policy, Overwrite):
            writer = writer.mode("overwrite")
        elif isinstance(policy, ReplaceWhere):
            writer = writer.mode("overwrite").option(
                "replaceWhere", _in_slices(policy.by[0], slices)
            )
        self._save(table, writer)

    def _save(self, table: Table, writer: DataFrameWriter) -> None:
        if self.catalog:
            writer.saveAsTable(self.address(table).replace("`", ""))
        else:
            writer.save(self.path(table))

    def _merge(self, txn: Txn, merge: Callable[[], Any]) -> None:
        with self._mark.held(txn):
            merge()

    def _retrying(self, step: Callable[[], Any], attempts: int = 5) -> None:
        for attempt in range(attempts):
            try:
                step()
                return
            except Exception as error:
                if attempt + 1 == attempts or not any(name in str(error) for name in _RETRY):
                    raise
                time.sleep((0.2 + random.random()) * 2**attempt)

    def _evolve(self, table: Table) -> None:
        source = self.spark.read.format("delta")
        there = {
            f.name: f
            for f in (
                source.table(self.address(table)) if self.catalog else source.load(self.path(table))
            ).schema.fields
        }
        new = [column.name for column in table.columns if column.name not in there]
        strict = [name for name in new if not table[name].nullable]
        retyped = [
            c.name for c in table.columns if c.name in there and there[c.name].dataType != c.type
        ]
        gone = [name for name in there if name not in table.names]
        if strict or retyped or gone:
            what = "; ".join(
                f"{label} {', '.join(names)}"
                for label, names in (
                    ("required and new:", strict),
                    ("type changed:", retyped),
                    ("no longer declared:", gone),
                )
                if names
            )
            raise StoreError(
                f"{table.name} does not fit its contract: {what}.",
                cure="Use the version of Holdfast that "
                "wrote it, or load the raw files into a new root.",
            )
        if new:
            self._sql(ddl.add_columns(table, self.address(table), new))
            self._count()

    def _sql(self, text: str) -> None:
        self.spark.sql(text)

    def _is_local(self) -> bool:
        return not self.catalog and "://" not in self.root


def in_run(frame: DataFrame, above: int) -> DataFrame:
    """Rows that runs after number `above` wrote."""
    return frame.filter(F.col("run_number") > F.lit(above))


def _in_slices(column: str, slices: Sequence[date]) -> str:
    days = ", ".join(f"DATE'{day.isoformat()}'" for day in sorted(slices))
    return f"`{column}` IN ({days})" if days else "false"
