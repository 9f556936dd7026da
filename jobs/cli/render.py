"""Contracts of the tables as text. Nothing here starts Spark."""

import json

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.transformations.tables.table import Table


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
