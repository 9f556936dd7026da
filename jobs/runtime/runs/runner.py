"""Walk the graph: open or join a run, skip what is unchanged, do the rest, publish."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.registry.champions import champion_rows, mirror_champions
from holdfast.jobs.runtime.registry.mlflow_store import Tracking
from holdfast.jobs.runtime.runs import fault_injection
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.fingerprint import day_of, fingerprint, read_versions, today
from holdfast.jobs.runtime.runs.graph import Pipeline
from holdfast.jobs.runtime.runs.inputs import check_jobs
from holdfast.jobs.runtime.runs.job import PUBLISH, Job, TrainedModel
from holdfast.jobs.runtime.runs.lease import is_alive
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import JobRun, Run
from holdfast.jobs.runtime.runs.resume import check_appends, fence_appends, name_open, undo_run
from holdfast.jobs.runtime.storage.store import Store
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.tables.ops import MODEL_EVENTS


class Progress(Protocol):
    """What the user sees while jobs run."""

    def start_job(self, job: str) -> None: ...
    def end_job(self, job: str, status: str, seconds: float, commits: int) -> None: ...
    def say(self, text: str, *, is_alarm: bool = False) -> None: ...


@dataclass
class Runner:
    """Everything one process needs to run jobs on one root.

    `raw_digest` gives a digest of all raw input; `force` does the work again even where nothing has
    changed.
    """

    pipeline: Pipeline
    store: Store
    ledger: Ledger
    tracking: Tracking
    settings: Settings
    sources: Sequence[Source]
    progress: Progress
    raw_digest: Callable[[], str]
    force: bool = False
    _open: Run | None = None
    _unchanged: list[JobRun] = field(default_factory=list)

    def run(
        self,
        names: Sequence[str],
        key: str | None = None,
        *,
        resume: bool = False,
        abandon: bool = False,
    ) -> Run | None:
        """Run `names` (default: the whole graph) in order; the run, or None when nothing had
        changed.

        Without a key: the open run if its process died and `resume` is given, else a fresh one that
        is opened only when a job has work to do. With a key: processes that name it share one run,
        and only `publish` publishes.
        """
        self.pipeline.check_names(names)
        wanted = [
            name for name in self.pipeline.order if name != PUBLISH and (not names or name in names)
        ]
        check_jobs(self.ledger, [self.pipeline[name] for name in wanted])
        if self._enter(key, resume=resume, abandon=abandon):
            return self._open
        try:
            for name in wanted:
                self._step(self.pipeline[name], key)
        finally:
            self.ledger.flush()
        whole = not names
        if self._open is not None and (key is None or whole or PUBLISH in names):
            self._publish(self.pipeline[PUBLISH], complete=key is not None and not whole)
        return self._open

    def run_alone(self, name: str, key: str) -> Run | None:
        """Do one job outside the graph in a run of its own, which processes that name its key go on
        with, and publish it.
        """
        if not self._enter(key, resume=False, abandon=False):
            assert self._open is not None
            if name not in self.ledger.done(self._open):
                self._do(self.pipeline[name], self._open, datetime.now(UTC))
            self._publish(self.pipeline[PUBLISH], complete=False)
        return self._open

    def _enter(self, key: str | None, *, resume: bool, abandon: bool) -> bool:
        """Join, resume or abandon what is open; True when there is nothing left to do."""
        open_run = self.ledger.open_run()
        known = self.ledger.by_key(key) if key else None
        if known is not None and not known.is_open:
            self.progress.say(f"run {known.number} ({key}) is already published")
            self._open = known
            return True
        if open_run is not None and open_run is not known:
            self._settle(open_run, resume=resume, abandon=abandon)
        if known is not None:
            self._open = known
            self.ledger.join_run(known)
        elif key is not None and self._open is None:
            self._start(key)
        return False

    def _settle(self, other: Run, *, resume: bool, abandon: bool) -> None:
        """Wait while another run's process lives; then abandon or resume it, as was asked. Raises
        BusyError where neither was.
        """
        waited = 0.0
        while is_alive(other, self.ledger.lease) and waited < 60 * self.settings.run.lease_minutes:
            if waited == 0:
                self.progress.say(f"waiting: run {other.number} ({other.key}) is at work")
            time.sleep(2)
            waited += 2
            self.ledger.reload()
            if not self.ledger.runs[other.number].is_open:
                return
        if abandon:
            self.abandon(other)
        elif resume and not other.row_key:
            self._open = other
            self.ledger.join_run(other)
            self.progress.say(f"resuming run {other.number} ({other.key})")
        else:
            raise name_open(other)

    def abandon(self, run: Run) -> None:
        """Undo a run, as resume.undo_run does, and have MLflow follow."""
        undo_run(self.store, self.ledger, self.pipeline.all_tables(self.sources), run)
        self._mirror()
        self.progress.say(f"run {run.number} ({run.key}) is abandoned")

    def _start(self, key: str | None) -> Run:
        """Open a run, with the jobs that were found unchanged before there was one."""
        setting = self.settings.run.as_of
        day = {"today": today(self.settings.run.time_zone), "latest": None}.get(setting, ...)
        as_of = date.fromisoformat(setting) if day is ... else day
        fresh = key or datetime.now(UTC).strftime("run-%Y%m%dT%H%M%S.%f")
        self._open = self.ledger.start(fresh, as_of, _plain(self.settings))
        if self._unchanged:
            number = self._open.number
            self.ledger.finish([replace(row, run_number=number) for row in self._unchanged])
            self._unchanged = []
        self._mirror()
        return self._open

    def _mirror(self) -> None:
        """Have MLflow's aliases follow the models of record."""
        if self.store.exists(MODEL_EVENTS):
            events = self.store.read(MODEL_EVENTS)
            mirror_champions(events, self.ledger.manifests, self.tracking, self.progress.say)

    def _step(self, job: Job, key: str | None) -> None:
        """Do a job, unless it is done in this run or everything it depends on is as it was."""
        if self._open is not None and job.name in self.ledger.done(self._open):
            self.progress.end_job(job.name, "already done", 0.0, 0)
            return
        versions = self._read_versions(job)
        found = self._fingerprint(job, versions)
        last = self.ledger.last_done(job.name)
        started = datetime.now(UTC)
        if last is not None and last.fingerprint == found and not self.force:
            number = self._open.number if self._open else 0
            row = JobRun(number, job.name, "unchanged", started, started, 0, found, versions, {})
            if self._open is None:
                self._unchanged.append(row)
            else:
                self.ledger.finish([row])
            self.progress.end_job(job.name, "unchanged", 0.0, 0)
            return
        run = self._open or self._start(key)
        self._do(job, run, started)

    def _do(self, job: Job, run: Run, started: datetime) -> None:
        """Do a job of a run, between its two rows of ops.job_runs; publishing has none."""
        self.progress.start_job(job.name)
        before = self.store.commits
        if job.uses_as_of and run.as_of is None and self.ledger.published:
            # no order is newer than at the last run
            self.ledger.record(run, "as_of", as_of=self.ledger.published.as_of)
        earlier = self.ledger.begin(run, job.name) if job.name != PUBLISH else None
        if earlier is not None:
            for attempt in self.ledger.attempts(run)[job.name][:-1]:
                fence_appends(self.store, job, self.sources, attempt)
        ctx = self.open_context(job, run, earlier.versions if earlier else None)
        with self.ledger.heartbeat(run):
            job(ctx)
        commits = self.store.commits - before
        if job.name != PUBLISH:
            found = self._fingerprint(job, self._read_versions(job))
            times, versions = (started, datetime.now(UTC)), (ctx.read_versions, ctx.written)
            done = JobRun(run.number, job.name, "done", *times, commits, found, *versions)
            self.ledger.finish([done])
        self.progress.end_job(
            job.name, "done", (datetime.now(UTC) - started).total_seconds(), commits
        )
        fault_injection.maybe_crash(f"done:{job.name}")

    def open_context(
        self, job: Job, run: Run, begun_from: Mapping[str, int] | None = None
    ) -> Context:
        """What `job` sees of `run`; `begun_from` as in Context."""
        world = (self.store, self.ledger, self.tracking, self.settings, self.sources)
        return Context(job, run, *world, self.progress.say, self.force, begun_from)

    def _publish(self, publish: Job, *, complete: bool) -> None:
        """Publish the open run. Raises UsageError where it must be `complete` and is not."""
        run = self._open
        assert run is not None
        done = self.ledger.done(run)
        missing = [name for name in self.pipeline.order if name != PUBLISH and name not in done]
        if complete and missing:
            raise UsageError(
                f"Run {run.number} is not complete: {', '.join(missing)} did not end.",
                cure="Run those jobs under the same --run-key first.",
            )
        self.ledger.flush()
        check_appends(self.store, self.ledger, self.pipeline, self.sources, run)
        self._do(publish, run, datetime.now(UTC))

    def _read_versions(self, job: Job) -> dict[str, Any]:
        known = (self.ledger, self._open, self.sources, self.settings)
        return read_versions(job, *known, self.raw_digest, self._model_version)

    def _model_version(self, model: TrainedModel) -> int | None:
        runs = {*self.ledger.manifests, *([self._open.number] if self._open else [])}
        champion = champion_rows(self.store.read(MODEL_EVENTS), runs).get(model.name)
        return champion.model_version if champion else None

    def _fingerprint(self, job: Job, versions: Mapping[str, Any]) -> str:
        day = day_of(job, self.settings.run, self._open, self.ledger.published)
        return fingerprint(job, versions, day, _plain(self.settings), self.sources)


def _plain(settings: Settings) -> dict[str, Any]:
    dumped: dict[str, Any] = settings.model_dump(mode="json")
    return dumped
