"""The Airflow example draws the graph; Airflow itself stands in as two small classes."""

import runpy
import subprocess
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from holdfast.jobs.cli import plan
from holdfast.jobs.pipeline import PIPELINE
from tests.architecture.rule import REPOSITORY


class Dag:
    """A DAG that takes anything."""

    def __init__(self, name: str, **options: Any) -> None:
        self.options = options

    def __enter__(self) -> "Dag":
        return self

    def __exit__(self, *error: object) -> None:
        pass


class Bash:
    """A task that remembers what it waits for."""

    def __init__(self, task_id: str, bash_command: str) -> None:
        self.name, self.command, self.waits = task_id, bash_command, frozenset[str]()

    def set_upstream(self, tasks: Iterable["Bash"]) -> None:
        self.waits = frozenset(task.name for task in tasks)


def test_the_dag_is_the_graph_and_all_tasks_share_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, members in (
        ("airflow", {"DAG": Dag}),
        ("airflow.providers.standard.operators.bash", {"BashOperator": Bash}),
    ):
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(
        subprocess, "check_output", lambda words, text: plan.plan(as_json=words[-1] == "--json")
    )
    drawn = runpy.run_path(str(REPOSITORY / "docs" / "airflow_dag.py"))
    tasks: dict[str, Bash] = drawn["tasks"]
    assert {name: task.waits for name, task in tasks.items()} == PIPELINE.edges
    assert all(task.command.startswith(f"holdfast run {name} ") for name, task in tasks.items())
    assert all(task.command.endswith("--run-key '{{ run_id }}'") for task in tasks.values())
    assert drawn["dag"].options["max_active_runs"] == 1
