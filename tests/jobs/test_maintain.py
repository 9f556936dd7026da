"""Upkeep of a root: fewer files, every published run as it was, nothing kept past its time, and no
job that has to run again.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config.errors import EXIT_BUSY
from holdfast.jobs.runtime.runs import runner, upkeep
from holdfast.jobs.runtime.runs.resume import begins_anew
from holdfast.jobs.runtime.storage.ddl import create_table
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import TABLES as LOGS
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT
from tests.factories import rows
from tests.fixtures import shop as small

pytestmark = pytest.mark.filterwarnings("ignore")
RUNS = range(1, 5)


@pytest.fixture(scope="module")
def root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four runs, each of which published an order more."""
    place = tmp_path_factory.mktemp("maintain") / "root"
    Store(spark, str(place)).create([*LOGS, PUBLISHED_RUNS])
    for number in RUNS:
        deliver(spark, place, number)
    return place


def deliver(spark: SparkSession, root: Path, number: int) -> None:
    small.publish(spark, root, [(ORDERS, [{"order_id": f"shop:{number}"}])], ["publish"])


def maintain(root: Path, *words: str) -> Any:
    few = ["--set", "maintain.small_files=1"]
    return CliRunner().invoke(app, ["maintain", "--root", str(root), *few, *words])


def orders(root: Path, version: int | None = None) -> DeltaTable:
    return DeltaTable(root / "silver" / "orders", version=version)


def read_runs(root: Path, *only: int) -> dict[tuple[int, str], pa.Table]:
    """Each table of published runs (default: of all), as another reader of Delta finds it."""
    manifest = DeltaTable(root / "gold" / "published_runs").to_pyarrow_table().to_pylist()
    found = {}
    for row in (row for row in manifest if not only or row["run_number"] in only):
        name, version = row["table_name"], row["table_version"]
        table = DeltaTable(root / name.replace(".", "/"), version=version).to_pyarrow_table()
        by_all = [(column, "ascending") for column in table.column_names]
        found[row["run_number"], name] = table.sort_by(by_all)
    return found


def sizes(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}


def test_a_dry_run_says_what_is_needed_and_writes_nothing(root: Path) -> None:
    before = sizes(root)
    ended = maintain(root, "--dry-run")
    assert ended.exit_code == 0, ended.stderr
    assert "silver.orders" in ended.stderr and "would be joined" in ended.stderr
    assert sizes(root) == before


def test_while_a_run_is_open_it_is_refused_and_the_run_goes_on_after_it(
    root: Path, spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shutil.copytree(root, tmp_path / "root")
    opened = small.opened(spark, place)
    run = opened.ledger.start("died", small.DAY, {})
    before = sizes(place)
    refused = maintain(place)
    assert refused.exit_code == EXIT_BUSY
    assert "--resume" in refused.stderr and sizes(place) == before
    monkeypatch.setattr(upkeep, "is_alive", lambda *_: True)
    at_work = maintain(place)
    assert at_work.exit_code == EXIT_BUSY and "is at work" in at_work.stderr
    monkeypatch.setattr(runner, "is_alive", lambda *_: False)
    assert small.opened(spark, place).run(["publish"], resume=True) is not None
    assert run.number in small.opened(spark, place).ledger.manifests
    assert maintain(place).exit_code == 0


def test_files_are_joined_and_every_published_run_reads_as_before(root: Path) -> None:
    before, scattered = read_runs(root), len(orders(root).file_uris())
    assert scattered == len(RUNS) and {number for number, _ in before} == set(RUNS)
    ended = maintain(root)
    assert ended.exit_code == 0, ended.stderr
    assert f"{scattered} ->    1 files" in ended.stderr
    assert len(orders(root).file_uris()) == 1
    after = read_runs(root)
    assert after.keys() == before.keys()
    assert all(after[key].equals(table) for key, table in before.items())


def test_upkeep_once_more_does_nothing(root: Path) -> None:
    before = sizes(root)
    assert ", 0 of them" in maintain(root).stderr
    assert sizes(root) == before


def test_a_job_that_died_before_it_wrote_begins_anew_although_files_were_joined(
    root: Path, spark: SparkSession
) -> None:
    found = small.opened(spark, root)
    job, published = found.pipeline["standardise"], found.ledger.manifest
    assert orders(root).version() > published["silver.orders"]
    assert begins_anew(found.store, job, [], published)
    before = found.store.version(ORDERS)
    found.store.write(ORDERS, rows(spark, ORDERS, [{"order_id": "x"}]), WriteId(9, "standardise"))
    assert not begins_anew(found.store, job, [], published)
    found.store.restore(ORDERS, before)
    found.store.restore(ORDERS, published["silver.orders"])


def test_files_of_versions_past_their_time_are_gone_and_the_last_run_still_opens(
    root: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "HOURS", 0)
    before, files = orders(root, 0).to_pyarrow_table(), orders(root, 0).file_uris()
    assert maintain(root).exit_code == 0
    assert orders(root, 0).to_pyarrow_table().equals(before), "no run has published the newest"
    deliver(spark, root, 5)
    last = read_runs(root, 5)
    time.sleep(1)
    ended = maintain(root)
    assert ended.exit_code == 0, ended.stderr
    assert not any(Path(file).exists() for file in files)
    with pytest.raises(Exception, match=r"(?i)not found|no such file"):
        orders(root, 0).to_pyarrow_table()
    after = read_runs(root, 5)
    assert after.keys() == last.keys() and all(after[key].equals(last[key]) for key in last)


def test_removals_are_kept_in_mind_for_as_long_as_the_contract_says(root: Path) -> None:
    """Also of a table that was made without: Delta would forget them after a week."""
    key = "delta.deletedFileRetentionDuration"
    assert key not in DeltaTable(root / "silver" / "orders", version=0).metadata().configuration
    assert orders(root).metadata().configuration[key] == "interval 30 days"
    assert f"'{key}' = 'interval 7 days'" in create_table(PII_VAULT, "vault")
