"""Every kind of kill, on a table of each write policy: the short form of the crash chain, which
`make test-nightly` runs over every job. What dies is a process of its own; what goes on with its
run is another one, that of the tests, whose session is warm.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import EXIT_BUSY
from tests.slow.policy_runs import FIRST, SECOND, begin, content, feed, run, run_here
from tests.slow.roots import manifests

pytestmark = pytest.mark.slow
# Where a first run is killed, which creates each table with its rows, and where a second, which
# appends, merges and replaces.
CREATING = ("after:bronze.numbers", "before:silver.number_states", "before:gold.published_runs")
WRITING = (
    "after:bronze.numbers",
    "after:silver.number_keys",
    "after:silver.seen_numbers",
    "after:features.number_days",
    "before:gold.published_runs",
)


def test_two_runs_killed_at_every_kind_of_write_end_where_clean_ones_end(
    spark: SparkSession, two_clean_runs: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    feed(root, FIRST)
    run(root, crash_at=CREATING[0])
    refused = run(root, code=EXIT_BUSY)
    assert "--resume" in refused and "--abandon" in refused and "Traceback" not in refused
    said = [run(root, "--resume", crash_at=point) for point in CREATING[1:]]
    assert "bronze.numbers: already done" in said[0]
    run_here(spark, root, resume=True)
    feed(root, SECOND)
    run(root, crash_at=WRITING[0])
    for point in WRITING[1:]:
        run(root, "--resume", crash_at=point)
        assert list(manifests(root)) == [1]
    run_here(spark, root, resume=True)
    assert sorted(manifests(root)) == [1, 2]
    assert content(root) == two_clean_runs


def test_an_abandoned_run_leaves_what_was_published_and_the_next_ends_as_a_clean_one(
    spark: SparkSession, two_clean_runs: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    feed(root, FIRST)
    run(root, crash_at="after:silver.seen_numbers")
    run_here(spark, root, abandon=True)
    feed(root, SECOND)
    run(root, crash_at="after:features.number_days")
    run_here(spark, root, abandon=True)
    assert sorted(manifests(root)) == [2, 4]
    assert content(root) == two_clean_runs


def test_a_process_silent_for_longer_than_its_lease_writes_nothing_when_it_wakes(
    spark: SparkSession, two_clean_runs: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    feed(root, FIRST)
    run_here(spark, root)
    feed(root, SECOND)
    words = ("--lease", "6", "--host", "elsewhere.example")
    frozen = begin(root, *words, HOLDFAST_STOP_AT="before:bronze.numbers")
    try:
        while not is_stopped(frozen.pid):
            assert frozen.poll() is None
            time.sleep(0.2)
        run_here(spark, root, seconds=6, resume=True)
        assert sorted(manifests(root)) == [1, 2]
        versions = manifests(root)[2]
        os.kill(frozen.pid, signal.SIGCONT)
        _, said = frozen.communicate(timeout=120)
    finally:
        frozen.kill()
    assert frozen.returncode == EXIT_BUSY and "taken over" in said, said[-2000:]
    assert content(root) == two_clean_runs
    newest = DeltaTable(root / "bronze" / "numbers").version()
    assert newest == versions["bronze.numbers"], "nothing was written after it"


def is_stopped(pid: int) -> bool:
    """Whether a process is frozen."""
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"
