"""CPU and memory of a process and all below it: Spark's JVM and workers count, too. Linux only."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_TICK: Final = os.sysconf("SC_CLK_TCK")


def tree_cpu() -> float:
    """CPU-seconds of this process so far, of those below it, and of those of them that have
    ended.
    """
    spent = (text.rpartition(")")[2].split()[11:15] for text in _read(os.getpid(), "stat"))
    return sum(sum(map(int, fields)) for fields in spent) / _TICK


def tree_memory(pid: int) -> float:
    """KB of proportional set size of a process and all below it."""
    found = (re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE) for text in _read(pid, "smaps_rollup"))
    return sum(float(one.group(1)) for one in found if one)


def _read(pid: int, name: str) -> Iterator[str]:
    """A file of /proc of each process of the tree."""
    waiting = [pid]
    while waiting:
        place = Path("/proc") / str(waiting.pop())
        try:
            text = (place / name).read_text()
            for task in (place / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile, and its parent has its time
            continue
        yield text
