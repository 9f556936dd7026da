"""What each job costs as a retailer grows: CPU seconds, memory, commits, and the power of growth.

`make bench NAME=scale ARGS="FOLDER [CUSTOMERS [JOB ...]]"`. Raw exports are generated once per size
below FOLDER, which may be anywhere, and used again. Jobs run in their order in one run that is open
from call to call, so that sizes and jobs may be measured one by one; each appends its figures to
FOLDER/scale.jsonl as it ends. Without jobs: all that are left. A size whose run is published is
measured anew, on empty tables. FOLDER alone prints the table of what was measured so far.

CPU is that of the whole process tree between the job's begin and end, without the session's start;
memory the largest sum of proportional set sizes (PSS) over the tree since the session began: a heap
takes what it is given (HOLDFAST_SPARK__MEMORY gives less). Settings are those of `holdfast demo` at
any size, or those that HOLDFAST_ENV names. Linux only.
"""

import json
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.build_cost import KEY
from bench.costs.process_tree import tree_cpu, tree_memory
from holdfast._version import __version__
from holdfast.jobs.cli.bootstrap import make_runner, run_standalone
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.runtime.runs.progress import Lines

RUN: Final = "scale"
TABLES: Final = ("bronze", "silver", "features", "audit", "gold", "ops", "mlflow")


@dataclass
class Meter(Lines):
    """Lines that also measure each job and append what it cost to a file."""

    log: Path = Path("scale.jsonl")
    about: dict[str, Any] = field(default_factory=dict)
    _began: float = 0.0
    _peak: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    def start_job(self, job: str) -> None:
        """Begin to measure."""
        super().start_job(job)
        self._began, self._peak, self._ended = tree_cpu(), 0.0, threading.Event()
        threading.Thread(target=self._watch, args=(self._ended,), daemon=True).start()

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.5):
            self._peak = max(self._peak, tree_memory(os.getpid()))

    def end_job(self, job: str, status: str, seconds: float, commits: int) -> None:
        """Append the figures of a job that did its work."""
        self._ended.set()
        if status == "done":
            spent = tree_cpu() - self._began
            figures = {"cpu": round(spent, 1), "memory_mb": round(self._peak / 1024)}
            self.note(job, **figures, wall=round(seconds, 1), commits=commits)
        super().end_job(job, status, seconds, commits)

    def note(self, job: str, **figures: float) -> None:
        """Append one line."""
        line = {**self.about, "job": job, **figures, "at": round(time.time())}
        with self.log.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")


def measure(folder: Path, customers: int, jobs: list[str]) -> None:
    """Run jobs of one size, the raw exports first where there are none."""
    root, env = folder / str(customers), os.environ.get("HOLDFAST_ENV", "demo")
    root.mkdir(parents=True, exist_ok=True)
    memory = os.environ.get("HOLDFAST_SPARK__MEMORY", "auto")
    chosen = [f"synthetic.customers={customers}", f"spark.memory={memory}", "run.as_of=latest"]
    values = settings.load(env, chosen).values
    meter = Meter(log=folder / "scale.jsonl", about={"customers": customers, "v": __version__})
    sources = load_sources(values.sources, str(root))
    began = time.monotonic()
    runner = make_runner(values, str(root), sources, meter, force=False)
    meter.note("(session)", cpu=tree_cpu(), wall=round(time.monotonic() - began, 1))
    if not (root / "raw").is_dir():
        run_standalone(runner, "generate")
        found = load_sources(values.sources, str(root))
        runner = make_runner(values, str(root), found, meter, force=False)
    runner.run(jobs, RUN)


def forget_published(root: Path) -> None:
    """Remove the tables of a size whose run is published; the raw exports stay."""
    if (root / "gold" / "published_runs" / "_delta_log" / f"{1:020d}.json").is_file():
        for name in TABLES:
            shutil.rmtree(root / name, ignore_errors=True)


def read_figures(log: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """The newest figures of each job and size; what a job cost in several calls is its last."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["job"], {})[row["customers"]] = row
    return found


def fit_exponent(costs: Mapping[int, float]) -> float:
    """The power with which costs grow with size, by least squares of logarithms."""
    points = [(math.log(size), math.log(cost)) for size, cost in costs.items() if cost > 0]
    if len(points) < 2:
        return math.nan
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    across = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return float(across / sum((x - mean_x) ** 2 for x, _ in points))


def describe(found: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> str:
    """A line per job: CPU seconds by size, exponent, memory and commits at the largest."""
    sizes = sorted({size for rows in found.values() for size in rows})
    heads = "".join(f"{size:>10,}" for size in sizes)
    lines = [f"{'CPU seconds':18}{heads}{'exponent':>10}{'MB':>7}{'commits':>9}"]
    for job, rows in found.items():
        cells = "".join(
            f"{rows[size]['cpu']:10.1f}" if size in rows else " " * 10 for size in sizes
        )
        power = fit_exponent({size: row["cpu"] for size, row in rows.items()})
        last = rows[max(rows)]
        more = f"{last.get('memory_mb', 0):7}{last.get('commits', 0):9}"
        lines.append(f"{job:18}{cells}{power:10.2f}{more}")
    return "\n".join(lines)


def main() -> None:
    """Measure what was asked for, then print the table and the JSON line."""
    if len(sys.argv) < 2:
        print("scale wants a folder: python -m bench.scale FOLDER [CUSTOMERS [JOB ...]]")
        return
    os.environ.setdefault("HOLDFAST_KEY", KEY)
    folder = Path(sys.argv[1]).absolute()
    if len(sys.argv) > 2:
        customers = int(sys.argv[2])
        forget_published(folder / str(customers))
        measure(folder, customers, sys.argv[3:])
    found = read_figures(folder / "scale.jsonl")
    print(describe(found))
    powers = {
        job: fit_exponent({n: row["cpu"] for n, row in rows.items()}) for job, rows in found.items()
    }
    print(json.dumps({"bench": "scale", "exponents": powers}))


if __name__ == "__main__":
    main()
