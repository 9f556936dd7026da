"""The command line: run the pipeline, look at it, check the machine."""

import json as jsonlib
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.table import Table as Grid

from holdfast.jobs.cli import bootstrap, commands, render
from holdfast.jobs.cli import demo as demos
from holdfast.jobs.runtime.config.errors import HoldfastError

app = typer.Typer(
    help="Holdfast turns a retailer's raw exports into Delta tables: who each customer is, who is leaving and why, "
    "what each is worth.\n\nExit codes: 0 done, 1 failed, 2 wrong command line or setting, 3 "
    "another run is open, "
    "4 unreadable input, 5 the machine is not ready.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
err = Console(stderr=True)
out = Console()

P = ParamSpec("P")

Env = Annotated[
    str, typer.Option("--env", help="Environment: local, demo, mini, cluster or your own.")
]
Root = Annotated[
    str, typer.Option("--root", envvar="HOLDFAST_ROOT", help="Folder or URI that holds the tables.")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="section.key=value, as often as needed.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")]
Sources = Annotated[str, typer.Option("--sources", help="Folder with your own source mappings.")]


def told(command: Callable[P, Any]) -> Callable[P, None]:
    """Turn an error into what is wrong and what to do; a stack trace only with --debug."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except HoldfastError as error:
            if kwargs.get("debug"):
                raise
            err.print(
                f"[bold red]{error.problem}[/]\n[bold]What to do:[/] {error.cure}", highlight=False
            )
            raise typer.Exit(error.exit_code) from None
        except Exception as error:
            if kwargs.get("debug") or isinstance(error, typer.Exit):
                raise
            text = str(error).splitlines()[0] if str(error) else type(error).__name__
            err.print(
                f"[bold red]{type(error).__name__}: {text}[/]\n[bold]What to do:[/] run again with "
                "--debug for "
                "the stack trace; `holdfast doctor` checks the machine.",
                highlight=False,
            )
            raise typer.Exit(1) from None

    return wrapped


@app.command()
@told
def run(
    jobs: Annotated[
        list[str] | None, typer.Argument(help="Jobs to run; none: the whole graph.")
    ] = None,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    sources: Sources = "",
    as_of: Annotated[str, typer.Option(help="The day: YYYY-MM-DD, today or latest.")] = "",
    run_key: Annotated[str, typer.Option(help="Key shared by the processes of one run.")] = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish the run that a dead process left open.")
    ] = False,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Undo the run that a dead process left open.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Do the work even where nothing changed.")
    ] = False,
    source: Annotated[str, typer.Option(help="Read one source only, by its name.")] = "",
    path: Annotated[str, typer.Option(help="File or folder of that source.")] = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Run jobs in order, skipping what is unchanged, and publish the result."""
    with bootstrap.open_runner(
        env,
        root,
        set_ or [],
        as_of=as_of,
        source=source,
        path=path,
        sources=sources,
        force=force,
        quiet=json,
    ) as runner:
        done = runner.run(jobs or [], run_key or None, resume=resume, abandon=abandon)
        if json:
            typer.echo(
                jsonlib.dumps(
                    {
                        "run_number": done.number if done else None,
                        "as_of": str(done.as_of) if done else None,
                        "changed": done is not None,
                    }
                )
            )
        elif done is None:
            out.print("Nothing has changed since the last run: 0 rows written.")


@app.command()
@told
def demo(
    source: Annotated[
        str,
        typer.Option(
            help="generated: a made-up retailer with known truth; journey: a real grocery panel."
        ),
    ] = "generated",
    customers: Annotated[int, typer.Option(help="Customers of the generated retailer.")] = 3000,
    env: Env = "demo",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Make raw exports, run every job, and say where tables and report are."""
    demos.demo(source, customers, env, root, set_ or [], out)


@app.command()
@told
def generate(
    customers: int = 3000,
    deliveries: int = 1,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Write the raw exports and the truth of a generated retailer."""
    bootstrap.start_standalone(
        "generate",
        env,
        root,
        [f"synthetic.customers={customers}", f"synthetic.deliveries={deliveries}", *(set_ or [])],
    )


@app.command()
@told
def report(env: Env = "local", root: Root = "", set_: Set = None, debug: Debug = False) -> None:
    """Write the HTML report of the last published run."""
    bootstrap.start_standalone("report", env, root, set_ or [])


@app.command()
@told
def plan(json: Json = False, debug: Debug = False) -> None:
    """Print the graph of jobs, as Mermaid or JSON."""
    typer.echo(render.plan(json))


@app.command()
@told
def tables(
    name: Annotated[str, typer.Argument(help="One table; none: all.")] = "",
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Print the contracts of the tables as Markdown or JSON."""
    typer.echo(render.tables(name, json))


@app.command()
@told
def config(env: Env = "local", set_: Set = None, json: Json = False, debug: Debug = False) -> None:
    """Print each setting with the file it came from."""
    rows = render.config(env, set_ or [])
    if json:
        typer.echo(
            jsonlib.dumps(
                {key: {"value": value, "from": origin} for key, value, origin in rows}, indent=1
            )
        )
        return
    grid = Grid("setting", "value", "from", box=None)
    for key, value, origin in rows:
        grid.add_row(key, jsonlib.dumps(value), origin)
    out.print(grid)


@app.command()
@told
def judge(
    env: Env = "local", root: Root = "", set_: Set = None, json: Json = False, debug: Debug = False
) -> None:
    """Hold the last published run against the generator's truth; exit 1 below a floor."""
    if not commands.judge(env, root, set_ or [], json, out):
        raise typer.Exit(1)


@app.command()
@told
def backtest(
    env: Env = "local", root: Root = "", set_: Set = None, json: Json = False, debug: Debug = False
) -> None:
    """Score the newest known outcomes again, with customers as known on the day: both AUCs."""
    commands.backtest(env, root, set_ or [], json, out)


@app.command()
@told
def serve(
    env: Env = "local", root: Root = "", set_: Set = None, port: int = 10000, debug: Debug = False
) -> None:
    """Serve the last published run over JDBC (Thrift) until interrupted."""
    commands.serve(env, root, set_ or [], port, out)


@app.command()
@told
def doctor(root: Root = "", json: Json = False, debug: Debug = False) -> None:
    """Check Java, Spark, Delta, jars, network and disk; each fault comes with its cure."""
    from holdfast.jobs.cli import doctor as checks

    faults = checks.check(checks.this_machine(Path(root or "holdfast-data")))
    if json:
        typer.echo(
            jsonlib.dumps([{"fault": f.name, "problem": f.problem, "cure": f.cure} for f in faults])
        )
    for fault in faults if not json else []:
        err.print(
            f"[bold red]{fault.problem}[/]\n[bold]What to do:[/] {fault.cure}", highlight=False
        )
    if faults:
        raise typer.Exit(5)
    if not json:
        out.print("This machine is ready.")


@app.command("fetch-jars")
@told
def fetch_jars(debug: Debug = False) -> None:
    """Bring the two Delta jars into the cache, once, and check their digests."""
    from holdfast.jobs.runtime.spark.jars import fetch_jars as fetch

    fetch(out.print)


def main() -> None:
    """Entry point of the `holdfast` command."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    app()
