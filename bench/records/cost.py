"""CPU-seconds of this process and all below it: Spark's JVM and workers count, too. Linux only."""

import os
from pathlib import Path
from typing import Final

_TICK: Final = os.sysconf("SC_CLK_TCK")


def tree_cpu() -> float:
    """Seconds so far, of processes that have ended as well."""
    total, waiting = 0.0, [os.getpid()]
    while waiting:
        place = Path("/proc") / str(waiting.pop())
        try:
            spent = (place / "stat").read_text().rsplit(")", 1)[1].split()[11:15]
            for task in (place / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:  # it has ended meanwhile
            continue
        total += sum(map(int, spent)) / _TICK
    return total
