"""`holdfast value`: what the customers of any purchase log will spend; no root, no mapping."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Set, handle_errors, out
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import InputError


@handle_errors
def value(
    log: Annotated[
        str, typer.Argument(help="CSV, JSON lines or Parquet, a folder of them, or a Delta table.")
    ],
    customer: Annotated[str, typer.Option(help="Column of who bought.")],
    at: Annotated[str, typer.Option(help="Column of when: a date or an instant.")],
    amount: Annotated[
        str,
        typer.Option(help="Column of how much, refunds below zero, or SQL: 'Pieces * Price'."),
    ],
    folder: Annotated[str, typer.Option("--out", help="Folder for what comes out.")],
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day ahead; else the day after the last."),
    ] = None,
    horizon: Annotated[int, typer.Option(help="Days ahead.", min=1)] = 90,
    env: Env = "local",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Forecast what each customer of a log will spend, and say how well that went on past days.

    Writes `scores` (Parquet: customer_id, expected_value, low, high, expected_purchases, p_alive),
    `backtest.csv` (every forecast on every past day) and `backtest.svg`.
    """
    from holdfast.jobs.cli import value_files
    from holdfast.models.value.purchase_log import LogError

    values = settings.load(env, set_ or []).values
    day: date | None = as_of.date() if as_of else None
    try:
        lines = value_files.write_forecast(
            values, log, (customer, at, amount), horizon, day, Path(folder)
        )
    except LogError as error:
        raise InputError(
            f"{log} gives no forecast: {error}.", cure="Name the right columns and day."
        ) from error
    out.print("\n".join(lines), highlight=False, soft_wrap=True)
