"""`holdfast match`: which records of any table are one person."""

from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, handle_errors, out


@handle_errors
def match(
    records: Annotated[str, typer.Argument(help="CSV, JSON lines, Parquet or a Delta table.")],
    fields: Annotated[
        str, typer.Option("--fields", help="File of fields; none: those that --suggest finds.")
    ] = "",
    folder: Annotated[str, typer.Option("--out", help="Folder for what is found.")] = "matched",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print a first file of fields, and match nothing.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Find the records of one person in any table: edges, clusters, households and a page."""
    from holdfast.jobs.runtime.config.errors import InputError
    from holdfast.jobs.stages.record_tables import files, page
    from holdfast.models.identity.records.fields import FieldsError
    from holdfast.models.identity.records.match import match_records

    table = files.read_records(Path(records))
    if suggest:
        typer.echo(files.suggest_text(table), nl=False)
        return
    if fields:
        record_id, listed, country = files.read_fields(Path(fields))
    else:
        record_id, listed, country = files.guess_fields(table)
    try:
        found = match_records(table, listed, record_id, country)
    except FieldsError as error:
        cure = "Correct the file of fields; `holdfast match RECORDS --suggest` writes a first one."
        raise InputError(str(error), cure=cure) from None
    files.write_matches(found, Path(folder))
    Path(folder, "matches.html").write_text(page.draw_page(found), encoding="utf-8")
    for warning in found.warnings:
        out.print(warning, style="bold red", markup=False)
    for note in found.notes:
        out.print(note, markup=False, highlight=False)
    out.print(f"Edges, clusters, households and a page: {folder}", markup=False, highlight=False)
