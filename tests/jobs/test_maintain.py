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
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.gold import CALENDAR
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT
from tests.factories import rows
from tests.fixtures import shop as small

pytestmark = pytest.mark.filterwarnings("ignore")
RUNS = range(1, 5)


@pytest.fixture(scope="module")
def root(spark: SparkSession, shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop after three more runs, each with an order more; gold follows the last."""
    place = tmp_path_factory.mktemp("maintain") / "root"
    shutil.copytree(shop, place)
    for number in (2, 3, 4):
        deliver(spark, place, number, *(["build_gold"] if number == 4 else []))
    return place


def deliver(spark: SparkSession, root: Path, number: int, *jobs: str) -> None:
    about = {
        "order_id": f"shop:n{number}",
        "party_id": "shop:1",
        "source": "shop",
        "currency": "USD",
    }
    order = {**about, "event_at": "2025-12-30", "ordered_on": "2025-12-30", "net_amount": number}
    small.publish(spark, root, [(ORDERS, [order])], [*jobs, "publish"])


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


def test_upkeep_once_more_finds_nothing_and_no_job_runs_again(
    root: Path, spark: SparkSession
) -> None:
    before = sizes(root)
    assert "0 of them" in maintain(root).stderr
    assert small.opened(spark, root).run(["build_gold"]) is None
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


def test_a_table_of_an_older_package_keeps_its_removals_in_mind_from_now_on(
    root: Path, spark: SparkSession
) -> None:
    place, key = root / "gold" / "calendar", "delta.deletedFileRetentionDuration"
    assert DeltaTable(place).metadata().configuration[key] == "interval 30 days"
    catalog = small.opened(spark, root).store.catalog
    spark.sql(f"ALTER TABLE {catalog.address(CALENDAR)} UNSET TBLPROPERTIES ('{key}')")
    assert maintain(root).exit_code == 0
    assert DeltaTable(place).metadata().configuration[key] == "interval 30 days"
    assert f"'{key}' = 'interval 7 days'" in create_table(PII_VAULT, "vault")
