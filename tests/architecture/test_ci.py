"""Continuous integration runs what a laptop runs: the parts of .ci/run and nothing of its own."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.rule import REPOSITORY, tracked

PARTS = {"check", "test", "slow", "nightly"}
# Says what it is asked for, and ends as asked; test and test-slow wait for each other to begin.
MAKE = """#!/bin/bash
echo "began $1"; touch "$1"
for other in test test-slow; do
  for _ in {1..100}; do [[ $1 == check || -e $other ]] || sleep 0.1; done
  [[ $1 == check || -e $other ]] || echo "$1 waited for $other in vain"
done
[[ $1 == "$FAILING" ]] && { echo "failed $1"; exit 3; }
echo "ended $1"
"""


def commands(workflow: dict[str, Any]) -> Iterator[str]:
    """Every command line of a workflow, once per value of its matrix."""
    for job in workflow["jobs"].values():
        parts = job.get("strategy", {}).get("matrix", {}).get("part", [""])
        for step in job["steps"]:
            if "run" in step:
                yield from (step["run"].replace("${{ matrix.part }}", part) for part in parts)


def test_workflows_run_every_part_of_ci_and_nothing_else() -> None:
    paths = tracked(".github/workflows/*.yml")
    files = [yaml.safe_load((REPOSITORY / path).read_text()) for path in paths]
    found = [command for workflow in files for command in commands(workflow)]
    assert sorted(found) == sorted(f".ci/run {part}" for part in PARTS)


def test_ci_knows_its_parts_and_refuses_others() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text()
    assert set(re.findall(r"^  (\w+)\)", script, re.MULTILINE)) == {"all", *PARTS}
    ran = subprocess.run([REPOSITORY / ".ci" / "run", "nothing"], capture_output=True, check=False)
    assert ran.returncode == 2 and b"There is no part nothing" in ran.stderr


@pytest.mark.parametrize("failing", ["", "check", "test", "test-slow"])
def test_the_tests_run_at_once_and_one_that_fails_fails_the_whole_and_says_so(
    failing: str, tmp_path: Path
) -> None:
    (tmp_path / ".ci").mkdir()
    make, script = tmp_path / "bin" / "make", tmp_path / ".ci" / "run"
    make.parent.mkdir()
    make.write_text(MAKE)
    script.write_text((REPOSITORY / ".ci" / "run").read_text())
    for program in (make, script):
        program.chmod(0o755)
    path = f"{make.parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "FAILING": failing}
    ran = subprocess.run([script], env=env, text=True, capture_output=True, check=False)
    asked = ["check"] if failing == "check" else ["check", "test", "test-slow"]
    said = [f"{'failed' if name == failing else 'ended'} {name}" for name in asked]
    assert ran.returncode == (3 if failing else 0), ran.stderr
    assert [line for line in ran.stdout.splitlines() if not line.startswith("began")] == said


def test_hooks_before_a_commit_are_the_locked_tools() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    assert all(hook["entry"].startswith(".venv/bin/") for repo in hooks for hook in repo["hooks"])
