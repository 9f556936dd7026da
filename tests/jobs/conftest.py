"""Small exports, ingested and standardised on two days; read back without Spark."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from tests.fixtures import exports

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Days:
    """A root after two days, and the version that each table had after the first."""

    root: Path
    first: dict[str, int]

    def after_first(self, table: str) -> Rows:
        """The rows of a table as the first day left them."""
        return self._rows(table, self.first[table])

    def after_second(self, table: str) -> Rows:
        """The rows of a table now."""
        return self._rows(table, None)

    def _rows(self, table: str, version: int | None) -> Rows:
        found: Rows = (
            DeltaTable(self.root / table.replace(".", "/"), version=version)
            .to_pyarrow_table()
            .to_pylist()
        )
        return found


@pytest.fixture(scope="session")
def days(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """The exports of tests/fixtures/exports.py on two days."""
    base = tmp_path_factory.mktemp("days")
    folder, root = exports.mappings(base / "sources"), base / "root"
    exports.first_day(root / "raw")
    exports.ran(spark, root, folder)
    first = {
        f"{log.parent.parent.name}.{log.parent.name}": DeltaTable(log.parent).version()
        for log in root.glob("*/*/_delta_log")
    }
    exports.second_day(root / "raw")
    exports.ran(spark, root, folder)
    yield Days(root, first)
