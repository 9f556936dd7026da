"""Whether somebody is at work: by process on this machine, by heartbeat on another."""

import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.jobs.runtime.runs.records import Run


def this_process() -> dict[str, Any]:
    """The host and id of this process."""
    return {"host": socket.gethostname(), "pid": os.getpid()}


def has_ended(process: Mapping[str, Any]) -> bool:
    """Whether a process is known to be gone: one of this machine that runs no longer."""
    return process["host"] == socket.gethostname() and not _is_running(process["pid"])


def is_alive(run: Run, lease: timedelta) -> bool:
    """Whether a process of the run still works: by its id on this machine, else by
    its heartbeat.
    """
    here = [process for process in run.processes if process["host"] == socket.gethostname()]
    if any(p["pid"] != os.getpid() and _is_running(p["pid"]) for p in here):
        return True
    is_elsewhere = len(here) < len(run.processes)
    last = run.last_heartbeat
    return is_elsewhere and last is not None and datetime.now(UTC) - last < lease


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's process is a process
        return True
    return True
