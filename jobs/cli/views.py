"""Views that pin the gold tables to the last published run, and dbt's page of them, as text."""

from collections.abc import Sequence
from typing import Final

from holdfast.jobs.cli.manifest import Manifest
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.settings import as_yaml
from holdfast.jobs.runtime.storage import ddl
from holdfast.jobs.runtime.storage.catalog import address, flat_name, locate, quote_names
from holdfast.transformations.tables.gold import PUBLISHED_RUNS, TABLES
from holdfast.transformations.tables.table import Table

SCHEMA: Final = "published"


def choose_tables(name: str, last: Manifest) -> tuple[Table, ...]:
    """The gold tables of a run, or the one that is named, and the manifest itself.

    Raises UsageError for a name that is not one of them.
    """
    there = [table for table in TABLES if table.name in last.versions or table is PUBLISHED_RUNS]
    chosen = tuple(table for table in there if name in ("", table.name))
    if not chosen:
        raise UsageError(
            f"Run {last.run_number} published no gold table {name}.",
            cure=f"One of {', '.join(table.name for table in there)}; none: all.",
        )
    return chosen


def spark_sql(tables: Sequence[Table], last: Manifest, root: str, catalog: str) -> str:
    """Views for Spark SQL, of the tables by their path, or by their name in a catalog's schema."""
    schema = quote_names(*_schema(catalog))
    views = []
    for table in tables:
        view = f"{schema}.{quote_names(flat_name(table))}"
        place, version = address(root, catalog, table), last.versions.get(table.name)
        views.append(f"{ddl.create_view(table, view, place, version)};")
    return _script("sql", last, f"CREATE SCHEMA IF NOT EXISTS {schema};", views)


def duckdb_sql(tables: Sequence[Table], last: Manifest, root: str) -> str:
    """Views for DuckDB."""
    views = []
    for table in tables:
        view, version = f"{SCHEMA}.{flat_name(table)}", last.versions.get(table.name)
        pin = "" if version is None else f", version => {version}"
        views.append(
            f"CREATE OR REPLACE VIEW {view} AS\n"
            f"SELECT * FROM delta_scan({quote(locate(root, table))}{pin});\n"
            f"COMMENT ON VIEW {view} IS {quote(ddl.comment(table))};"
        )
    return _script("duckdb", last, f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};", views)


def dbt_sources(tables: Sequence[Table], last: Manifest, catalog: str) -> str:
    """dbt's sources.yml: the views that the other two make, with the contracts' sentences."""
    *database, schema = _schema(catalog)
    source = {
        "name": "holdfast",
        "description": f"Gold as run {last.run_number} (as of {last.as_of}) published it, by the "
        "views that `holdfast tables --format sql` or `--format duckdb` prints.",
        **({"database": database[0]} if database else {}),
        "schema": schema,
        "tables": [_dbt_table(table) for table in tables],
    }
    page = {"version": 2, "sources": [source]}
    return as_yaml(page).rstrip()


def quote(text: str) -> str:
    """A string of standard SQL."""
    return "'" + text.replace("'", "''") + "'"


def _schema(catalog: str) -> list[str]:
    """Where the views stand: a schema of their own, beside that of a catalog's tables."""
    return f"{catalog}_{SCHEMA}".split(".") if catalog else [SCHEMA]


def _script(kind: str, last: Manifest, first: str, statements: Sequence[str]) -> str:
    said = (
        f"-- Gold as run {last.run_number} (as of {last.as_of}) published it. The versions stay: "
        "after the next\n"
        f"-- published run, print the views anew with `holdfast tables --format {kind}`."
    )
    return "\n\n".join([said, first, *statements])


def _dbt_table(table: Table) -> dict[str, object]:
    columns = [{"name": column.name, "description": column.doc} for column in table.columns]
    return {"name": flat_name(table), "description": ddl.comment(table), "columns": columns}
