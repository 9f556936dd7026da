"""`holdfast churn`: who will leave, of any wide table with a label; no root, no mapping."""

from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Set, handle_errors, out
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import InputError


@handle_errors
def churn(
    table: Annotated[
        str, typer.Argument(help="CSV, JSON lines or Parquet, a folder of them, or a Delta table.")
    ],
    label: Annotated[
        str,
        typer.Option(help="Column of who left: yes or no, true or false, 1 or 0, or unknown."),
    ],
    customer: Annotated[str, typer.Option(help="Column of who it is.")],
    folder: Annotated[str, typer.Option("--out", help="Folder for what comes out.")],
    at: Annotated[
        str,
        typer.Option(help="Column of the day a row is of; without one no time is known."),
    ] = "",
    feature: Annotated[
        list[str] | None,
        typer.Option(help="Column to go by, as often as needed; or all numbers."),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days within which a leaver leaves.", min=1)] = 90,
    env: Env = "local",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Learn who leaves from rows with a known label, and score those without one.

    Where every label is known, the rows of the newest day are scored. Writes `scores` (Parquet:
    customer_id, probability, risk_band), `signs` (why) and `metrics.csv` (candidates by day).
    """
    from holdfast.jobs.cli import churn_files
    from holdfast.models.churn.any_table import TableError

    values = settings.load(env, set_ or []).values
    columns = (label, customer, at or None, tuple(feature or ()))
    try:
        lines = churn_files.write_scores(values, table, columns, horizon, Path(folder))
    except TableError as error:
        raise InputError(
            f"{table} gives no model: {error}.", cure="Name the right columns: see --help."
        ) from error
    out.print("\n".join(lines), highlight=False, soft_wrap=True)
