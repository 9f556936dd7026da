"""Where the tables lie, and what their logs say: versions, and who made which commit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.storage.transactions import OPTION, WriteId, parse_metadata
from holdfast.transformations.tables.table import Table

_MERGED = ("numTargetRowsInserted", "numTargetRowsUpdated")  # metrics that only a MERGE has
_ABSENT = ("DELTA_MISSING", "NOT_FOUND", "doesn't exist")  # in what Spark says of a missing table


@dataclass(frozen=True)
class Commit:
    """One commit of a table: its version, the write that made it, what Delta did and counted."""

    version: int
    write_id: WriteId | None
    operation: str
    metrics: Mapping[str, str]

    @property
    def is_merge(self) -> bool:
        """Whether a MERGE made it, which may be repeated: it doubles no row."""
        return any(name in self.metrics for name in _MERGED)

    @property
    def rows_written(self) -> int:
        """Rows added or changed, as Delta counted them: a MERGE copies others beside."""
        merged = [self.metrics[name] for name in _MERGED if name in self.metrics]
        return sum(int(rows) for rows in merged or [self.metrics.get("numOutputRows", "0")])


def locate(root: str, table: Table) -> str:
    """Where a table of a root lies: `<root>/<layer>/<table>`."""
    return f"{root.rstrip('/')}/{table.layer}/{table.short_name}"


def flat_name(table: Table) -> str:
    """The name of a table in a schema: `<layer>_<table>`."""
    return f"{table.layer}_{table.short_name}"


def address(root: str, schema: str, table: Table) -> str:
    """The quoted name of a table in SQL: in a catalog's schema, or by its path."""
    if schema:
        return quote_names(*schema.split("."), flat_name(table))
    return f"delta.{quote_names(locate(root, table))}"


def quote_names(*names: str) -> str:
    """Names as Spark SQL reads them whatever they hold, with dots between."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


@dataclass(frozen=True)
class Catalog:
    """Tables under one root, or under one schema of a platform's catalog."""

    spark: SparkSession
    root: str
    schema: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the logs are files of this machine."""
        return not self.schema and "://" not in self.root

    def path(self, table: Table) -> str:
        """Where the table lies: `<root>/<layer>/<table>`."""
        return locate(self.root, table)

    def address(self, table: Table) -> str:
        """The quoted name that SQL and MERGE use."""
        return address(self.root, self.schema, table)

    def shut(self, table: Table) -> None:
        """Let nobody but the owner into the folder of a sealed table, where folders have modes."""
        if table.is_sealed and self.is_local:
            folder = Path(self.path(table))
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)

    def version(self, table: Table) -> int | None:
        """Newest version, or None before the table exists."""
        if self.is_local:
            return max((int(entry.stem) for entry in self._log(table)), default=None)
        found = self._history(table, limit=1)
        return int(found[0]["version"]) if found else None

    def commits(self, table: Table, above: int | None) -> list[Commit]:
        """The commits above a version (None: all), oldest first."""
        least = -1 if above is None else above
        if self.is_local:
            files = sorted(entry for entry in self._log(table) if int(entry.stem) > least)
            return [_commit(int(file.stem), _commit_info(file)) for file in files]
        rows = [row for row in self._history(table) if row["version"] > least]
        return [_commit(int(row["version"]), row) for row in reversed(rows)]

    def commit_digest(self, name: str, version: int) -> str | None:
        """sha256 of the commit that made a version of a table; None where files are not seen."""
        layer, _, short = name.partition(".")
        commit = Path(self.root) / layer / short / "_delta_log" / f"{version:020d}.json"
        return hashlib.sha256(commit.read_bytes()).hexdigest() if commit.is_file() else None

    def _log(self, table: Table) -> list[Path]:
        log = Path(self.path(table)) / "_delta_log"
        return [entry for entry in log.glob("*.json") if entry.stem.isdigit()]

    def _history(self, table: Table, limit: int | None = None) -> list[dict[str, Any]]:
        text = f"DESCRIBE HISTORY {self.address(table)}" + (f" LIMIT {limit}" if limit else "")
        try:
            return [row.asDict() for row in self.spark.sql(text).collect()]
        except Exception as error:
            if any(sign in str(error) for sign in _ABSENT):
                return []
            raise


def _commit(version: int, info: Mapping[str, Any]) -> Commit:
    write_id, metrics = parse_metadata(info.get(OPTION)), info.get("operationMetrics") or {}
    return Commit(version, write_id, str(info.get("operation")), metrics)


def _commit_info(file: Path) -> dict[str, Any]:
    lines = file.read_text(encoding="utf-8").splitlines()
    found = (json.loads(line) for line in lines if '"commitInfo"' in line)
    return next((action["commitInfo"] for action in found if "commitInfo" in action), {})
