"""What each command does, once its options are read."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from holdfast.jobs.runtime import rawinput, session, settings
from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.errors import UsageError
from holdfast.jobs.runtime.job import all_jobs, graph, in_order
from holdfast.jobs.runtime.ledger import Ledger, Run
from holdfast.jobs.runtime.progress import Lines
from holdfast.jobs.runtime.runner import Runner
from holdfast.jobs.runtime.store import Store
from holdfast.jobs.runtime.tables import fixed_tables
from holdfast.jobs.runtime.tracking import Tracking
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import TABLES as LOGS
from holdfast.transformations.tables.table import Table


@contextmanager
def opened(
    env: str, root: str, overrides: Sequence[str], *, as_of: str = "", source: str = "", path: str = "",
    sources: str = "", force: bool = False, quiet: bool = False,
) -> Iterator[Runner]:
    """A runner on a root, with settings resolved and the shared logs created."""
    extra = [f"run.as_of={as_of}"] * bool(as_of) + [f"sources.folder={sources}"] * bool(sources)
    values = settings.load(env, [*overrides, *extra]).values
    place = str(root or os.environ.get("HOLDFAST_ROOT") or values.run.root)
    found = rawinput.sources(values, place, only=source, path=path)
    spark = session.open_session(values.spark)
    store = Store(spark, place if "://" in place else str(Path(place).absolute()), values.run.catalog)
    store.create([*LOGS, PUBLISHED_RUNS])
    yield Runner(store, Ledger(store, values.run.lease_minutes), Tracking(Path(store.root)), values, found,
                 Lines(quiet=quiet), lambda: rawinput.digest(found, store.root), force)


def outside(name: str, env: str, root: str, overrides: Sequence[str]) -> None:
    """Run a job that stands outside the graph: generate, import_journey, report."""
    with opened(env, root, overrides) as runner:
        run_outside(runner, name)


def run_outside(runner: Runner, name: str) -> None:
    """Call a job that writes no table, on the last published run."""
    job = all_jobs()[name]
    last = runner.ledger.published or Run(0, name, _now())
    runner.progress.started(name)
    began = _now()
    job(Context(job, last, runner.store, runner.ledger, runner.tracking, runner.settings, runner.sources,
                runner.progress.say))
    runner.progress.ended(name, "done", (_now() - began).total_seconds(), 0)


def plan(as_json: bool) -> str:
    """The graph as Mermaid, or as JSON with the jobs in order."""
    edges = graph()
    if as_json:
        return json.dumps({name: sorted(edges[name]) for name in in_order()}, indent=1)
    arrows = [f"  {before} --> {name}" for name in in_order() for before in sorted(edges[name]) if name != "publish"]
    awaited = {before for name, waits in edges.items() if name != "publish" for before in waits}
    ends = sorted(set(edges) - {"publish"} - awaited)
    return "\n".join(["graph LR", *arrows, *(f"  {name} --> publish" for name in ends)])


def tables(name: str, as_json: bool) -> str:
    """Contracts as Markdown or JSON."""
    chosen = [table for table in fixed_tables() if name in ("", table.name)]
    if not chosen:
        raise UsageError(f"There is no table {name}.", cure="`holdfast tables` lists them all.")
    if as_json:
        return json.dumps({t.name: {"grain": t.grain, "doc": t.doc, "keys": t.keys, "columns": {
            c.name: {"type": c.type.simpleString(), "doc": c.doc, "nullable": c.nullable} for c in t.columns}}
            for t in chosen}, indent=1)
    return "\n\n".join(markdown(table) for table in chosen)


def markdown(table: Table) -> str:
    """One contract as Markdown: grain, keys, columns."""
    lines = [f"## {table.name}", "", f"{table.grain} {table.doc}", "",
             f"Keys: {', '.join(table.keys)}. Written by: {type(table.write).__name__}.", "",
             "| column | type | null | what it is |", "|---|---|---|---|"]
    for c in table.columns:
        unit = f" [{c.unit}]" if c.unit else ""
        pii = f" Token of a personal value ({c.pii})." if c.pii and table.short_name != "pii_vault" else ""
        lines.append(f"| {c.name} | {c.type.simpleString()} | {'yes' if c.nullable else 'no'} | {c.doc}{unit}{pii} |")
    return "\n".join(lines)


def config(env: str, overrides: Sequence[str]) -> list[tuple[str, Any, str]]:
    """Each setting, its value and the layer that set it."""
    resolved = settings.load(env, overrides)
    flat: list[tuple[str, Any, str]] = []

    def walk(values: dict[str, Any], prefix: str) -> None:
        for key, value in values.items():
            if isinstance(value, dict) and value:
                walk(value, f"{prefix}{key}.")
            else:
                flat.append((f"{prefix}{key}", value, resolved.origins.get(f"{prefix}{key}", "base")))

    walk(resolved.as_dict(), "")
    return flat


def judge(env: str, root: str, overrides: Sequence[str], as_json: bool, out: Console) -> bool:
    """Print gold against truth; True when every floor is held."""
    from holdfast.jobs.runtime import judge as court

    with opened(env, root, overrides, quiet=as_json) as runner:
        verdict = court.judge(runner.store, runner.ledger.manifests, runner.settings.judge)
    out.print_json(json.dumps(verdict.as_dict())) if as_json else out.print(verdict.as_text())
    return verdict.is_passed


def backtest(env: str, root: str, overrides: Sequence[str], as_json: bool, out: Console) -> None:
    """Print the churn model's AUC under today's identities and under those known on the day."""
    from holdfast.jobs.runtime import backtesting

    with opened(env, root, overrides, quiet=as_json) as runner:
        found = backtesting.backtest(runner)
    out.print_json(json.dumps(found.as_dict())) if as_json else out.print(found.as_text())


def serve(env: str, root: str, overrides: Sequence[str], port: int, out: Console) -> None:
    """Serve the published tables over JDBC until interrupted."""
    from holdfast.jobs.runtime import thrift

    with opened(env, root, overrides, quiet=True) as runner:
        thrift.serve(runner, port, out.print)


def demo(source: str, customers: int, env: str, root: str, overrides: Sequence[str], out: Console) -> None:
    """Raw exports, every job, the report, and where everything is."""
    from holdfast.jobs.runtime import demos

    demos.demo(source, customers, env, root, overrides, out)


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)
