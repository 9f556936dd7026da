"""Whether somebody is at work on a run."""

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from holdfast.jobs.runtime.config.errors import BusyError
from holdfast.jobs.runtime.runs.lease import is_alive
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Attempt, Run

HERE = socket.gethostname()
BEGUN_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LEASE = timedelta(minutes=15)


@pytest.fixture
def ledger() -> Ledger:
    """A ledger that knows how long a lease is, and nothing else."""
    bare: Ledger = object.__new__(Ledger)
    bare.lease = LEASE
    return bare


def run(*processes: tuple[str, int], minutes_ago: int = 0) -> Run:
    """A run with its processes (host, pid)."""
    taken: list[dict[str, Any]] = [{"host": host, "pid": pid} for host, pid in processes]
    now = datetime.now(UTC)
    return Run(1, "key", now, processes=taken, last_heartbeat=now - timedelta(minutes=minutes_ago))


def gone() -> int:
    """The id of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_run_lives_while_any_process_that_joined_it_lives() -> None:
    assert is_alive(run((HERE, gone()), (HERE, os.getppid())), LEASE)
    assert not is_alive(run((HERE, gone()), (HERE, gone())), LEASE)


def test_a_process_does_not_wait_for_itself() -> None:
    assert not is_alive(run((HERE, os.getpid())), LEASE)


def test_a_run_of_another_machine_lives_as_long_as_its_lease() -> None:
    assert is_alive(run((HERE, gone()), ("elsewhere.example", 1), minutes_ago=14), LEASE)
    assert not is_alive(run((HERE, gone()), ("elsewhere.example", 1), minutes_ago=16), LEASE)


def test_a_job_sends_heartbeats_until_it_ends_even_if_one_is_lost(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.lease = timedelta(milliseconds=30)
    given: list[str] = []
    enough = threading.Event()

    def record(run: Run, event: str, detail: Any) -> None:
        given.append(event)
        if len(given) == 1:
            raise OSError("the store was away")
        enough.set()

    monkeypatch.setattr(ledger, "record", record)
    with ledger.heartbeat(run((HERE, os.getpid()))):
        assert enough.wait(timeout=30)
    assert set(given) == {"heartbeat"}
    assert not [
        thread for thread in threading.enumerate() if thread.name.startswith("holdfast-heartbeat")
    ]


def attempt(second: int) -> Attempt:
    return Attempt(1, "ingest", BEGUN_AT + timedelta(seconds=second), {"host": HERE, "pid": 1}, {})


def lapsed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *later: Attempt) -> list[str]:
    """A ledger silent for longer than its lease, which finds `later`; what it records."""
    signs: list[str] = []
    ledger.runs = {1: run((HERE, os.getpid()))}
    ledger._attempts = [attempt(0)]
    ledger._renewed_at = time.time() - LEASE.total_seconds() - 1
    monkeypatch.setattr(ledger, "reload", lambda: ledger._attempts.extend(later))
    monkeypatch.setattr(ledger, "record", lambda run, event, detail: signs.append(event))
    return signs


def test_a_job_begun_by_another_since_the_lease_lapsed_may_not_write(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = lapsed(ledger, monkeypatch, attempt(5))
    ledger._renew(time.time())  # the heartbeat of a process that has just woken
    with pytest.raises(BusyError, match="taken over ingest"):
        ledger.confirm(ledger.runs[1], "ingest")
    assert not signs


def test_a_job_that_nobody_took_over_goes_on_and_renews_its_lease(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = lapsed(ledger, monkeypatch)
    ledger.confirm(ledger.runs[1], "ingest")
    monkeypatch.setattr(ledger, "reload", lambda: pytest.fail("asked within the lease"))
    ledger.confirm(ledger.runs[1], "ingest")
    assert signs == ["heartbeat"]
