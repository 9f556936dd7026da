"""A job begun again: what its earlier process may still be writing, and what was written twice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from holdfast.jobs.runtime.config.errors import BusyError
from holdfast.jobs.runtime.runs.graph import Pipeline, bronze_tables
from holdfast.jobs.runtime.runs.job import BRONZE, Job
from holdfast.jobs.runtime.runs.lease import has_ended
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Attempt, Run
from holdfast.jobs.runtime.storage.store import Store, StoreError
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.jobs.runtime.storage.upkeep import holds_rows
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.tables.table import Append, Table


def list_written_tables(job: Job, sources: Sequence[Source]) -> list[Table]:
    """Every table a job writes."""
    raw = bronze_tables(sources) if BRONZE in job.writes else []
    return [*raw, *(edge for edge in job.writes if isinstance(edge, Table))]


def list_append_tables(job: Job, sources: Sequence[Source]) -> list[Table]:
    """The tables a job writes whose rows a second writing would double."""
    return [t for t in list_written_tables(job, sources) if isinstance(t.write, Append)]


def begins_anew(
    store: Store, job: Job, sources: Sequence[Source], begun_from: Mapping[str, int] | None
) -> bool:
    """Whether a job was begun before (`begun_from`: the versions it began with, None: it was not)
    and left the rows of every table as they were.
    """
    tables = list_written_tables(job, sources)
    return begun_from is not None and all(
        holds_rows(store.catalog, table, begun_from.get(table.name)) for table in tables
    )


def fence_appends(store: Store, job: Job, sources: Sequence[Source], attempt: Attempt) -> None:
    """Make Delta refuse what the process of an earlier attempt has in flight, unless it is gone."""
    if has_ended(attempt.process):
        return
    for table in list_append_tables(job, sources):
        if store.exists(table):
            store.fence(table, WriteId(attempt.run_number, attempt.job))


def name_open(run: Run) -> BusyError:
    """A run that is open, and how it is ended."""
    cure = "Add --resume to finish it, or --abandon to undo it."
    if run.row_key:
        cure = "`holdfast rekey` again finishes it, `holdfast run --abandon` undoes it."
    return BusyError(f"Run {run.number} ({run.key}) is open and its process is gone.", cure=cure)


def undo_run(store: Store, ledger: Ledger, tables: Iterable[Table], run: Run) -> None:
    """Put every table the run touched back to its published version and close the run's number for
    ever. What survives is left, but for values that the run has sealed with another key.
    """
    for table in tables:
        is_kept = table.survives_abandon and not (table.is_sealed and run.row_key)
        version = ledger.manifest.get(table.name)
        if not is_kept and not holds_rows(store.catalog, table, version):
            store.restore(table, version)
    ledger.record(run, "abandoned")


def check_appends(
    store: Store, ledger: Ledger, pipeline: Pipeline, sources: Sequence[Source], run: Run
) -> None:
    """Look through the commits of every job that was begun more than once.

    Raises StoreError where an append stands twice, so that it is never published.
    """
    begun = {job: found for job, found in ledger.attempts(run).items() if len(found) > 1}
    for name, attempts in begun.items():
        for table in list_append_tables(pipeline[name], sources):
            commits = store.catalog.commits(table, attempts[0].versions.get(table.name))
            writes = [commit.write_id for commit in commits if not commit.is_merge]
            made = Counter(w for w in writes if w and (w.run_number, w.job) == (run.number, name))
            if any(times > 1 for times in made.values()):
                raise StoreError(
                    f"{name} of run {run.number} has written {table.name} twice.",
                    cure="Undo the run with --abandon, and start again.",
                )
