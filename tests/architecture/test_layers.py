"""Who may import whom: import-linter's contracts and ruff's banned names hold, and catch planted
offences.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rule import REPOSITORY

CONTRACTS = {
    "jobs -> models -> transformations",
    "cli -> pipeline -> jobs, which meet in tables alone -> stages -> runtime",
    "the engine's rooms: runs -> registry -> storage -> spark -> config",
    "no files, logs, settings, Delta or MLflow below jobs",
}
PLANTED = {
    "transformations/planted.py": "import holdfast.models",
    "models/planted.py": "import subprocess",
    "jobs/activate.py": "import holdfast.jobs.publish",
    "jobs/runtime/config/planted.py": "import holdfast.jobs.runtime.runs",
}
SESSION = "from pyspark.sql import SparkSession\n\nprint(SparkSession)\n"


def lint_imports(root: Path) -> dict[str, bool]:
    """Whether each contract is kept in the tree at `root`."""
    code = (
        "import sys; sys.path.insert(0, 'src'); "
        "from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    lines = [line.strip().partition(" (")[0] for line in ran.stdout.splitlines()]
    kept = {
        line.rpartition(" ")[0]: line.endswith(" KEPT")
        for line in lines
        if line.endswith((" KEPT", " BROKEN"))
    }
    assert kept, ran.stdout + ran.stderr
    return kept


def ruff(path: str, code: str) -> str:
    """What ruff says of code under a path."""
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", path, "-"],
        cwd=REPOSITORY,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


def test_the_layers_are_kept() -> None:
    assert lint_imports(REPOSITORY) == dict.fromkeys(CONTRACTS, True)


def test_planted_imports_break_each_contract(tmp_path: Path) -> None:
    for folder in ("src", "jobs", "models", "transformations", "conf"):
        shutil.copytree(
            REPOSITORY / folder,
            tmp_path / folder,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"),
        )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for path, code in PLANTED.items():
        (tmp_path / path).write_text(code + "\n")
    assert lint_imports(tmp_path) == dict.fromkeys(CONTRACTS, False)


@pytest.mark.parametrize("path", ["transformations/x.py", "models/x.py", "jobs/x.py"])
def test_a_session_outside_the_runtime_is_caught(path: str) -> None:
    assert "TID251" in ruff(path, SESSION)


def test_the_runtime_may_name_a_session() -> None:
    assert "TID251" not in ruff("jobs/runtime/spark/x.py", SESSION)
