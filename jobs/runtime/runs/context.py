"""What a job sees: its tables at the run's versions, its settings, its day. Nothing else of the
outside world.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.runs import fault_injection
from holdfast.jobs.runtime.runs.declared import check_declared
from holdfast.jobs.runtime.runs.inputs import pin_inputs
from holdfast.jobs.runtime.runs.job import Job, Say
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.manifest import manifest_rows
from holdfast.jobs.runtime.runs.records import JobRun, Run
from holdfast.jobs.runtime.runs.resume import begins_anew
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.runtime.storage.plain_rows import shape_row
from holdfast.jobs.runtime.storage.store import Store, StoreError, above_run
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.tables.conform import stamp_run
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.table import Table


@dataclass
class Context:
    """One job's view of one run.

    `settings` holds the resolved settings by section; `force` says that the user asked to do the
    work again; `begun_from` holds the versions an earlier attempt at the job started from, None
    where there was none; `written` and `read_versions` what it wrote and read so far, by table.
    """

    job: Job
    run: Run
    store: Store
    ledger: Ledger
    tracking: Tracking
    settings: Settings
    sources: Sequence[Source]
    echo: Say
    force: bool = False
    begun_from: Mapping[str, int] | None = None
    written: dict[str, int] = field(default_factory=dict)
    read_versions: dict[str, Any] = field(default_factory=dict)
    _parts: set[tuple[str, str]] = field(default_factory=set)

    @property
    def spark(self) -> SparkSession:
        """The session, for making small frames."""
        return self.store.spark

    @property
    def run_number(self) -> int:
        """The number every written row carries."""
        return self.run.number

    @property
    def opened_at(self) -> datetime:
        """When the run was opened (UTC): the only clock a job may look at."""
        return self.run.opened_at

    @property
    def as_of(self) -> date:
        """The day D of the run."""
        if self.run.as_of is None:
            raise StoreError(
                "The run's day is not known yet.",
                cure="Run standardise first, or give --as-of a date.",
            )
        return self.run.as_of

    def set_as_of(self, day: date | None) -> None:
        """Fix the run's day, where settings say `latest`; one already fixed stays, None is none."""
        if self.run.as_of is None and day is not None:
            self.ledger.record(self.run, "as_of", as_of=day)

    def pin_inputs(self, digests: Sequence[str], key: str = "") -> frozenset[str]:
        """As `inputs.pin_inputs`, of this run; anew where an earlier attempt wrote nothing."""
        anew = begins_anew(self.store, self.job, self.sources, self.begun_from)
        return pin_inputs(self.ledger, self.run, digests, key, anew=anew)

    @property
    def root(self) -> Path:
        """The root as a folder, for raw files and the report."""
        return Path(self.store.root)

    @property
    def published_runs(self) -> dict[int, date | None]:
        """The runs that were published: number to day."""
        return {number: self.ledger.runs[number].as_of for number in self.ledger.manifests}

    @property
    def job_runs(self) -> list[JobRun]:
        """What each job of this run did and cost."""
        return [row for row in self.ledger.job_runs if row.run_number == self.run_number]

    @property
    def _last(self) -> JobRun | None:
        return self.ledger.last_done(self.job.name, before=self.run_number)

    @property
    def last_read(self) -> Mapping[str, Any]:
        """What this job's last published run had read, by name; empty before there was one."""
        return self._last.read_versions if self._last else {}

    def version_of(self, table: Table) -> int | None:
        """The version this run reads: what it wrote itself, else the last manifest's; shared logs
        are read newest.
        """
        if table.shared:
            return None
        for row in self.ledger.done(self.run).values():
            if table.name in row.written_versions:
                return row.written_versions[table.name]
        return self.ledger.manifest.get(table.name)

    def read(self, table: Table) -> DataFrame:
        """A declared table at the run's version; empty before anything was written."""
        check_declared(self.job, table, self.job.reads)
        version = self.version_of(table)
        self.read_versions[table.name] = version
        if version is None and not table.shared:
            return self._empty(table)
        return self.store.read(table, version)

    def read_since_last_run(self, table: Table) -> DataFrame:
        """Rows above the run number that this job's last published run had read."""
        return above_run(self.read(table), self._last.run_number if self._last else 0)

    def read_published(self, table: Table, run: int | None = None) -> DataFrame:
        """A table as last published, or as `run` published it: a job builds on an old state."""
        check_declared(self.job, table, self.job.previous)
        manifest = self.ledger.manifest if run is None else self.ledger.manifests[run]
        version = manifest.get(table.name)
        return self._empty(table) if version is None else self.store.read(table, version)

    def write(
        self, table: Table, frame: DataFrame, part: str = "", slices: Sequence[date] | None = None
    ) -> None:
        """Write a declared table once; a second write in one run needs a `part` of its own. The
        run's number and day are added where the frame does not carry them.

        `slices` are the days that the frame of a table written by slices stands for (default: the
        run's day). A job begun again makes none of its earlier writes twice.
        """
        check_declared(self.job, table, self.job.writes)
        if (table.name, part) in self._parts:
            problem = f"{self.job.name} writes {table.name} twice in one run."
            raise StoreError(problem, cure="Name each write's part.")
        self._parts.add((table.name, part))
        fault_injection.maybe_crash(f"before:{table.name}")
        write_id = self._claim_write(part)
        if self._was_made_before(table, write_id):
            self.echo(f"{table.name}: already done")
        else:
            days = slices if slices is not None else [self.run.as_of] if self.run.as_of else []
            self.store.write(
                table, stamp_run(frame, table, self.run_number, self.run.as_of), write_id, days
            )
        self._note_version(table)

    def write_each(self, frames: Mapping[Table, DataFrame], *days: date) -> None:
        """Write several declared tables side by side; `days` are the slices of each, if any."""
        run_concurrently(lambda one: self.write(one, frames[one], slices=days or None), frames)

    def clear(self, table: Table) -> None:
        """Take all rows out of a declared table that is about to be written anew."""
        check_declared(self.job, table, self.job.writes)
        ids = self._claim_write("clear"), self._claim_write("")
        if not any(self._was_made_before(table, write_id) for write_id in ids):
            self.store.clear(table, ids[0])
        self._note_version(table)

    def current_version(self, table: Table) -> int | None:
        """The version that this run wrote, else the last manifest's; the newest of what abandoning
        leaves in place, such as the vault. None before there is one.
        """
        if table.survives_abandon:
            return self.store.version(table)
        return self.written.get(table.name, self.version_of(table))

    def read_current(self, table: Table) -> DataFrame:
        """A table this job writes, as its own writes left it."""
        check_declared(self.job, table, self.job.writes)
        version = self.current_version(table)
        return self._empty(table) if version is None else self.store.read(table, version)

    def has(self, table: Table) -> bool:
        """Whether the run finds anything written to the table."""
        return self.current_version(table) is not None

    def rows_written(self, table: Table) -> int:
        """Rows that this job's commits of this run added or changed, as the commits say."""
        return self.store.rows_written(table, self._claim_write(""), self.version_of(table))

    def insert_new_keys(self, table: Table, frame: DataFrame, part: str = "") -> DataFrame:
        """Insert rows with new keys into a declared table, and the table as it stands after it."""
        check_declared(self.job, table, self.job.writes)
        stamped = stamp_run(frame, table, self.run_number, self.run.as_of)
        version = self.store.insert_new_keys(table, stamped, self._claim_write(part))
        self._note_version(table)
        return self.store.read(table, version)

    def _claim_write(self, part: str) -> WriteId:
        """The id of a write, once it is sure that no other process has taken the job over."""
        if self.job.name in self.ledger.attempts(self.run):
            self.ledger.confirm(self.run, self.job.name)
        return WriteId(self.run_number, self.job.name, part)

    def _was_made_before(self, table: Table, write_id: WriteId) -> bool:
        """Whether the job's earlier process made this write before it died."""
        if self.begun_from is None:
            return False
        return self.store.has_write(table, write_id, self.begun_from.get(table.name))

    def _note_version(self, table: Table) -> None:
        version = self.store.version(table)
        if version is not None:
            self.written[table.name] = version
        fault_injection.maybe_crash(f"after:{table.name}")

    def _empty(self, table: Table) -> DataFrame:
        return self.spark.createDataFrame([], table.schema)

    def checkpoint(self, frame: DataFrame) -> DataFrame:
        """The frame computed once and cut from its history."""
        return frame.localCheckpoint(eager=True)

    def frame_of(self, table: Table, values: Sequence[dict[str, Any]]) -> DataFrame:
        """A few plain rows in a contract's shape; the run's number and day are filled in."""
        stamps = {"run_number": self.run_number, "as_of": self.run.as_of}
        data = [shape_row({**stamps, **value}, table) for value in values]
        return self.spark.createDataFrame(data, table.schema)

    def publish(self) -> None:
        """Append the manifest: every table at the version this run leaves behind, in one commit."""
        rows = manifest_rows(self.ledger, self.run, self.store.catalog)
        if rows:
            self.write(PUBLISHED_RUNS, self.frame_of(PUBLISHED_RUNS, rows))
            self.ledger.close(self.run)
