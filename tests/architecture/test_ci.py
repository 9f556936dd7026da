"""Continuous integration runs what a laptop runs: the parts of .ci/run and nothing of its own."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import yaml

from tests.architecture.rule import REPOSITORY, tracked

PARTS = {"check", "test", "slow", "nightly"}


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


def test_hooks_before_a_commit_are_the_locked_tools() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    assert all(hook["entry"].startswith(".venv/bin/") for repo in hooks for hook in repo["hooks"])
