"""The notebooks people look at are those people edit, with outputs, through the public face."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import jupytext
import nbformat
import pytest

import holdfast
from tests.architecture.rule import REPOSITORY

FOLDER = REPOSITORY / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
EACH_PAGE = pytest.mark.parametrize("name", NAMES)
FACE = {"holdfast": set(holdfast.__all__) | {"churn", "value", "identity", "allocation"}}
PATH = re.compile(r"(?<![\w.<])/\w+/\w+|\b[A-Z]:\\")


@cache
def read(name: str) -> nbformat.NotebookNode:
    """A notebook with its outputs."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def cells(page: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in page.cells]


def outputs(name: str) -> list[Any]:
    return [output for cell in read(name).cells for output in cell.get("outputs", [])]


def shown(name: str) -> Iterator[tuple[str, str]]:
    """Every output as its kind and its content."""
    for output in outputs(name):
        yield from output.get("data", {}).items()
        if "text" in output:
            yield output.name, output.text


def foreign(code: str) -> Iterator[str]:
    """Names of Holdfast in code that its public face does not offer."""
    tree = ast.parse(code)
    modules = {"holdfast": "holdfast"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("holdfast."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("holdfast"):
            for alias in node.names:
                if node.module != "holdfast" or alias.name not in FACE["holdfast"]:
                    yield f"{node.module}.{alias.name}"
                else:
                    modules[alias.asname or alias.name] = f"holdfast.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = modules.get(node.value.id, "")
            if module and node.attr not in FACE.get(module, import_module(module).__all__):
                yield f"{module}.{node.attr}"


def test_each_source_has_its_page() -> None:
    assert NAMES == ["explore_segments", "explore_value", "plan_decisions", "tune_churn"]


@EACH_PAGE
def test_a_page_has_the_cells_of_its_source(name: str) -> None:
    source = jupytext.read(FOLDER / f"{name}.py")
    assert cells(read(name)) == cells(source), "run `make notebooks`"


@EACH_PAGE
def test_a_page_was_run_once_from_top_to_bottom(name: str) -> None:
    numbers = [cell.execution_count for cell in read(name).cells if cell.cell_type == "code"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not [o for o in outputs(name) if o.output_type == "error"]


@EACH_PAGE
def test_a_page_shows_tables_and_pictures_but_no_warnings(name: str) -> None:
    kinds = {kind for kind, _ in shown(name)}
    assert {"image/png", "text/html"} <= kinds
    assert "stderr" not in kinds


@EACH_PAGE
def test_a_page_names_no_place_on_a_machine(name: str) -> None:
    texts = [content for kind, content in shown(name) if not kind.startswith("image/")]
    assert texts and not [text for text in texts if PATH.search(text)]


@EACH_PAGE
def test_a_page_is_quick_to_load(name: str) -> None:
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 400_000


@EACH_PAGE
def test_a_notebook_uses_the_public_face_alone(name: str) -> None:
    assert list(foreign((FOLDER / f"{name}.py").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import holdfast.api",
        "from holdfast.models import churn",
        "from holdfast import jobs",
        "import holdfast\nholdfast.api",
        "from holdfast import churn\nchurn.rule_thresholds",
    ],
)
def test_a_planted_name_of_the_inside_is_caught(planted: str) -> None:
    assert list(foreign(planted))
