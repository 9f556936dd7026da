"""`holdfast maintain`: upkeep of a root between runs."""

from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Mappings, Root, Set, handle_errors


@handle_errors
def maintain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    mappings: Mappings = "",
    debug: Debug = False,
) -> None:
    """Join small files and delete those of old versions, so that daily runs stay quick.

    A line per table that needs it: files before and after, megabytes freed. OPTIMIZE joins the
    files of a table with many small ones, by its clustering; VACUUM deletes files that no version
    of the last `maintain.keep_days` days holds: from then on what was deleted from a table is gone
    from the disk, and runs published earlier can no longer be read. The last published run always
    can. Delta itself writes checkpoints and clears its logs of what is older than 30 days.

    No row changes, no job has to run again, and where nothing is needed nothing is done. Schedule
    it once a week, after a run: while one is open it is refused.

    `holdfast maintain --dry-run --root ROOT`
    """
    from holdfast.jobs.cli import bootstrap

    chosen = [*(set_ or []), *(["maintain.dry_run=true"] if dry_run else [])]
    with bootstrap.open_runner(env, root, chosen, mappings=mappings) as runner:
        bootstrap.run_standalone(runner, "maintain")
