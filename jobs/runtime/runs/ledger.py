"""The ledger: which runs were opened, what each job of a run did, what was published.

A run is open from its first row until its manifest is in gold.published_runs or an `abandoned` row
closes it for ever.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.config.errors import BusyError
from holdfast.jobs.runtime.runs.lease import this_process
from holdfast.jobs.runtime.runs.records import (
    Attempt,
    JobRun,
    Run,
    fold_events,
    job_row,
    split_job_rows,
)
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import JOB_RUNS, RUNS


class Ledger:
    """Runs, job runs and manifests of one root, loaded once and kept up to date by own writes."""

    def __init__(self, store: Store, lease_minutes: float) -> None:
        self.store = store
        self.lease = timedelta(minutes=lease_minutes)
        self._unwritten: list[JobRun | Attempt] = []
        self._renewed_at = time.time()
        self.reload()

    def reload(self) -> None:
        """Read the ledger again: another process may have written."""
        columns = ("run_number", "as_of", "table_name", "table_version")
        manifest = self.store.read(PUBLISHED_RUNS).select(*columns)
        logs = (manifest, self.store.read(RUNS), self.store.read(JOB_RUNS))
        published, events, rows = run_concurrently(lambda frame: frame.collect(), logs)
        self.manifests: dict[int, dict[str, int]] = {}
        days: dict[int, date] = {}
        for row in published:
            self.manifests.setdefault(row.run_number, {})[row.table_name] = row.table_version
            days[row.run_number] = row.as_of
        self.runs = fold_events(events, days)
        self.job_runs, self._attempts = split_job_rows(rows)

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
        runs = [run for run in self.runs.values() if run.key == key]
        found = [run for run in runs if run.is_open or run.number in self.manifests]
        return found[-1] if found else None

    def done(self, run: Run) -> dict[str, JobRun]:
        """Jobs of a run that have ended."""
        return {row.job: row for row in self.job_runs if row.run_number == run.number}

    def versions_of(self, run: Run) -> dict[str, int]:
        """Table to version: what the run wrote, else what was published before it."""
        versions = dict(self.manifest)
        for row in self.done(run).values():
            versions.update(row.written_versions)
        return versions

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

    def attempts(self, run: Run) -> dict[str, list[Attempt]]:
        """Jobs of a run and each time one was begun, oldest first."""
        found: dict[str, list[Attempt]] = {}
        for attempt in self._attempts:
            if attempt.run_number == run.number:
                found.setdefault(attempt.job, []).append(attempt)
        return found

    def start(self, key: str, as_of: date | None, settings: Mapping[str, Any]) -> Run:
        """Open a run: one more than the highest number, by insert-only MERGE, so that two processes
        get one run.
        """
        number = max(self.runs, default=0) + 1
        now = datetime.now(UTC)
        row = self._event_frame(
            number, key, "opened", 0, now, as_of, {**this_process(), "settings": settings}
        )
        self.store.insert_new_keys(RUNS, row, WriteId(number, f"ledger.open.{key}"))
        published = {n: self.runs[n].as_of or now.date() for n in self.manifests if n in self.runs}
        self.runs = fold_events(self.store.read(RUNS).collect(), published)
        run = self.runs[number]
        if run.key != key:
            problem = f"Run {number} was opened by another process at the same moment."
            raise BusyError(problem, cure="Start again.")
        return run

    def join_run(self, run: Run) -> None:
        """Record that this process works on the run, too, so that nobody takes it for dead when the
        process that opened it has ended.
        """
        self.record(run, "joined", detail=this_process())

    @contextmanager
    def heartbeat(self, run: Run) -> Iterator[None]:
        """Record three heartbeats per lease while the block works, so that no other machine takes a
        long job for dead.
        """
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self.lease.total_seconds() / 3):
                with suppress(Exception):  # the work goes on without; the next one may arrive
                    self.record(run, "heartbeat", detail=this_process())

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
        row = self._event_frame(
            run.number, run.key, event, time.time_ns(), now, as_of, detail or {}
        )
        self.store.append_log(RUNS, row)
        self._renew(now.timestamp())
        run.as_of = as_of or run.as_of
        run.keep_detail(event, detail or {})
        run.is_open = run.is_open and event != "abandoned"

    def begin(self, run: Run, job: str) -> Attempt | None:
        """Record that this process begins a job; the first earlier attempt, None where it is new.

        What ended before is recorded in the same commit.
        """
        earlier = self.attempts(run).get(job, [])
        now = Attempt(run.number, job, datetime.now(UTC), this_process(), dict(self.manifest))
        self._unwritten.append(now)
        self._attempts.append(now)
        self.flush()
        return earlier[0] if earlier else None

    def finish(self, rows: Sequence[JobRun]) -> None:
        """Keep what jobs did; it is recorded with the next `begin` or `flush`."""
        self._unwritten.extend(rows)
        self.job_runs.extend(rows)

    def flush(self) -> None:
        """Record what is kept, in one commit."""
        if self._unwritten:
            values = [job_row(record) for record in self._unwritten]
            frame = self.store.spark.createDataFrame(values, JOB_RUNS.schema)
            began = time.time()
            self.store.append_log(JOB_RUNS, frame)
            self._unwritten = []
            self._renew(began)

    def close(self, run: Run) -> None:
        """Know of the run's manifest, which was just appended, without reading it."""
        self.manifests[run.number] = self.versions_of(run)
        run.is_open = False

    def confirm(self, run: Run, job: str) -> None:
        """Make sure that the job is still this process's own, before it writes.

        Within a lease of its last heartbeat nobody takes a job over; then the ledger is asked.
        Raises BusyError when another process has begun the job since, or the run was closed.
        """
        if time.time() - self._renewed_at < self.lease.total_seconds():
            return
        mine = self.attempts(run)[job][-1]
        self.reload()
        newest = self.attempts(run)[job][-1]
        if newest.started_at != mine.started_at or not self.runs[run.number].is_open:
            problem = f"Another process has taken over {job} of run {run.number}."
            raise BusyError(
                problem, cure="Let it end; this one was silent for longer than a lease."
            )
        self._renewed_at = time.time()
        self.record(run, "heartbeat", detail=this_process())

    def _renew(self, at: float) -> None:
        """Count the lease from a row written at `at` (seconds since 1970), unless it had lapsed:
        then a process that was frozen has just woken, and only `confirm` can tell whether its job
        is still its own.
        """
        if at - self._renewed_at < self.lease.total_seconds():
            self._renewed_at = at

    def _event_frame(
        self,
        number: int,
        key: str,
        event: str,
        seq: int,
        at: datetime,
        as_of: date | None,
        detail: Mapping[str, Any],
    ) -> DataFrame:
        text = json.dumps(detail, sort_keys=True, default=str)
        values = [(number, key, event, seq, at, as_of, text)]
        return self.store.spark.createDataFrame(values, RUNS.schema)
