"""What both demos cost beside another checkout: CPU seconds, wall, commits, memory.

`make bench NAME=build_cost ARGS="OTHER [ROUNDS] [generated|journey ...]"`, where OTHER is a
checkout with an environment of its own (`make .venv/.ready` there). Each round runs both, one after
the other; one round before that warms the disk up and does not count. CPU is that of the whole
process tree; memory is the largest sum of proportional set sizes (PSS) over the tree, looked at
twice a second. Linux only.
"""

import ctypes
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.costs.process_tree import tree_memory

HERE: Final = Path(__file__).parents[1]
KEY: Final = "5a" * 32
_ADOPT_ORPHANS: Final = 36  # prctl's PR_SET_CHILD_SUBREAPER: no process of the tree ends uncounted


@dataclass(frozen=True)
class Cost:
    """What one command cost: seconds of CPU and of the clock, MB of memory, commits."""

    cpu: float
    wall: float
    memory: float
    commits: int


def measure(words: Sequence[str], cwd: Path, root: Path) -> Cost:
    """Run a command to its end. Raises RuntimeError with its last words where it fails."""
    before, began, peak = os.times(), time.monotonic(), 0.0
    variables = {**os.environ, "HOLDFAST_KEY": KEY}
    variables.pop("PYTHONPATH", None)
    with tempfile.TemporaryFile("w+") as out:
        started = subprocess.Popen(words, cwd=cwd, env=variables, stdout=out, stderr=out)
        while started.poll() is None:
            peak = max(peak, tree_memory(started.pid))
            time.sleep(0.5)
        wall = time.monotonic() - began
        reap_orphans()
        out.seek(0)
        said = out.read()
    if started.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{said[-2000:]}")
    after = os.times()
    spent = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return Cost(spent, wall, peak / 1024, count_commits(root))


def reap_orphans() -> None:
    """Wait for what the command left running, such as a JVM on its way out."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def count_commits(root: Path) -> int:
    """Commits of all tables under a root."""
    return sum(1 for log in root.glob("*/*/_delta_log/*.json") if log.stem.isdigit())


def demo_words(checkout: Path, source: str, root: Path) -> list[str]:
    """The demo as a checkout starts it: the source was an option once, and is an argument now."""
    program = str(checkout / ".venv" / "bin" / "holdfast")
    asked = subprocess.run([program, "demo", "--help"], capture_output=True, text=True, check=True)
    named = ["--source", source] if "--source" in asked.stdout else [source]
    return [program, "demo", *named, "--root", str(root)]


def compare(source: str, other: Path, rounds: int) -> dict[str, float]:
    """Ratios, this checkout over the other, of medians over the rounds; each round is printed."""
    costs: dict[Path, list[Cost]] = {other: [], HERE: []}
    again: dict[Path, list[Cost]] = {other: [], HERE: []}
    for number in range(rounds + 1):
        for checkout in (other, HERE):
            with tempfile.TemporaryDirectory(prefix="holdfast-cost-") as place:
                root = Path(place) / "root"
                words = demo_words(checkout, source, root)
                first, second = (measure(words, checkout, root) for _ in range(2))
            if number:
                costs[checkout].append(first)
                again[checkout].append(second)
                name = "this" if checkout == HERE else "other"
                print(f"{source} {number} {name:5} {describe(first)}; again {second.wall:.1f} s")
    ratios = {
        field: middle(costs[HERE], field) / middle(costs[other], field)
        for field in ("cpu", "wall", "memory", "commits")
    }
    return {**ratios, "unchanged_s": middle(again[HERE], "wall")}


def describe(cost: Cost) -> str:
    """One cost as a line."""
    return f"{cost.cpu:.0f} CPU s, {cost.wall:.0f} s, {cost.memory:.0f} MB, {cost.commits} commits"


def middle(costs: Sequence[Cost], field: str) -> float:
    """The median of one figure."""
    return statistics.median(float(getattr(cost, field)) for cost in costs)


def main() -> None:
    """Print each run, the ratios, and the JSON line."""
    if len(sys.argv) < 2:
        print("build_cost wants another checkout: python -m bench.build_cost OTHER [ROUNDS]")
        return
    other = Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1)
    found = {source: compare(source, other, rounds) for source in sys.argv[3:] or ["generated"]}
    for source, ratios in found.items():
        print(source, ", ".join(f"{name} {value:.2f}" for name, value in ratios.items()))
    print(json.dumps({"bench": "build_cost", "rounds": rounds, "ratios": found}))


if __name__ == "__main__":
    main()
