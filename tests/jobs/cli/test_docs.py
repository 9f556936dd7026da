"""Rendered pages say what the code says."""

import re
from pathlib import Path

import pytest

from holdfast.jobs.cli import docs
from holdfast.jobs.pipeline import PIPELINE
from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import FEATURES

FOLDER = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", docs.pages())
def test_a_page_is_as_the_code_renders_it(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == docs.pages()[name], "run `make docs`"


def test_every_table_and_feature_has_its_place() -> None:
    pages = docs.pages()
    assert re.findall(r"^## (.*)$", pages["tables.md"], re.MULTILINE) == [
        table.name for table in PIPELINE.tables
    ]
    assert all(f"| {feature.name} | {feature.doc}" in pages["features.md"] for feature in FEATURES)
    assert all(
        f"| {measure.name} | {measure.event} |" in pages["features.md"] for measure in MEASURES
    )


def test_every_line_of_a_grid_has_the_same_cells() -> None:
    for grid in re.findall(r"(?:^\|.*\n)+", docs.pages()["features.md"], re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in grid.splitlines()}) == 1


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    docs.write(tmp_path / "docs")
    assert {path.name for path in (tmp_path / "docs").iterdir()} == set(docs.pages())
