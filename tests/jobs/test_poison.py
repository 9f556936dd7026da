"""Poison in the raw files: what comes after a day, new versions of old records among it, changes no
snapshot of it.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import run_standalone
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.progress import Lines
from holdfast.jobs.runtime.runs.records import JobRun
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.jobs.stages import raw_files
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.tables.features import PURCHASE_CELLS
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import TABLES as LOGS
from holdfast.transformations.tables.silver import IDENTITY_MAP, ORDER_LINES, ORDERS
from holdfast.transformations.tables.table import Table
from tests.frames import assert_same_rows
from tests.jobs.poison import plant

pytestmark = pytest.mark.slow
D = datetime(2025, 2, 1)
SETTINGS = [f"run.as_of={D:%F}", "synthetic.days=500", "synthetic.broken_rate=0"]


def opened(spark: SparkSession, root: Path) -> Runner:
    values = settings.load("mini", SETTINGS).values
    store = Store(spark, str(root))
    store.create([*LOGS, PUBLISHED_RUNS])
    found = load_sources(values.sources, str(root))
    return Runner(
        PIPELINE,
        store,
        Ledger(store, 15),
        Tracking(root),
        values,
        found,
        Lines(quiet=True),
        lambda: raw_files.digest(found),
    )


@pytest.fixture(scope="module")
def clean(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Features of a day from raw exports that reach past it."""
    root = tmp_path_factory.mktemp("clean") / "root"
    run_standalone(opened(spark, root), "generate")
    runner = opened(spark, root)
    runner.run(["ingest", "standardise", "resolve_identity", "build_features"])
    return runner


@pytest.fixture(scope="module")
def poisoned(
    spark: SparkSession, clean: Runner, tmp_path_factory: pytest.TempPathFactory
) -> Runner:
    """The same of poisoned exports, under the other's identity map."""
    root = tmp_path_factory.mktemp("poisoned") / "root"
    shutil.copytree(Path(clean.store.root) / "raw", root / "raw")
    plant(root / "raw", D, Random(4))
    opened(spark, root).run(["ingest", "standardise"])
    runner = opened(spark, root)
    run = runner.ledger.start("pinned", D.date(), {})
    runner.store.write(IDENTITY_MAP, clean.store.read(IDENTITY_MAP), WriteId(run.number, "pinned"))
    now = datetime.now(UTC)
    runner.ledger.finish(
        [
            JobRun(
                run.number,
                "pinned",
                "done",
                now,
                now,
                1,
                "",
                {},
                {IDENTITY_MAP.name: runner.store.version(IDENTITY_MAP) or 0},
            )
        ]
    )
    runner.run(["build_features"], resume=True)
    return runner


def held(runner: Runner, table: Table) -> pd.DataFrame:
    frame: pd.DataFrame = runner.store.read(table).toPandas()
    return frame


def assert_same_in_both(table: Table, clean: Runner, poisoned: Runner) -> None:
    """Equal rows but for the number of the run that wrote them."""
    assert_same_rows(*(one.store.read(table).drop("run_number") for one in (clean, poisoned)))


def test_the_poison_is_in_the_silver_facts(clean: Runner, poisoned: Runner) -> None:
    mine, theirs = (held(runner, ORDERS).set_index("order_id") for runner in (clean, poisoned))
    both = mine.index.intersection(theirs.index)
    assert len(theirs.index.difference(mine.index)) > 100
    assert len(mine.index.difference(theirs.index)) > 100
    assert (mine.loc[both, "net_amount"] != theirs.loc[both, "net_amount"]).sum() > 100
    assert (mine.loc[both, "net_amount_first"] == theirs.loc[both, "net_amount_first"]).all()
    assert (
        theirs.loc[both, "cancelled_at"].notna().sum()
        > mine.loc[both, "cancelled_at"].notna().sum() + 100
    )
    assert theirs.loc[both, "withdrawn_at"].notna().sum() > 100
    assert "Planted" in set(held(poisoned, ORDER_LINES)["category"])


def test_snapshots_of_the_day_are_equal_to_the_last_bit(clean: Runner, poisoned: Runner) -> None:
    mine = held(clean, SNAPSHOTS)
    assert len(mine) > 100 and mine["as_of"].nunique() == 3
    assert [name for name in NAMES if mine[name].notna().sum() == 0] == []
    assert_same_in_both(SNAPSHOTS, clean, poisoned)


def test_purchase_cells_of_the_day_are_equal(clean: Runner, poisoned: Runner) -> None:
    assert_same_in_both(PURCHASE_CELLS, clean, poisoned)
