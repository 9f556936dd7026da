"""`holdfast sources`: a first mapping for a file that nobody has mapped yet, and a trial of those
there are.
"""

from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import (
    Debug,
    Env,
    Mappings,
    OnlySource,
    Root,
    Set,
    handle_errors,
    out,
)
from holdfast.jobs.cli.options import Path as PathOfSource
from holdfast.jobs.runtime.config.errors import EXIT_INPUT

app = typer.Typer(help="Mappings of raw exports.", no_args_is_help=True)


@app.callback()
def start() -> None:
    """What holds for every command about sources; the help stands above."""


@app.command()
@handle_errors
def suggest(
    file: Annotated[str, typer.Argument(help="CSV, JSON lines or Parquet; text may be packed.")],
    debug: Debug = False,
) -> None:
    """Print a first mapping of a file, from its columns and first rows, or name the packaged one.

    Keep it as FOLDER/SOURCE/TABLE.yml, correct what its comments name, put the file under
    ROOT/raw/SOURCE/ and run with --mappings FOLDER.
    """
    from holdfast.jobs.stages.suggestion import suggest_mapping

    typer.echo(suggest_mapping(Path(file)), nl=False)


@app.command()
@handle_errors
def check(
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    mappings: Mappings = "",
    only_source: OnlySource = "",
    path: PathOfSource = "",
    rows: Annotated[int, typer.Option(help="Rows of each file.", min=1)] = 1_000,
    debug: Debug = False,
) -> None:
    """Try the mappings on the first rows of each file, and write nothing.

    Says for each table what became of the rows, why some were refused, what orders come to by
    currency, and shows the first row. Exit code 4 where a table got none or a check failed.
    """
    from holdfast.jobs.cli import mapping_check

    asked = (env, root, set_ or [], mappings, only_source, path, rows, out)
    if not mapping_check.check_mappings(*asked):
        raise typer.Exit(EXIT_INPUT)
