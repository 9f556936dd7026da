"""One run over an export of each vendor, as small as it can be and written as the vendor writes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.sealed import opened

SAMPLES: Final = Path(__file__).parents[2] / "fixtures" / "vendors"
Row = dict[str, Any]


class Silver:
    """What became of the exports."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def rows(self, table: str) -> list[Row]:
        """All rows of a table, the values of the vault opened."""
        place = self.root / table.replace(".", "/")
        found: list[Row] = DeltaTable(place).to_pyarrow_table().to_pylist()
        return opened(found) if table == "silver.pii_vault" else found

    def of(self, source: str, table: str, key: str) -> dict[str, Row]:
        """Rows that a source fills, by their own id."""
        start = f"{source}:"
        rows = self.rows(f"silver.{table}")
        return {row[key].removeprefix(start): row for row in rows if row["source"] == source}

    def unknown_words(self, source: str) -> dict[str, str]:
        """Words that became `unknown`, by table and column."""
        return {
            row["subject"].removeprefix(f"{source} > silver."): row["detail"].split(
                "kept as unknown: "
            )[1]
            for row in self.rows("ops.dq_results")
            if row["check_name"] == "words_are_known" and row["subject"].startswith(f"{source} >")
        }

    def refused(self, source: str) -> list[tuple[str, str]]:
        """Target, or raw table, and reasons of each refused row."""
        return sorted(
            (row["target"] or row["raw_table"], row["reasons"])
            for row in self.rows("ops.quarantine")
            if row["source"] == source
        )


def at(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # up to seconds


@pytest.fixture(scope="session")
def silver(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silver]:
    """Every sample after one run of a shop in Canada."""
    root = tmp_path_factory.mktemp("vendors") / "root"
    copytree(SAMPLES, root / "raw")
    extra = ["run.currency=CAD", "run.country=CA"]
    with open_runner("mini", str(root), extra, as_of="latest", quiet=True) as runner:
        runner.run(["ingest", "standardise"])
    yield Silver(root)
