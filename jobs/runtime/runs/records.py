"""What the ledger knows: runs, what each job of a run did, and each time a job was begun."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import Row


@dataclass
class Run:
    """One run: its number, key, opening time (UTC), day and whether it is still open.

    `processes` are those that opened or joined it (host, pid); `inputs` the digests of the raw
    input it began with, None before they were recorded, and `hash_key` the fingerprint of the key
    that its rows are hashed with; `row_key`, of a run that changes the root's key, the key of row
    hashes, which stays, wrapped under the new one.
    """

    number: int
    key: str
    opened_at: datetime
    as_of: date | None = None
    is_open: bool = True
    processes: list[dict[str, Any]] = field(default_factory=list)
    last_heartbeat: datetime | None = None
    inputs: frozenset[str] | None = None
    hash_key: str = ""
    row_key: str = ""

    def keep_detail(self, event: str, detail: Mapping[str, Any]) -> None:
        """Know what an event says of inputs and keys."""
        if event == "inputs":
            self.keep_inputs(detail)
        if event == "rekeyed":
            self.hash_key, self.row_key = detail["hash_key"], detail["row_key"]

    def keep_inputs(self, detail: Mapping[str, Any]) -> None:
        """Know what an event "inputs" says."""
        self.inputs, self.hash_key = frozenset(detail["digests"]), detail.get("hash_key", "")


@dataclass(frozen=True)
class JobRun:
    """What one job of one run did: `status` is done, or unchanged where it had nothing to do;
    versions are by table.
    """

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


@dataclass(frozen=True)
class Attempt:
    """A process began a job: which one, when, and the versions it may build on, by table."""

    run_number: int
    job: str
    started_at: datetime
    process: Mapping[str, Any]
    versions: Mapping[str, int]


def job_row(record: JobRun | Attempt) -> tuple[Any, ...]:
    """A row of ops.job_runs."""
    if isinstance(record, Attempt):
        begun = json.dumps(dict(record.process), sort_keys=True), record.started_at
        nothing = (None, None, None, None, None)
        return (record.run_number, record.job, "started", *begun, *nothing, _json(record.versions))
    ended = (record.started_at, record.ended_at, record.seconds, record.commits, record.fingerprint)
    read, written = _json(record.read_versions), _json(record.written_versions)
    return (record.run_number, record.job, record.status, None, *ended, read, written)


def split_job_rows(rows: Iterable[Row]) -> tuple[list[JobRun], list[Attempt]]:
    """Rows of ops.job_runs as what jobs did and when they were begun, in order."""
    ended, begun = [], []
    for r in sorted(rows, key=lambda r: (r.run_number, r.started_at)):
        key, written = (r.run_number, r.job), json.loads(r.written_versions)
        at = to_utc(r.started_at)
        if r.status == "started":
            begun.append(Attempt(*key, at, json.loads(r.process), written))
            continue
        read = json.loads(r.read_versions)
        end, result = to_utc(r.ended_at), (r.commits, r.fingerprint, read, written)
        ended.append(JobRun(*key, r.status, at, end, *result))
    return ended, begun


def fold_events(events: Iterable[Row], published: Mapping[int, date]) -> dict[int, Run]:
    """Runs by number out of rows of ops.runs; `published` holds the day of each published run."""
    runs: dict[int, Run] = {}
    for row in sorted(events, key=lambda r: (r.run_number, r.seq)):
        at = to_utc(row.at)
        run = runs.setdefault(row.run_number, Run(row.run_number, row.run_key, at))
        run.last_heartbeat = at
        run.as_of = row.as_of or run.as_of
        if row.event in ("opened", "joined"):
            run.processes.append(json.loads(row.detail or "{}"))
        run.keep_detail(row.event, json.loads(row.detail or "{}"))
        if row.event == "abandoned":
            run.is_open = False
    for number, as_of in published.items():
        if number in runs:
            runs[number].is_open, runs[number].as_of = False, as_of
    return runs


def to_utc(at: datetime) -> datetime:
    """An instant from collect(), which is naive and in the process's own zone, in UTC."""
    return at.astimezone(UTC)


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True)
