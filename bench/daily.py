"""Whether daily runs stay as quick as they were: what each day costs, with upkeep once a week.

`make bench NAME=daily ARGS="DAYS [CUSTOMERS [ENV]]"` (300 customers and `mini` if not given). A
generated retailer's exports come in one portion per day; each day is a process of its own, as a
schedule starts it, and `holdfast maintain` follows every seventh. CPU seconds are those of the
process tree, its start among them. The jobs whose seconds grew most since the third day are named.
Linux only.
"""

import ctypes
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from bench.build_cost import Cost, describe, measure

SOURCE: Final = Path(__file__).parents[1] / "src"
FIRST: Final = 3  # the day that later ones are compared with
WEEK: Final = 7
_ADOPT_ORPHANS: Final = 36  # prctl's PR_SET_CHILD_SUBREAPER, as bench.build_cost has it


def call(root: Path, *words: str) -> Cost:
    """What one command costs."""
    return measure([sys.executable, "-m", "holdfast", *words, "--root", str(root)], SOURCE, root)


def deliver(root: Path, number: int) -> None:
    """Copy a day's portion to where the run looks for it."""
    shutil.copytree(root / "deliveries" / str(number), root / "raw", dirs_exist_ok=True)


def live(root: Path, days: int, env: str) -> list[Cost]:
    """Run a day after the other; each is printed."""
    costs = []
    for day in range(1, days + 1):
        if day > 1:
            deliver(root, day)
        costs.append(call(root, "run", "--env", env, "--as-of", "latest"))
        print(f"day {day:3}  {describe(costs[-1])}", flush=True)
        if day % WEEK == 0:
            print(f"maintain {describe(call(root, 'maintain', '--env', env))}", flush=True)
    return costs


def seconds_by_job(root: Path) -> dict[str, dict[int, float]]:
    """Seconds of each job by run, from ops.job_runs."""
    rows = DeltaTable(root / "ops" / "job_runs").to_pyarrow_table().to_pylist()
    found: dict[str, dict[int, float]] = {}
    for row in (row for row in rows if row["status"] == "done"):
        found.setdefault(row["job"], {})[row["run_number"]] = row["seconds"]
    return found


def name_growing(jobs: dict[str, dict[int, float]], first: int, last: int) -> Sequence[str]:
    """A line for each of the five jobs that take most seconds more than they took."""
    more = {
        job: (runs[first], runs[last])
        for job, runs in jobs.items()
        if first in runs and last in runs
    }
    worst = sorted(more, key=lambda job: more[job][0] - more[job][1])[:5]
    return [f"  {job:20} {more[job][0]:6.1f} s -> {more[job][1]:6.1f} s" for job in worst]


def main() -> None:
    """Print each day, what grew, and the JSON line."""
    if len(sys.argv) < 2:
        print("daily wants a number of days: python -m bench.daily DAYS [CUSTOMERS [ENV]]")
        return
    days = int(sys.argv[1])
    customers = sys.argv[2] if len(sys.argv) > 2 else "300"
    env = sys.argv[3] if len(sys.argv) > 3 else "mini"
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1)
    with tempfile.TemporaryDirectory(prefix="holdfast-daily-") as place:
        root = Path(place) / "root"
        made = ("--customers", customers, "--deliveries", str(days), "--env", env)
        call(root, "generate", *made)
        costs = live(root, days, env)
        print("\n".join(name_growing(seconds_by_job(root), FIRST, days)))
    growth = costs[-1].cpu / costs[min(FIRST, days) - 1].cpu
    cpu = [round(cost.cpu, 1) for cost in costs]
    print(f"the last day costs {growth:.2f} times day {FIRST}")
    print(json.dumps({"bench": "daily", "cpu": cpu, "growth": growth}))


if __name__ == "__main__":
    main()
