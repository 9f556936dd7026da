"""Tables of every write policy through Connect, on a cluster of two workers, killed and resumed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.policies import PIPELINE
from tests.slow.policy_runs import FIRST, SECOND, content, feed, run
from tests.slow.roots import manifests
from tests.slow.servers import cluster, connected, on_cluster

pytestmark = pytest.mark.slow


def test_jobs_as_processes_behind_connect_end_where_one_local_process_ends(
    two_clean_runs: dict[str, Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    feed(root, FIRST)
    with (
        cluster(tmp_path) as master,
        connected(on_cluster(master, tmp_path), tmp_path / "server.log") as remote,
    ):
        for job in PIPELINE.order:
            assert not (root / "gold" / "published_runs").exists() or manifests(root) == {}
            run(root, job, "--key", "nightly", SPARK_REMOTE=remote)
        again = run(root, "load", "--key", "nightly", SPARK_REMOTE=remote)
        feed(root, SECOND)
        run(root, crash_at="after:bronze.numbers", SPARK_REMOTE=remote)
        run(root, "--resume", crash_at="after:silver.seen_numbers", SPARK_REMOTE=remote)
        run(root, "--resume", SPARK_REMOTE=remote)
    assert "already published" in again
    assert sorted(manifests(root)) == [1, 2]
    assert content(root) == two_clean_runs
