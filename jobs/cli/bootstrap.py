"""A runner on a root, and jobs that are started outside the graph."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.places import resolve_root
from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.progress import Lines
from holdfast.jobs.runtime.runs.records import Run
from holdfast.jobs.runtime.runs.runner import Progress, Runner
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.stages import raw_files
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import TABLES as LOGS


@contextmanager
def open_runner(
    env: str,
    root: str,
    overrides: Sequence[str],
    *,
    as_of: str = "",
    mappings: str = "",
    only_source: str = "",
    path: str = "",
    force: bool = False,
    quiet: bool = False,
    jobs: Sequence[str] | None = None,
) -> Iterator[Runner]:
    """A runner on a root, with settings resolved and the shared logs created. `jobs` are those of a
    run (empty: all): what they lack is said before Spark starts.
    """
    extra = [f"run.as_of={as_of}"] * bool(as_of) + [f"sources.folder={mappings}"] * bool(mappings)
    values = settings.load(env, [*overrides, *extra]).values
    place = resolve_root(root, values.run.root)
    found = load_sources(values.sources, place, only=only_source, path=path)
    if jobs is not None:
        check_request(jobs, found, place)
    yield make_runner(values, place, found, Lines(quiet=quiet), force=force)


def make_runner(
    values: Settings, root: str, sources: Sequence[Source], progress: Progress, *, force: bool
) -> Runner:
    """A runner over these sources, with the session started and the shared logs created."""
    spark = session.open_session(values.spark)
    store = Store(spark, root, values.run.catalog)
    store.create([*LOGS, PUBLISHED_RUNS])
    return Runner(
        PIPELINE,
        store,
        Ledger(store, values.run.lease_minutes),
        Tracking(Path(store.root)),
        values,
        sources,
        progress,
        lambda: raw_files.digest(sources, spark),
        force,
    )


def check_request(jobs: Sequence[str], sources: Sequence[Source], root: str) -> None:
    """Raises UsageError where there is no such job, InputError where there is nothing to ingest."""
    PIPELINE.check_names(jobs)
    if not jobs or "ingest" in jobs:
        raw_files.check_any(sources, Path(root))


def start_standalone(name: str, env: str, root: str, overrides: Sequence[str]) -> None:
    """Open a root and run a job that stands outside the graph, such as generate or report."""
    with open_runner(env, root, overrides) as runner:
        run_standalone(runner, name)


def run_standalone(runner: Runner, name: str) -> None:
    """Call a job that publishes nothing, on the last published run."""
    job, before = runner.pipeline[name], runner.store.commits
    began = datetime.now(UTC)
    last = runner.ledger.published or Run(0, name, began)
    runner.progress.start_job(name)
    job(runner.open_context(job, last))
    commits, seconds = runner.store.commits - before, (datetime.now(UTC) - began).total_seconds()
    runner.progress.end_job(name, "done", seconds, commits)
