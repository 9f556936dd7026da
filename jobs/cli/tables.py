"""`holdfast tables`: the contracts, and views that pin gold to the last published run."""

from enum import StrEnum
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Json, Root, Set, handle_errors
from holdfast.jobs.runtime.config import places, settings
from holdfast.jobs.runtime.config.errors import UsageError


class Format(StrEnum):
    """What the tables are printed as."""

    MARKDOWN = "markdown"
    SQL = "sql"
    DUCKDB = "duckdb"
    DBT = "dbt"


@handle_errors
def tables(
    name: Annotated[str, typer.Argument(help="One table, such as gold.kpis; none: all.")] = "",
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="markdown: the contracts. sql: views for Spark SQL. duckdb: views "
            "for DuckDB. dbt: a sources.yml of these views.",
        ),
    ] = Format.MARKDOWN,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Print the contracts of the tables, or views of gold for BI.

    A path alone is the newest version of a table, which may be ahead of what was published. The
    views of `--format sql` and `--format duckdb` read each gold table at the version that the last
    published run left behind; they are called `gold_kpis` and so on, in a schema of their own,
    `published`. They stay there: print them anew after each run.

    `holdfast tables --format duckdb --root ROOT | duckdb bi.duckdb`

    `--format dbt` names these views as dbt's sources, with the sentence of every table and column.
    """
    from holdfast.jobs.cli import render

    if kind is Format.MARKDOWN:
        typer.echo(render.tables(name, json))
        return
    if json:
        raise UsageError(
            f"--json prints contracts, --format {kind} views.", cure="Leave out one of the two."
        )
    values = settings.load(env, set_ or []).values
    typer.echo(render.views(kind, name, places.resolve_root(root, values.run.root), values))
