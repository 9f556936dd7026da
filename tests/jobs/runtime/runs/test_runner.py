"""Runs: what is skipped, what is resumed, what is undone."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import BusyError, UsageError
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.graph import Pipeline
from holdfast.jobs.runtime.runs.job import RAW, Job
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.storage.store import Store, StoreError
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CUSTOMER_REDIRECTS, PUBLISHED_RUNS
from holdfast.transformations.tables.silver import IDENTITY_EDGES
from tests.frames import assert_same_rows

Made = Callable[..., Runner]
DEFAULTS = settings.load().values


def toys(root: Path, rows: Any) -> Pipeline:
    """Two jobs: `first` writes a table from raw input, `second` writes one from it."""

    def first(ctx: Context) -> None:
        edge = {"left_party_id": "a", "right_party_id": "b", "run_number": 1}
        ctx.write(IDENTITY_EDGES, rows(IDENTITY_EDGES, [edge]))

    def second(ctx: Context) -> None:
        ctx.read(IDENTITY_EDGES)
        if (root / "fail").exists():
            raise RuntimeError("power cut")
        redirect = {"customer_id": 7, "run_number": ctx.run_number}
        ctx.write(CUSTOMER_REDIRECTS, rows(CUSTOMER_REDIRECTS, [redirect]))

    return Pipeline(
        (
            Job("first", first, (RAW,), (IDENTITY_EDGES,)),
            Job("second", second, (IDENTITY_EDGES,), (CUSTOMER_REDIRECTS,)),
            Job("publish", lambda ctx: ctx.publish(), (), (PUBLISHED_RUNS,)),
        )
    )


@pytest.fixture
def made(spark: SparkSession, root: Path, rows: Any) -> Made:
    """A runner over the two jobs, as a new process would make it."""
    jobs, heard = toys(root, rows), list[tuple[str, str]]()
    progress = SimpleNamespace(
        start_job=lambda job: None,
        say=lambda text: None,
        heard=heard,
        end_job=lambda job, status, seconds, commits: heard.append((job, status)),
    )

    def make(raw: str = "v1", pipeline: Pipeline = jobs, **changes: Any) -> Runner:
        store = Store(spark, str(root))
        heard.clear()
        values = changes.pop("settings", DEFAULTS)
        known = (Ledger(store, 15), Tracking(root), values, [], progress, lambda: raw)
        return Runner(pipeline, store, *known, **changes)

    return make


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where roots that several tests begin with are kept."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def published(made: Made, root: Path, kept: Path) -> Made:
    """`made` on a root with one published run, of the key `nightly`."""
    return _begun(made, root, kept / "published", lambda: made().run([], key="nightly"))


@pytest.fixture
def died(made: Made, root: Path, kept: Path) -> Made:
    """`made` on a root whose first run ended in its second job, by a fault that is mended."""

    def die() -> None:
        root.mkdir()
        (root / "fail").touch()
        with pytest.raises(RuntimeError, match="power cut"):
            made().run([])
        (root / "fail").unlink()

    return _begun(made, root, kept / "died", die)


def _begun(made: Made, root: Path, keep: Path, begin: Callable[[], object]) -> Made:
    """`made` on a root that `begin` fills, once; later tests get a copy of what it left."""
    if keep.exists():
        shutil.copytree(keep, root)
    else:
        begin()
        shutil.copytree(root, keep)
    return made


def test_a_second_run_on_the_same_input_does_nothing_at_all(published: Made) -> None:
    again = published()
    before = again.store.commits
    assert again.run([]) is None
    assert again.progress.heard == [("first", "unchanged"), ("second", "unchanged")]
    assert again.store.commits == before


def test_new_input_runs_what_depends_on_it(published: Made) -> None:
    again = published("v2")
    again.run([])
    assert again.progress.heard == [("first", "done"), ("second", "done"), ("publish", "done")]


def test_a_job_run_alone_on_the_latest_day_takes_the_published_one(made: Made) -> None:
    made(settings=settings.load("local", ["run.as_of=2025-06-01"]).values).run([])
    done = made(settings=settings.load("local", ["run.as_of=latest"]).values, force=True).run(
        ["second"]
    )
    assert done is not None and (done.number, done.as_of) == (2, date(2025, 6, 1))


def test_a_run_that_died_must_be_resumed_or_abandoned_by_name(died: Made) -> None:
    with pytest.raises(BusyError, match="is open") as error:
        died().run([])
    assert "--resume" in error.value.cure and "--abandon" in error.value.cure


def test_a_resumed_run_does_only_what_is_left(died: Made) -> None:
    again = died()
    again.run([], resume=True)
    assert again.progress.heard == [
        ("first", "already done"),
        ("second", "done"),
        ("publish", "done"),
    ]
    assert again.ledger.published is not None and again.ledger.published.number == 1


def test_a_resumed_run_takes_a_mended_file_only_where_it_had_written_nothing(
    made: Made, root: Path, rows: Any
) -> None:
    pinned: list[frozenset[str]] = []

    def load(ctx: Context) -> None:
        digest, dies = (root / "file").read_text().split()
        pinned.append(ctx.pin_inputs([digest]))
        if dies == "early":
            raise RuntimeError("unreadable")
        edge = {"left_party_id": "a", "right_party_id": "b", "run_number": 1}
        ctx.write(IDENTITY_EDGES, rows(IDENTITY_EDGES, [edge]))
        raise RuntimeError("power cut")

    jobs = Pipeline((Job("load", load, (RAW,), (IDENTITY_EDGES,)),))
    root.mkdir()
    for file in ("broken early", "mended late", "another late"):
        (root / "file").write_text(file)
        with pytest.raises(RuntimeError):
            made(pipeline=jobs).run(["load"], resume=True)
    assert pinned == [{"broken"}, {"mended"}, {"mended"}]


def test_an_abandoned_run_leaves_no_row_and_its_number_is_not_used_again(died: Made) -> None:
    again = died()
    run = again.run([], abandon=True)
    assert run is not None and run.number == 2
    assert again.store.read(IDENTITY_EDGES).count() == 1


def test_a_published_key_is_closed(published: Made) -> None:
    again = published("v2")
    assert again.run([], key="nightly") is not None
    assert again.progress.heard == []


def test_processes_of_one_key_share_a_run_and_only_publish_publishes(made: Made) -> None:
    made().run(["first"], key="k")
    assert made().ledger.manifest == {}
    with pytest.raises(UsageError, match="second did not end"):
        made().run(["publish"], key="k")
    made().run(["second"], key="k")
    made().run(["publish"], key="k")
    assert set(made().ledger.manifest) == {IDENTITY_EDGES.name, CUSTOMER_REDIRECTS.name}


def test_a_job_cannot_use_a_table_it_does_not_declare(made: Made) -> None:
    rogue = Job(
        "first", lambda ctx: ctx.write(LABELS, ctx.read(LABELS)) or None, (), (IDENTITY_EDGES,)
    )
    with pytest.raises(StoreError, match=r"features\.labels without declaring it"):
        made(pipeline=Pipeline((rogue,))).run(["first"])


def test_what_a_job_writes_carries_the_number_and_the_day_of_its_run(
    made: Made, rows: Any, spark: SparkSession
) -> None:
    def bare(ctx: Context) -> None:
        ctx.write(LABELS, rows(LABELS, [{"customer_id": 7}]).drop("run_number", "as_of"))
        ctx.insert_new_keys(IDENTITY_EDGES, rows(IDENTITY_EDGES, [{}]).drop("run_number"))

    jobs = (
        Job("bare", bare, (), (LABELS, IDENTITY_EDGES)),
        Job("publish", lambda ctx: ctx.publish(), (), (PUBLISHED_RUNS,)),
    )
    june = settings.load("local", ["run.as_of=2025-06-01"]).values
    made().ledger.start("earlier", None, {})
    runner = made(pipeline=Pipeline(jobs), settings=june)
    runner.run([], abandon=True)
    assert_same_rows(
        runner.store.read(LABELS).select("run_number", "as_of", "customer_id"),
        spark.createDataFrame(
            [(2, date(2025, 6, 1), 7)], "run_number long, as_of date, customer_id long"
        ),
    )
    assert [row.run_number for row in runner.store.read(IDENTITY_EDGES).collect()] == [2]


def test_an_unknown_job_is_named(made: Made) -> None:
    with pytest.raises(UsageError, match="no job frist"):
        made().run(["frist"])
