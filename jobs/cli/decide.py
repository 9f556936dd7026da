"""`holdfast decide`: a decision under another budget, made or only shown."""

from typing import Annotated

import typer

from holdfast.jobs.cli.options import Debug, Env, Root, Set, handle_errors


@handle_errors
def decide(
    budget: Annotated[
        float | None, typer.Option("--budget", help="Money for contacts and offers.", min=0.0)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and write nothing.")
    ] = False,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Choose for each customer the next best action or none, on the last published run.

    `holdfast decide --budget 5000 --dry-run --root ROOT`

    Capacities are settings, too: `--set decide.teams.call_centre=80`. Without `--dry-run` the
    decision takes the place of the day's and what it changes is queued, as `holdfast run` does.
    docs/decisions.md says how it is made.
    """
    from holdfast.jobs.cli import bootstrap

    overrides = [*(set_ or []), *([] if budget is None else [f"decide.budget={budget}"])]
    if dry_run:
        bootstrap.start_standalone("preview_decision", env, root, overrides)
        return
    jobs = ["decide", "activate"]
    with bootstrap.open_runner(env, root, overrides, jobs=jobs) as runner:
        runner.run(jobs)
