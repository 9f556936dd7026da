"""Graph, contracts and settings as text. Nothing here starts Spark."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.transformations.tables.table import Table


def plan(as_json: bool) -> str:
    """The graph as Mermaid, or as JSON with the jobs in order."""
    edges = PIPELINE.edges
    if as_json:
        return json.dumps({name: sorted(edges[name]) for name in PIPELINE.order}, indent=1)
    return mermaid(edges, PIPELINE.order)


def mermaid(edges: Mapping[str, frozenset[str]], order: Sequence[str]) -> str:
    """The graph as a Mermaid drawing; only the last jobs are drawn to lead to publish."""
    arrows = [
        f"  {before} --> {name}"
        for name in order
        for before in sorted(edges[name])
        if name != "publish"
    ]
    awaited = {before for name, waits in edges.items() if name != "publish" for before in waits}
    ends = sorted(set(edges) - {"publish"} - awaited)
    return "\n".join(["graph LR", *arrows, *(f"  {name} --> publish" for name in ends)])


def tables(name: str, as_json: bool) -> str:
    """Contracts as Markdown or JSON."""
    chosen = [table for table in PIPELINE.tables if name in ("", table.name)]
    if not chosen:
        raise UsageError(f"There is no table {name}.", cure="`holdfast tables` lists them all.")
    if as_json:
        return json.dumps(
            {
                t.name: {
                    "grain": t.grain,
                    "doc": t.doc,
                    "keys": t.keys,
                    "columns": {
                        c.name: {
                            "type": c.type.simpleString(),
                            "doc": c.doc,
                            "nullable": c.nullable,
                        }
                        for c in t.columns
                    },
                }
                for t in chosen
            },
            indent=1,
        )
    return "\n\n".join(markdown(table) for table in chosen)


def markdown(table: Table) -> str:
    """One contract as Markdown: grain, keys, columns."""
    lines = [
        f"## {table.name}",
        "",
        f"{table.grain} {table.doc}",
        "",
        f"Keys: {', '.join(table.keys)}. Written by: {type(table.write).__name__}.",
        "",
        "| column | type | null | what it is |",
        "|---|---|---|---|",
    ]
    for c in table.columns:
        unit = f" [{c.unit}]" if c.unit else ""
        pii = (
            f" Token of a personal value ({c.pii})."
            if c.pii and table.short_name != "pii_vault"
            else ""
        )
        lines.append(
            f"| {c.name} | {c.type.simpleString()} | {'yes' if c.nullable else 'no'} | "
            f"{c.doc}{unit}{pii} |"
        )
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
                flat.append(
                    (f"{prefix}{key}", value, resolved.origins.get(f"{prefix}{key}", "base"))
                )

    walk(resolved.as_dict(), "")
    return flat
