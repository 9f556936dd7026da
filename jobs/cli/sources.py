"""`holdfast sources`: a first mapping for a file that nobody has mapped yet."""

from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, handle_errors

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
