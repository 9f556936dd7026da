"""Commands about this machine: what is missing, where the manual lies, the jars."""

import json as jsonlib

import typer

from holdfast.jobs.cli import doctor as checks
from holdfast.jobs.cli import manual
from holdfast.jobs.cli.options import Debug, Json, Root, handle_errors, out, print_problem
from holdfast.jobs.runtime.config import places, settings
from holdfast.jobs.runtime.config.errors import EXIT_MACHINE
from holdfast.jobs.runtime.spark import jars


@handle_errors
def doctor(root: Root = "", json: Json = False, debug: Debug = False) -> None:
    """Check Java, Spark, Delta, jars, network and disk; each fault comes with its cure."""
    place = places.resolve_root(root, settings.load().values.run.root)
    faults = checks.check(checks.this_machine(place))
    if json:
        found = [{"fault": f.name, "problem": f.problem, "cure": f.cure} for f in faults]
        typer.echo(jsonlib.dumps(found))
    for fault in faults if not json else []:
        print_problem(fault.problem, fault.cure)
    if faults:
        raise typer.Exit(EXIT_MACHINE)
    if not json:
        out.print("This machine is ready.")


@handle_errors
def docs(debug: Debug = False) -> None:
    """Print where the manual lies on this machine, page by page."""
    typer.echo("\n".join(f"{path}  {title}" for path, title in manual.list_pages()))


@handle_errors
def fetch_jars(debug: Debug = False) -> None:
    """Bring the two Delta jars into the cache, once, and check their digests."""
    jars.fetch_jars(out.print)
