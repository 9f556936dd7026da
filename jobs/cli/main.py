"""The command line: run the pipeline, look at it, check the machine.

What needs Spark is imported when a command asks for it: `plan`, `config` and `doctor` answer where
there is none.
"""

import json as jsonlib
import os
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast._version import __version__
from holdfast.jobs.cli import (
    churn_table,
    decide,
    export,
    machine,
    maintain,
    match,
    rekey,
    settings_page,
    share,
    sources,
    tables,
    value_log,
)
from holdfast.jobs.cli import plan as plans
from holdfast.jobs.cli.options import (
    Abandon,
    AsOf,
    Debug,
    Env,
    Force,
    Jobs,
    Json,
    Mappings,
    OnlySource,
    Path,
    Rehash,
    Resume,
    Root,
    RunKey,
    Set,
    handle_errors,
    out,
)
from holdfast.jobs.runtime.config.errors import EXIT_FAILED

if TYPE_CHECKING:
    from holdfast.jobs.runtime.runs.records import Run

app = typer.Typer(
    help="Holdfast turns a retailer's raw exports into Delta tables: who each customer is, who is "
    "leaving and why, what each is worth.\n\nExit codes: 0 done, 1 failed, 2 wrong command line or "
    "setting, 3 another run is open, 4 unreadable input, 5 the machine is not ready, 6 drift.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"holdfast {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """What holds for every command; the help stands above."""


@app.command()
@handle_errors
def run(
    jobs: Jobs = None,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    as_of: AsOf = "",
    mappings: Mappings = "",
    only_source: OnlySource = "",
    path: Path = "",
    run_key: RunKey = "",
    resume: Resume = False,
    abandon: Abandon = False,
    force: Force = False,
    rehash: Rehash = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Run jobs in order, skipping what is unchanged, and publish the result."""
    from holdfast.jobs.cli import bootstrap
    from holdfast.jobs.stages.known_digests import forget_digests

    if rehash:
        forget_digests()
    with bootstrap.open_runner(
        env,
        root,
        set_ or [],
        as_of=as_of,
        mappings=mappings,
        only_source=only_source,
        path=path,
        force=force,
        quiet=json,
        jobs=jobs or [],
    ) as runner:
        done = runner.run(jobs or [], run_key or None, resume=resume, abandon=abandon)
    _print_result(done, json)


def _print_result(done: "Run | None", as_json: bool) -> None:
    if as_json:
        number, day = (done.number, str(done.as_of)) if done else (None, None)
        found = {"run_number": number, "as_of": day, "changed": done is not None}
        typer.echo(jsonlib.dumps(found))
    elif done is None:
        out.print("Nothing has changed since the last run: 0 rows written.")


@app.command()
@handle_errors
def demo(
    source: Annotated[
        str,
        typer.Argument(help="generated: a made-up retailer; journey: a real grocery panel."),
    ] = "generated",
    customers: Annotated[int, typer.Option(help="Customers of the generated retailer.")] = 3000,
    env: Env = "demo",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Make raw exports, run every job, and say where tables and report are."""
    from holdfast.jobs.cli import demo as demos

    demos.demo(source, customers, env, root, set_ or [], out)


@app.command()
@handle_errors
def generate(
    customers: Annotated[int, typer.Option(help="People; 100 to 10,000,000.")] = 3000,
    deliveries: Annotated[int, typer.Option(help="Portions in which the exports come.")] = 1,
    env: Env = "local",
    root: Root = "",
    set_: Set = None,
    debug: Debug = False,
) -> None:
    """Write the raw exports and the truth of a generated retailer."""
    from holdfast.jobs.cli import bootstrap

    asked = [f"synthetic.customers={customers}", f"synthetic.deliveries={deliveries}"]
    bootstrap.start_standalone("generate", env, root, [*asked, *(set_ or [])])


@app.command()
@handle_errors
def report(env: Env = "local", root: Root = "", set_: Set = None, debug: Debug = False) -> None:
    """Write the HTML report of the last published run."""
    from holdfast.jobs.cli import bootstrap

    bootstrap.start_standalone("report", env, root, set_ or [])


@app.command()
@handle_errors
def plan(json: Json = False, debug: Debug = False) -> None:
    """Print the graph of jobs, as Mermaid or JSON."""
    typer.echo(plans.plan(json))


@app.command()
@handle_errors
def config(
    section: Annotated[
        str, typer.Argument(help="A section or the beginning of keys, such as churn.rules.")
    ] = "",
    env: Env = "local",
    set_: Set = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Print each setting, what it does, and the file it came from."""
    lines = settings_page.list_settings(env, set_ or [], section)
    typer.echo(settings_page.as_json(lines) if json else settings_page.as_text(lines))


@app.command()
@handle_errors
def evaluate(
    env: Env = "local", root: Root = "", set_: Set = None, json: Json = False, debug: Debug = False
) -> None:
    """Compare the last published run with the generator's truth; exit 1 below a floor."""
    from holdfast.jobs.cli import commands

    if not commands.evaluate(env, root, set_ or [], json, out):
        raise typer.Exit(EXIT_FAILED)


@app.command()
@handle_errors
def backtest(
    env: Env = "local", root: Root = "", set_: Set = None, json: Json = False, debug: Debug = False
) -> None:
    """Score the newest known outcomes again, with customers as known on the day: both AUCs."""
    from holdfast.jobs.cli import commands

    commands.backtest(env, root, set_ or [], json, out)


app.add_typer(sources.app, name="sources")
for command in (
    churn_table.churn,
    decide.decide,
    export.export,
    maintain.maintain,
    match.match,
    share.share,
    tables.tables,
    value_log.value,
    rekey.rekey,
    machine.doctor,
    machine.docs,
    machine.fetch_jars,
):
    app.command()(command)


def main() -> None:
    """Entry point of the `holdfast` command."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    app()
