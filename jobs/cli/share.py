"""`holdfast share`: the published gold tables as one DuckDB file, which is handed out without the
vault, the key, the models and the logs.
"""

from pathlib import Path
from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Root, Set, handle_errors, out
from holdfast.jobs.runtime.config import places, settings


@handle_errors
def share(
    file: Annotated[str, typer.Argument(help="The file to write; ends in .duckdb.")],
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Copy the published gold tables to a DuckDB file, for those who may not see the root."""
    from holdfast.jobs.cli.gold_file import write_gold

    values = settings.load(env, set_ or []).values.run
    place = places.resolve_root(root, values.root)
    out.print(f"Gold of run {write_gold(place, values.catalog, Path(file))}: {file}")
