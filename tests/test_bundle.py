"""The bundle says what the graph says, in the words of the platform."""

import tomllib
from typing import Any

import pytest
import yaml

from holdfast.jobs.pipeline import PIPELINE
from tests.architecture.rule import REPOSITORY

BUNDLE: dict[str, Any] = yaml.safe_load((REPOSITORY / "bundle.yml").read_text(encoding="utf-8"))
JOB: dict[str, Any] = BUNDLE["resources"]["jobs"]["holdfast"]
TASKS: dict[str, dict[str, Any]] = {task["task_key"]: task for task in JOB["tasks"]}


def variables(value: Any) -> set[str]:
    """Names used as ${var.name} anywhere in a value."""
    if isinstance(value, dict):
        return set().union(*map(variables, value.values()))
    if isinstance(value, list):
        return set().union(*map(variables, value))
    return {part.partition("}")[0] for part in str(value).split("${var.")[1:]}


def test_tasks_wait_for_what_the_jobs_read() -> None:
    waits = {
        name: frozenset(before["task_key"] for before in task.get("depends_on", []))
        for name, task in TASKS.items()
    }
    assert len(TASKS) == len(JOB["tasks"])
    assert waits == PIPELINE.edges


def test_every_task_runs_its_own_job_under_the_run_of_the_platform() -> None:
    for name, task in TASKS.items():
        words = task["python_wheel_task"]["parameters"]
        assert words[:2] == ["run", name]
        assert words[words.index("--run-key") + 1] == "{{job.run_id}}"
        assert task["job_cluster_key"] == JOB["job_clusters"][0]["job_cluster_key"]


def test_the_entry_point_is_one_of_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for task in TASKS.values():
        wheel = task["python_wheel_task"]
        assert wheel["package_name"] == project["name"]
        assert wheel["entry_point"] in project["scripts"]


def test_every_variable_is_declared_and_has_a_value_in_both_targets() -> None:
    declared = BUNDLE["variables"]
    assert variables(BUNDLE["resources"]) == set(declared)
    open_ones = {name for name, spec in declared.items() if "default" not in spec}
    for target in ("dev", "prod"):
        assert open_ones <= set(BUNDLE["targets"][target]["variables"]) <= set(declared)
    assert BUNDLE["targets"]["dev"]["default"] is True
    assert BUNDLE["targets"]["prod"]["mode"] == "production"


def test_a_new_wheel_reaches_a_cluster_that_is_up() -> None:
    assert BUNDLE["artifacts"]["wheel"]["dynamic_version"] is True


def test_the_platform_reads_the_job_as_we_mean_it() -> None:
    jobs = pytest.importorskip(
        "databricks.bundles.jobs", reason="databricks-bundles is not installed"
    )
    read = jobs.Job.from_dict(JOB)
    assert [task.task_key for task in read.tasks] == list(TASKS)
