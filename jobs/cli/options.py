"""Options that commands share, and what a person sees when a command fails."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final, ParamSpec

import typer
from rich.console import Console
from rich.markup import escape

from holdfast.jobs.runtime.config.errors import EXIT_FAILED, HoldfastError, MachineError

err = Console(stderr=True)
out = Console()

P = ParamSpec("P")

Env = Annotated[
    str, typer.Option("--env", help="Environment: local, demo, mini, cluster or your own.")
]
Root = Annotated[
    str, typer.Option("--root", help="Folder or URI that holds the tables; else HOLDFAST_ROOT.")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="section.key=value, as often as needed.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the stack trace of an error.")]

Jobs = Annotated[list[str] | None, typer.Argument(help="Jobs to run; none: the whole graph.")]
AsOf = Annotated[str, typer.Option("--as-of", help="The day: YYYY-MM-DD, today or latest.")]
RunKey = Annotated[str, typer.Option("--run-key", help="Key shared by the processes of one run.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Finish the run that a dead process left open.")
]
Abandon = Annotated[
    bool, typer.Option("--abandon", help="Undo the run that a dead process left open.")
]
Force = Annotated[bool, typer.Option("--force", help="Do the work even where nothing changed.")]
Rehash = Annotated[
    bool, typer.Option("--rehash", help="Read raw files again that look as they did.")
]
OnlySource = Annotated[
    str, typer.Option("--only-source", help="Read this one source and no other.")
]
Path = Annotated[str, typer.Option("--path", help="File or folder of that source.")]
Mappings = Annotated[
    str, typer.Option("--mappings", help="Folder with your own mappings of sources.")
]

# What comes with the extra `local`; a platform such as Databricks brings these itself.
_LOCAL: Final = {
    "cryptography",
    "pyspark",
    "delta",
    "deltalake",
    "duckdb",
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
}

# How an error of Spark carries that of a worker.
_LACKING: Final = re.compile(r"ModuleNotFoundError: No module named '(\w+)")


def handle_errors(command: Callable[P, Any]) -> Callable[P, None]:
    """Turn an error into what is wrong and what to do; a stack trace only with --debug."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except Exception as error:
            if kwargs.get("debug"):
                raise
            known = explain(error)
            print_problem(known.problem, known.cure)
            raise typer.Exit(known.exit_code) from None

    return run


def print_problem(problem: str, cure: str) -> None:
    """What is wrong and what to do, on stderr; brackets in either are text, not markup."""
    text = f"[bold red]{escape(problem)}[/]\n[bold]What to do:[/] {escape(cure)}"
    err.print(text, highlight=False, soft_wrap=True)


def explain(error: Exception) -> HoldfastError:
    """The error as one with a cure; one nobody foresaw is its first line."""
    if isinstance(error, HoldfastError):
        return error
    package = (error.name or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if package in _LOCAL:
        return MachineError(
            f"This needs the package {package}, which is not installed.",
            cure="pip install 'holdfast[local]'",
        )
    if lacking := _LACKING.search(str(error)):
        return MachineError(
            f"A Python worker of Spark lacks the package {lacking[1]}.",
            cure="pip install 'holdfast[local]' into the Python of every worker (PYSPARK_PYTHON); "
            "docs/operations.md, On a cluster, lists what workers need.",
        )
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    found = HoldfastError(
        f"{type(error).__name__}: {text}",
        cure="run again with --debug for the stack trace; `holdfast doctor` checks the machine.",
    )
    found.exit_code = EXIT_FAILED
    return found
