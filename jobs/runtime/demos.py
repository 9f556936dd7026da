"""The demo: raw exports, every job, the report, a short summary."""

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from holdfast.jobs.runtime import commands, judge
from holdfast.jobs.runtime.errors import UsageError
from holdfast.jobs.runtime.runner import Runner

_SOURCES = {"generated": "generate", "journey": "import_journey"}


def demo(source: str, customers: int, env: str, root: str, overrides: Sequence[str], out: Console) -> None:
    """Make the raw exports of `source` once, run the graph, write the report, print the summary."""
    if source not in _SOURCES:
        raise UsageError(f"There is no demo of {source}.", cure=f"Use one of {', '.join(_SOURCES)}.")
    place = root or os.environ.get("HOLDFAST_ROOT") or f"holdfast-{source}"
    chosen = [f"world.customers={customers}", *overrides]
    if not (Path(place) / "raw").is_dir():
        with commands.opened(env, place, chosen) as runner:
            commands.run_outside(runner, _SOURCES[source])
    with commands.opened(env, place, chosen, as_of="latest") as runner:
        done = runner.run([])
        if done is None:
            out.print("Nothing has changed since the last run: 0 rows written.")
        else:
            commands.run_outside(runner, "report")
        summary(runner, source, out)


def summary(runner: Runner, source: str, out: Console) -> None:
    """Where the tables and the report are, and how good the run is."""
    root = Path(runner.store.root)
    if source == "generated":
        out.print(judge.judge(runner.store, runner.ledger.manifest).as_text())
    out.print(f"\n  gold tables  {root / 'gold'}\n  report       {root / 'report.html'}")
