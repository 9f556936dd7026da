"""A folder for what a session writes beside the tables: shuffles, spills, the JVM's own files.

A process that ends removes its own. One that was killed cannot, and a run's spills may be
gigabytes: the next one removes them. A folder's owner holds a lock on a file in it, which the
operating system lets go with the process.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

PREFIX: Final = "holdfast-spark-"
_LOCK: Final = "owner"
_held: list[int] = []  # for as long as this process lives


def make_scratch() -> Path:
    """A new folder, gone at the end of the process; those of killed processes are removed first."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if _is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=PREFIX))
    unnamed = scratch / "new"  # nobody asks for its lock before it is held
    unnamed.touch()
    _held.append(_lock(unnamed))
    unnamed.rename(scratch / _LOCK)
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    return scratch


def _is_abandoned(scratch: Path) -> bool:
    """Whether the owner's lock is free; a folder without one, or of another user, is left alone."""
    try:
        os.close(_lock(scratch / _LOCK))
    except OSError:
        return False
    return True


def _lock(path: Path) -> int:
    """The open file, locked. Raises OSError where another process holds it or it is not there."""
    opened = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
