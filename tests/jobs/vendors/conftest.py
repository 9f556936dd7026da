"""Small exports in the layout of every packaged vendor, loaded in one run: samples written as the
vendor writes them, and two deliveries each of those that tests write.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from types import ModuleType
from typing import Any, Final

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures import attributes
from tests.fixtures.packaged import (
    google_ads,
    magento,
    shopify_admin,
    shopify_api,
    stripe,
    woocommerce,
)
from tests.sealed import opened

SAMPLES: Final = Path(__file__).parents[2] / "fixtures" / "vendors"
WRITTEN: Final[tuple[ModuleType, ...]] = (
    shopify_admin,
    shopify_api,
    woocommerce,
    magento,
    stripe,
    google_ads,
)
Row = dict[str, Any]


class Silver:
    """A root after the run, and what it said."""

    def __init__(self, root: Path, said: str) -> None:
        self.root, self.said = root, said

    def rows(self, table: str, source: str = "") -> list[Row]:
        """Rows of a table, those that a source gave; the values of the vault opened."""
        place = self.root / table.replace(".", "/")
        found: list[Row] = DeltaTable(place).to_pyarrow_table().to_pylist()
        rows = opened(found) if table == "silver.pii_vault" else found
        return [row for row in rows if not source or row["source"] == source]

    def by(self, table: str, source: str, key: str) -> dict[str, Row]:
        """The rows of a source by an id without the source's name."""
        return {row[key].removeprefix(f"{source}:"): row for row in self.rows(table, source)}

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
            for row in self.rows("ops.quarantine", source)
        )


def at(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # up to seconds


def name_of(vendor: ModuleType) -> str:
    """The name of the source whose exports a module writes."""
    return vendor.__name__.rpartition(".")[2]


@pytest.fixture(scope="session")
def silver(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silver]:
    """Every export after one run; the samples are those of a shop in Canada."""
    root = tmp_path_factory.mktemp("vendors") / "root"
    copytree(SAMPLES, root / "raw")
    attributes.write(root / "audit" / "people")
    for vendor in WRITTEN:
        vendor.first_day(root / "raw" / name_of(vendor))
        vendor.second_day(root / "raw" / name_of(vendor))
    zones = {"meta_ads": ", time_zone: America/Toronto"}
    canadian = [
        f"{place.name}: {{currency: CAD, country: CA{zones.get(place.name, '')}}}"
        for place in SAMPLES.iterdir()
    ]
    others = [f"{name_of(vendor)}: {{}}" for vendor in WRITTEN]
    settings = [f"sources.instances={{{', '.join([*canadian, *others])}}}"]
    said: list[str] = []
    with open_runner("mini", str(root), settings, as_of="2025-06-01", quiet=True) as runner:
        runner.progress.say = lambda text, **_: said.append(text)  # what the screen would show
        runner.run(["ingest", "standardise"])
    yield Silver(root, "\n".join(said))
