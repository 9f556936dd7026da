"""What a session writes beside the tables is gone after it, and after a kill with the next one."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MAKE = """
from holdfast.jobs.runtime.spark.scratch import make_scratch
print(make_scratch(), flush=True)
input()
"""
Process = subprocess.Popen[str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], tuple[Process, Path]]]:
    """Processes that live until they are written to, each with its scratch folder."""
    started: list[Process] = []
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}

    def begin() -> tuple[Process, Path]:
        command, pipe = [sys.executable, "-c", MAKE], subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=env)
        started.append(process)
        assert process.stdout
        return process, Path(process.stdout.readline().strip())

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_a_process_that_ends_removes_its_own(
    start: Callable[[], tuple[Process, Path]], tmp_path: Path
) -> None:
    process, scratch = start()
    assert scratch.parent == tmp_path
    assert scratch.is_dir()
    process.communicate("end\n", timeout=60)
    assert not scratch.exists()


def test_the_next_one_removes_that_of_a_killed_process_and_no_other(
    start: Callable[[], tuple[Process, Path]], tmp_path: Path
) -> None:
    (killed, left), (_, in_use) = start(), start()
    killed.kill()
    killed.wait()
    (foreign := tmp_path / "holdfast-spark-of-another-version").mkdir()
    assert left.is_dir()
    start()
    assert not left.exists()
    assert in_use.is_dir(), "its owner lives"
    assert foreign.is_dir(), "nobody knows whose it is"
