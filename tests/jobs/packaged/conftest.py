"""Small exports in the layouts of the packaged sources: two deliveries, loaded in one run."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures.packaged import magento, shopify_admin, shopify_api, stripe, woocommerce

VENDORS: tuple[ModuleType, ...] = (shopify_admin, shopify_api, woocommerce, magento, stripe)


def name_of(vendor: ModuleType) -> str:
    """The name of the source whose exports a module writes."""
    return vendor.__name__.rpartition(".")[2]


class Silver:
    """A root after the run, and what it said."""

    def __init__(self, root: Path, said: str) -> None:
        self.root, self.said = root, said

    def rows(self, table: str, source: str) -> list[dict[str, Any]]:
        """Rows of a table that a source gave."""
        place = self.root / table.replace(".", "/")
        found = DeltaTable(place).to_pyarrow_table().to_pylist()
        return [row for row in found if row["source"] == source]

    def by(self, table: str, source: str, key: str) -> dict[str, dict[str, Any]]:
        """The same by an id without the source's name."""
        return {row[key].removeprefix(f"{source}:"): row for row in self.rows(table, source)}


@pytest.fixture(scope="session")
def silver(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Silver]:
    """The exports of tests/fixtures/packaged."""
    root = tmp_path_factory.mktemp("packaged") / "root"
    for vendor in VENDORS:
        place = root / "raw" / name_of(vendor)
        vendor.first_day(place)
        vendor.second_day(place)
    said: list[str] = []
    with open_runner("mini", str(root), [], as_of="2025-06-01", quiet=True) as runner:
        runner.progress.say = said.append  # what the screen would show
        runner.run(["ingest", "standardise"])
    yield Silver(root, "\n".join(said))
