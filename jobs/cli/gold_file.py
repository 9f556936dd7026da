"""The published gold tables as one DuckDB file, without the vault, the models and the logs."""

import os
from pathlib import Path

import duckdb
from deltalake import DeltaTable

from holdfast.jobs.cli.manifest import last_published, read_runs
from holdfast.jobs.cli.views import quote
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.storage import ddl
from holdfast.jobs.runtime.storage.catalog import locate
from holdfast.transformations.tables.gold import PUBLISHED_RUNS, TABLES
from holdfast.transformations.tables.table import Table


def write_gold(root: str, catalog: str, file: Path) -> int:
    """Copy gold of the last published run to a file that may only be read; the run's number.

    A file that was there is replaced at once, whole: who has it open goes on reading the old one.
    Raises UsageError where nothing was published, the tables are a catalog's, or the file is not
    called `.duckdb`.
    """
    if catalog:
        raise UsageError(
            f"The tables lie in the catalog {catalog}, not under {root}.",
            cure="Grant readers the gold tables there.",
        )
    if file.suffix != ".duckdb":
        raise UsageError(
            f"{file} would be replaced by a DuckDB file.", cure="Give a name that ends in .duckdb."
        )
    runs = read_runs(root)
    last = last_published(runs)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with duckdb.connect(unfinished) as connection:
            _copy(connection, PUBLISHED_RUNS, runs)
            for table in TABLES:
                if table.name in last.versions:
                    place = DeltaTable(locate(root, table), version=last.versions[table.name])
                    _copy(connection, table, place.to_pyarrow_dataset())
        unfinished.chmod(0o440)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return last.run_number


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, rows: object) -> None:
    """Rows of a table with what its contract says of it and of each column."""
    connection.register("rows_of_table", rows)
    names = ", ".join(f'"{column.name}"' for column in table.columns if column.pii is None)
    connection.execute(f"CREATE TABLE {table.short_name} AS SELECT {names} FROM rows_of_table")
    connection.unregister("rows_of_table")
    connection.execute(f"COMMENT ON TABLE {table.short_name} IS {quote(ddl.comment(table))}")
    for column in table.columns:
        if column.pii is None:
            place = f'{table.short_name}."{column.name}"'
            connection.execute(f"COMMENT ON COLUMN {place} IS {quote(column.doc)}")
