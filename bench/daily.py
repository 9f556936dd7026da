"""Whether daily runs stay as quick as they were: what each day costs, with upkeep once a week.

`make bench NAME=daily ARGS="FOLDER DAYS [CUSTOMERS [ENV]]"` (300 customers and `mini` if not
given). A generated retailer's exports come in one portion per day, at most 30; each day is a
process of its own, as a schedule starts it, and `holdfast maintain` follows every seventh. FOLDER
keeps the root and FOLDER/daily.jsonl the cost of each day, so that a later call goes on where one
ended. CPU seconds are those of the process tree, its start among them. The jobs whose seconds grew
most since the third day are named. Linux only.
"""

import ctypes
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from bench.build_cost import Cost, describe, measure

SOURCE: Final = Path(__file__).parents[1] / "src"
FIRST: Final = 3  # the day that later ones are compared with
MOST: Final = 30  # days
WEEK: Final = 7
_ADOPT_ORPHANS: Final = 36  # prctl's PR_SET_CHILD_SUBREAPER, as bench.build_cost has it


def call(root: Path, *words: str) -> Cost:
    """What one command costs."""
    return measure([sys.executable, "-m", "holdfast", *words, "--root", str(root)], SOURCE, root)


def deliver(root: Path, number: int) -> None:
    """Copy a day's portion to where the run looks for it."""
    shutil.copytree(root / "deliveries" / str(number), root / "raw", dirs_exist_ok=True)


def live(folder: Path, days: int, customers: str, env: str) -> list[Cost]:
    """Run a day after the other, from the first that was not run; each is printed and kept."""
    root, log = folder / "root", folder / "daily.jsonl"
    if not (root / "raw").is_dir():
        made = ("--customers", customers, "--deliveries", str(MOST), "--env", env)
        call(root, "generate", *made)
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    costs = [Cost(**json.loads(line)) for line in lines]
    for day in range(len(costs) + 1, days + 1):
        if day > 1:
            deliver(root, day)
        costs.append(call(root, "run", "--resume", "--env", env, "--as-of", "latest"))
        print(f"day {day:3}  {describe(costs[-1])}", flush=True)
        with log.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(costs[-1])) + "\n")
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
    if len(sys.argv) < 3:
        print("daily wants a folder and days: python -m bench.daily FOLDER DAYS [CUSTOMERS [ENV]]")
        return
    folder, days = Path(sys.argv[1]).absolute(), min(int(sys.argv[2]), MOST)
    customers, env = [*sys.argv[3:5], *("300", "mini")[len(sys.argv[3:5]) :]]
    folder.mkdir(parents=True, exist_ok=True)
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1)
    costs = live(folder, days, customers, env)
    print("\n".join(name_growing(seconds_by_job(folder / "root"), FIRST, days)))
    growth = costs[-1].cpu / costs[min(FIRST, len(costs)) - 1].cpu
    print(f"day {len(costs)} costs {growth:.2f} times day {FIRST}")
    cpu = [round(cost.cpu, 1) for cost in costs]
    print(json.dumps({"bench": "daily", "cpu": cpu, "growth": growth}))


if __name__ == "__main__":
    main()
