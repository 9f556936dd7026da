"""The ledger: which runs were opened, what each job of a run did, what was published.

A run is open from its first row until its manifest is in gold.published_runs or an `abandoned` row
closes it for ever.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pyspark.sql import Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import BusyError
from holdfast.jobs.runtime.spark.concurrency import side_by_side
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import Txn
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import JOB_RUNS, RUNS


@dataclass
class Run:
    """One run: its number, key, opening time (UTC), day and whether it is still open."""

    number: int
    key: str
    opened_at: datetime
    as_of: date | None = None
    is_open: bool = True
    leases: list[dict[str, Any]] = field(default_factory=list)
    last_sign: datetime | None = None
    inputs: frozenset[str] | None = None


@dataclass(frozen=True)
class JobRun:
    """What one job of one run did."""

    run_number: int
    job: str
    status: str
    started_at: datetime
    ended_at: datetime
    commits: int
    fingerprint: str
    read_versions: Mapping[str, Any]
    written_versions: Mapping[str, int]

    @property
    def seconds(self) -> float:
        """Wall time."""
        return (self.ended_at - self.started_at).total_seconds()


class Ledger:
    """Runs, job runs and manifests of one root, loaded once and kept up to date by this process's
    own writes.
    """

    def __init__(self, store: Store, lease_minutes: int) -> None:
        self.store = store
        self.lease = timedelta(minutes=lease_minutes)
        self.reload()

    def reload(self) -> None:
        """Read the ledger again: another process may have written."""
        manifest = self.store.read(PUBLISHED_RUNS).select(
            "run_number", "as_of", "table_name", "table_version"
        )
        published, events, rows = side_by_side(
            lambda frame: frame.collect(),
            (manifest, self.store.read(RUNS), self.store.read(JOB_RUNS)),
        )
        self.manifests: dict[int, dict[str, int]] = {}
        days: dict[int, date] = {}
        for row in published:
            self.manifests.setdefault(row.run_number, {})[row.table_name] = row.table_version
            days[row.run_number] = row.as_of
        self.runs = _runs_of(events, days)
        self.job_runs = [
            JobRun(
                r.run_number,
                r.job,
                r.status,
                _utc(r.started_at),
                _utc(r.ended_at),
                r.commits,
                r.fingerprint,
                json.loads(r.read_versions),
                json.loads(r.written_versions),
            )
            for r in sorted(rows, key=lambda r: (r.run_number, r.started_at))
        ]

    @property
    def published(self) -> Run | None:
        """The last published run."""
        number = max(self.manifests, default=None)
        return self.runs.get(number) if number is not None else None

    @property
    def manifest(self) -> Mapping[str, int]:
        """Table to version as last published."""
        return self.manifests.get(max(self.manifests, default=-1), {})

    def open_run(self) -> Run | None:
        """The run that is open now."""
        return next((run for run in self.runs.values() if run.is_open), None)

    def by_key(self, key: str) -> Run | None:
        """The newest run of a key that was not abandoned."""
        found = [
            run
            for run in self.runs.values()
            if run.key == key and (run.is_open or run.number in self.manifests)
        ]
        return found[-1] if found else None

    def done(self, run: Run) -> dict[str, JobRun]:
        """Jobs of a run that have ended."""
        return {row.job: row for row in self.job_runs if row.run_number == run.number}

    def last_done(self, job: str, before: int | None = None) -> JobRun | None:
        """The job's newest run that did its work and was published."""
        rows = [
            row
            for row in self.job_runs
            if row.job == job
            and row.status == "done"
            and row.run_number in self.manifests
            and (before is None or row.run_number < before)
        ]
        return rows[-1] if rows else None

    def start(self, key: str, as_of: date | None, settings: Mapping[str, Any]) -> Run:
        """Open a run: one more than the highest number, by insert-only MERGE, so that two processes
        get one run.
        """
        number = max(self.runs, default=0) + 1
        now = datetime.now(UTC)
        row = self._row(number, key, "opened", 0, now, as_of, {**_process(), "settings": settings})
        self.store.insert_missing(RUNS, row, Txn(f"ledger.open.{key}", number))
        published = {n: self.runs[n].as_of or now.date() for n in self.manifests if n in self.runs}
        self.runs = _runs_of(self.store.read(RUNS).collect(), published)
        run = self.runs[number]
        if run.key != key:
            raise BusyError(
                f"Run {number} was opened by another process at the same moment.",
                cure="Start again.",
            )
        return run

    def take_lease(self, run: Run) -> None:
        """Say that this process works on the run too, so that nobody takes it for dead when its
        opener has ended.
        """
        self.record(run, "lease", detail=_process())

    @contextmanager
    def heartbeat(self, run: Run) -> Iterator[None]:
        """Give three signs a lease while the block works, so that no other machine takes a long job
        for dead.
        """
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self.lease.total_seconds() / 3):
                with suppress(Exception):  # the work goes on without; the next sign may arrive
                    self.record(run, "sign", detail=_process())

        with ThreadPoolExecutor(1, thread_name_prefix="holdfast-heartbeat") as pool:
            pool.submit(beat)
            try:
                yield
            finally:
                ended.set()

    def record(
        self,
        run: Run,
        event: str,
        as_of: date | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Append an event of the run."""
        now = datetime.now(UTC)
        seq = time.time_ns()
        row = self._row(run.number, run.key, event, seq, now, as_of, detail or {})
        self.store.append_log(RUNS, row)
        run.as_of = as_of or run.as_of
        run.inputs = frozenset(detail["digests"]) if detail and event == "inputs" else run.inputs
        run.is_open = run.is_open and event != "abandoned"

    def record_jobs(self, rows: list[JobRun]) -> None:
        """Append what jobs did, in one commit."""
        values = [
            (
                r.run_number,
                r.job,
                r.status,
                r.started_at,
                r.ended_at,
                r.seconds,
                r.commits,
                r.fingerprint,
                json.dumps(r.read_versions, sort_keys=True),
                json.dumps(r.written_versions, sort_keys=True),
            )
            for r in rows
        ]
        frame = self.store.spark.createDataFrame(values, JOB_RUNS.schema)
        self.store.append_log(JOB_RUNS, frame)
        self.job_runs.extend(rows)

    def is_alive(self, run: Run) -> bool:
        """Whether a process of the run still works: by pid on this machine, else by
        its last sign.
        """
        here = [lease for lease in run.leases if lease["host"] == socket.gethostname()]
        if any(lease["pid"] != os.getpid() and _runs(lease["pid"]) for lease in here):
            return True
        is_elsewhere = len(here) < len(run.leases)
        return (
            is_elsewhere
            and run.last_sign is not None
            and datetime.now(UTC) - run.last_sign < self.lease
        )

    def _row(
        self,
        number: int,
        key: str,
        event: str,
        seq: int,
        at: datetime,
        as_of: date | None,
        detail: Mapping[str, Any],
    ) -> Any:
        text = json.dumps(detail, sort_keys=True, default=str)
        frame = self.store.spark.createDataFrame(
            [(number, key, event, seq, at, as_of, text)], RUNS.schema
        )
        return frame.select(*(F.col(name) for name in RUNS.names))


def _runs_of(events: Iterable[Row], published: Mapping[int, date]) -> dict[int, Run]:
    runs: dict[int, Run] = {}
    for row in sorted(events, key=lambda r: (r.run_number, r.seq)):
        at = _utc(row.at)
        run = runs.setdefault(row.run_number, Run(row.run_number, row.run_key, at))
        run.last_sign = at
        run.as_of = row.as_of or run.as_of
        if row.event in ("opened", "lease"):
            run.leases.append(json.loads(row.detail or "{}"))
        if row.event == "inputs":
            run.inputs = frozenset(json.loads(row.detail)["digests"])
        if row.event == "abandoned":
            run.is_open = False
    for number, as_of in published.items():
        if number in runs:
            runs[number].is_open, runs[number].as_of = False, as_of
    return runs


def _process() -> dict[str, Any]:
    return {"host": socket.gethostname(), "pid": os.getpid()}


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process is a process
        return True
    return True


def _utc(at: datetime) -> datetime:
    return at.astimezone(
        UTC
    )  # a naive instant from collect() is in the process's own zone, which this assumes
