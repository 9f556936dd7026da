"""Pages name what exists: files, tables and settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from tests.architecture.rule import REPOSITORY, tracked

PAGES = [path for path in tracked("*.md") if path != "CHANGELOG.md"]
TABLES = {table.name for table in PIPELINE.tables}
LAYERS = {table.layer for table in PIPELINE.tables}
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


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_what_exists(page: str) -> None:
    path = REPOSITORY / page
    assert list(lost(path.read_text(encoding="utf-8"), path.parent)) == []


@pytest.mark.parametrize(
    "planted",
    ["[page](docs/gone.md)", "`gold.customer_361`", "`run.lease_hours`", "`value.gone` x"],
)
def test_a_planted_name_is_caught(planted: str) -> None:
    assert list(lost(planted, REPOSITORY))
