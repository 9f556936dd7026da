"""What is packed: a wheel that carries its data and its manual, and no package nobody imports."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from holdfast.jobs.cli.manual import list_pages
from tests.architecture.rule import REPOSITORY, tracked

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Needed without being imported, each with its reason.
NOT_IMPORTED = {
    "tzdata": "time zones where the machine has none",
    "vl-convert-python": "altair draws pictures with it",
    "delta-spark": "its jars are the package",
    "duckdb-extension-delta": "duckdb loads it by itself",
    "ipykernel": "what a notebook runs in",
    "ruff": "a program",
    "mypy": "a program",
    "types-pyyaml": "types for mypy",
    "setuptools": "builds the package",
    "import-linter": "a program",
}


def imported() -> set[str]:
    """Top-level modules that any tracked Python file imports."""
    names: set[str] = set()
    for path in tracked():
        if path.endswith(".py"):
            for node in ast.walk(ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names.add(node.module.split(".")[0])
    return names


def requirements() -> set[str]:
    """Names of all packages that are asked for, without those of the benches."""
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(r for n, e in extras.items() if n != "bench" for r in e)]
    return {re.split(r"[\[<>=~!; ]", name)[0].lower() for name in asked}


def test_every_package_asked_for_is_imported() -> None:
    modules: dict[str, set[str]] = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(owner.lower().replace("_", "-"), set()).add(module)
    used = imported()
    idle = {
        name
        for name in requirements() - set(NOT_IMPORTED)
        if not modules.get(name, {name.replace("-", "_")}) & used
    }
    assert idle == set()
    assert set(NOT_IMPORTED) <= requirements()


def test_every_package_asked_for_is_in_the_lock_with_its_digest() -> None:
    lock = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==\S+ \\\n +--hash=", lock, re.M)}
    assert requirements() - locked == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `pip install` makes it, from the tracked files alone."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    for path in tracked_with_links():
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        source = REPOSITORY / path
        if source.is_symlink():
            target.symlink_to(source.readlink())
        else:
            target.write_bytes(source.read_bytes())
    words = ["wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(tree)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    return next(folder.glob("*.whl"))


def tracked_with_links() -> list[str]:
    """Every tracked file of the packed folders, the links of src/holdfast too."""
    roots = ["src", "jobs", "models", "transformations", "conf", "docs"]
    files = ["pyproject.toml", "README.md", "LICENSE"]
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *roots, *files],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [path for path in listed if (REPOSITORY / path).exists()]


def test_the_wheel_carries_code_settings_mappings_graph_and_manual(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packed = {name.removeprefix("holdfast/") for name in names if name.startswith("holdfast/")}
    folders = ("jobs/", "models/", "transformations/", "conf/")
    tree = {path for path in tracked() if path.startswith(folders)}
    manual = {f"docs/{Path(path).name}" for path, _ in list_pages()}
    assert (tree | manual | {"py.typed", "api.py", "__init__.py"}) - packed == set()


def test_the_wheel_names_no_host_and_no_machine(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    head = archive.read(metadata).decode().partition("\n\n")[0]
    assert re.findall(r"^(?:Project-URL|Home-page|Author-email):.*$", head, re.M) == []


def test_the_wheel_answers_in_an_empty_folder_without_spark(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    bare = (
        f"import sys; sys.path.insert(0, {str(site)!r}); "
        "sys.modules.update(dict.fromkeys(('pyspark', 'delta', 'mlflow', 'pandas', 'numpy'))); "
        "import holdfast; assert holdfast.__file__.startswith(sys.path[0]), holdfast.__file__; "
        "from holdfast.jobs.cli.main import main; main()"
    )
    for words, answer in (
        (["--version"], "holdfast "),
        (["plan"], "graph LR"),
        (["config", "run"], "run.time_zone"),
        (["docs"], "operations.md"),
    ):
        ran = subprocess.run(
            [sys.executable, "-I", "-c", bare, *words], cwd=tmp_path, capture_output=True, text=True
        )
        assert answer in ran.stdout, ran.stderr
