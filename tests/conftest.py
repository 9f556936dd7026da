"""One Spark session for each process of a run, with the settings of small data."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session as sessions
from holdfast.transformations.tables.table import Table
from tests import factories as factory
from tests.fixtures import shop as small

# Roots that take long to make and that several modules read.
ROOTS: Final = ("silver", "days", "clean", "retailer", "two_clean_runs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side (`-n 2`), tests that read one root run in one process, and so do those of a
    module.
    """
    for item in items:
        used: list[str] = getattr(item, "fixturenames", [])
        group = next((root for root in ROOTS if root in used), item.nodeid.partition("::")[0])
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The session; plans run on one partition without adaptive execution, which only costs on tiny
    frames.
    """
    opened = sessions.open_session(
        settings.load("mini", ["spark.checkpoint_interval=1000"]).values.spark, "holdfast-tests"
    )
    yield opened
    opened.stop()


@pytest.fixture
def rows(spark: SparkSession) -> Callable[[Table, list[dict[str, object]]], DataFrame]:
    """`rows(TABLE, [{...}])`: a frame of the contract's shape; what a row does not mention is
    filled.
    """
    return lambda table, values: factory.rows(spark, table, values)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty root."""
    return tmp_path / "root"


@pytest.fixture(scope="session")
def shop(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a small shop with one published run: see tests/fixtures/shop.py. Tests read it;
    none writes a table that exists.
    """
    root = tmp_path_factory.mktemp("shop") / "root"
    small.publish(spark, root, small.first_day(), ["build_gold", "activate"])
    return root
