"""Contracts of the tables as text, and views of gold. Only a catalog's manifest needs Spark."""

import json

from holdfast.jobs.cli import manifest
from holdfast.jobs.cli import views as statements
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.product import Settings
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


def views(kind: str, name: str, root: str, settings: Settings) -> str:
    """Views of the gold tables, or of one, as the last published run left them.

    Raises UsageError where nothing was published, or the tables are where a reader is not.
    """
    catalog = settings.run.catalog
    if catalog and kind == "duckdb":
        raise UsageError(
            f"The tables lie in the catalog {catalog}, which DuckDB does not read by version.",
            cure="`holdfast tables --format sql` prints views for Spark.",
        )
    runs = manifest.read_runs_of_catalog(root, settings) if catalog else manifest.read_runs(root)
    last = manifest.last_published(runs)
    chosen = statements.choose_tables(name, last)
    if kind == "duckdb":
        return statements.duckdb_sql(chosen, last, root)
    if kind == "sql":
        return statements.spark_sql(chosen, last, root, catalog)
    return statements.dbt_sources(chosen, last, catalog)


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
