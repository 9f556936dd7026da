"""The jobs of tests/fixtures/policies.py as processes, and what they leave behind."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from pyspark.sql import SparkSession

from tests.architecture.rule import REPOSITORY
from tests.fixtures import policies
from tests.slow.roots import manifests

FIRST, SECOND = "1 2 2 3", "3 3 4"


def feed(root: Path, numbers: str) -> None:
    root.mkdir(exist_ok=True)
    (root / "numbers.txt").write_text(numbers.replace(" ", "\n"), encoding="utf-8")


def begin(root: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    """A process at work on the root."""
    given = [sys.executable, "-m", "tests.fixtures.policies", str(root), *words]
    paths = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")])
    env = {**os.environ, "PYTHONPATH": paths, **variables}
    return subprocess.Popen(given, env=env, cwd=REPOSITORY, text=True, stderr=subprocess.PIPE)


def run(root: Path, *words: str, crash_at: str = "", code: int = 0, **variables: str) -> str:
    """The end of such a process: what it said on the way."""
    process = begin(root, *words, HOLDFAST_CRASH_AT=crash_at, **variables)
    _, said = process.communicate(timeout=600)
    assert process.returncode == (-9 if crash_at else code), said[-2000:]
    return said


def run_here(spark: SparkSession, root: Path, seconds: float = 900, **asked: bool) -> None:
    """The same in the session of the tests, under a lease of some seconds."""
    policies.open_runner(spark, root, seconds / 60).run([], **asked)


def content(root: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Rows of each published table without what tells the run."""
    published = manifests(root)[max(manifests(root))]
    found = {}
    for table in policies.TABLES:
        place = root / table.layer / table.short_name
        rows = DeltaTable(place, version=published[table.name]).to_pyarrow_table().to_pylist()
        left_out = {"run_number", "version_at", "version_at_first"}
        found[table.name] = Counter(
            tuple(str(row[name]) for name in table.names if name not in left_out) for row in rows
        )
    return found
