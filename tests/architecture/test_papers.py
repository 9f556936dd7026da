"""Pages name what exists: files, tables and settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from holdfast.jobs.cli.main import app
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from tests.architecture.rule import REPOSITORY, tracked

PAGES = [path for path in tracked("*.md") if path != "CHANGELOG.md"]
TABLES = {table.name for table in PIPELINE.tables}
LAYERS = {table.layer for table in PIPELINE.tables}
COMMAND_LINE: Any = get_command(app)
COMMANDS = COMMAND_LINE.commands
TARGETS = set(
    re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
BENCHES = {Path(path).stem for path in tracked("bench/*.py")}
FILES = {"yml", "yaml", "md", "py", "csv", "json", "html", "png"}


def lost(text: str, folder: Path) -> Iterator[str]:
    """Links to files that are not there, and names in backticks of tables and settings that are
    none.
    """
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in link and not (folder / link).exists():
            yield link
    keys = set(settings.load().origins)
    known = TABLES | keys | {key.rpartition(".")[0] for key in keys}
    ours = (LAYERS | {key.partition(".")[0] for key in keys}) - {"spark"}  # has settings of its own
    for first, second in re.findall(r"`([a-z_]+)\.([a-z_0-9]+)(?:[.` ]|$)", text, re.MULTILINE):
        if first in ours and second not in FILES and f"{first}.{second}" not in known:
            yield f"{first}.{second}"
    yield from lost_commands(text)


def find_command(words: list[str]) -> Any:
    """The command that a line begins with, also one of a group; None where there is none."""
    command = COMMANDS.get(words[0])
    return command.commands.get(words[1]) if hasattr(command, "commands") else command


def lost_commands(text: str) -> Iterator[str]:
    """Commands that there are not or whose options are others, and make's targets and benches that
    are none.
    """
    for line in re.findall(r"(?:`|^)holdfast ([a-z][^`|#\n]*)", text, re.MULTILINE):
        command, options = find_command(line.split()), re.findall(r"--[a-z-]+", line)
        known = [opt for parameter in command.params for opt in parameter.opts] if command else []
        if command is None or not set(options) <= set(known):
            yield f"holdfast {line}"
    for words in re.findall(r"(?:`|^)make((?: [a-z][a-z-]*)+)", text, re.MULTILINE):
        yield from (f"make {word}" for word in words.split() if word not in TARGETS)
    yield from (name for name in re.findall(r"NAME=([a-z_]+)", text) if name not in BENCHES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_what_exists(page: str) -> None:
    path = REPOSITORY / page
    assert list(lost(path.read_text(encoding="utf-8"), path.parent)) == []


@pytest.mark.parametrize(
    "planted",
    [
        "[page](docs/gone.md)",
        "`gold.customer_361`",
        "`run.lease_hours`",
        "`value.gone` x",
        "`holdfast evaluated`",
        "`holdfast run JOB --key K`",
        "holdfast demo --source journey",
        "`make demos`",
        "make check tests",
        "`make bench NAME=gone`",
    ],
)
def test_a_planted_name_is_caught(planted: str) -> None:
    assert list(lost(planted, REPOSITORY))
