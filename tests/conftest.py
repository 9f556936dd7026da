"""One Spark session for each process of a run, with the settings of small data."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pyspark.sql import DataFrame, SparkSession
from xdist.scheduler import LoadScopeScheduling

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session as sessions
from holdfast.transformations.tables.table import Table
from tests import factories as factory
from tests.fixtures import shop as small
from tests.fixtures.labelled import first_labels

# Modules that read one root, which takes long to make: side by side they run in one process.
TOGETHER: Final = (
    ("tests/jobs/vendors/",),
    ("tests/jobs/test_ingest.py", "tests/jobs/test_standardise.py"),
    ("tests/slow/test_connect.py", "tests/slow/test_write_policies.py"),
    (
        "tests/jobs/test_poison.py",
        "tests/slow/test_clusters.py",
        "tests/slow/test_crashes.py",
        "tests/slow/test_deliveries.py",
        "tests/slow/test_elsewhere.py",
        "tests/slow/test_models.py",
        "tests/slow/test_report.py",
    ),
)


class ByRoot(LoadScopeScheduling):
    """Tests of a module run in one process, in their order, and so do modules TOGETHER."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return next((names[0] for names in TOGETHER if module.startswith(names)), module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByRoot:
    """How tests are divided among processes (`-n 2`). Groups by mark, which xdist has for this,
    are not seen with pytest 9.2.
    """
    return ByRoot(config, log)


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
    tables = [*small.first_day(), *first_labels()]
    small.publish(spark, root, tables, ["build_gold", "decide", "activate"])
    return root
