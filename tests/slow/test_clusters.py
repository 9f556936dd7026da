"""Every job on a cluster, behind Connect, and each by itself: the long form of
tests/slow/test_connect.py.
"""

import subprocess
from pathlib import Path

import pytest

from holdfast.jobs.pipeline import PIPELINE
from tests.slow.roots import content, differences, holdfast, manifests, run, with_deliveries
from tests.slow.servers import CONF, SPARK, cluster, connected, on_cluster, variables

pytestmark = pytest.mark.nightly


def test_every_job_as_a_process_of_its_own_on_a_cluster_behind_connect_gives_the_same_tables(
    clean: Path, retailer: Path, tmp_path: Path
) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    with (
        cluster(tmp_path) as master,
        connected(on_cluster(master, tmp_path), tmp_path / "server.log") as remote,
    ):
        for job in PIPELINE.order:
            assert not (root / "gold" / "published_runs").exists() or manifests(root) == {}
            run(root, job, "--run-key", "nightly", SPARK_REMOTE=remote)
        again = run(root, "ingest", "--run-key", "nightly", SPARK_REMOTE=remote)
    assert len(list(tmp_path.glob("work*/app-*"))) == 2, "both workers took part"
    assert list(manifests(root)) == [1]
    assert not differences(content(clean), content(root))
    assert "already published" in again.stderr


def test_a_standalone_cluster_gives_the_same_gold(
    clean: Path, retailer: Path, tmp_path: Path
) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    main = tmp_path / "main.py"
    main.write_text("from holdfast.jobs.cli.main import main\nmain()\n", encoding="utf-8")
    with cluster(tmp_path) as master:
        done = subprocess.run(
            [
                str(SPARK / "spark-submit"),
                *on_cluster(master, tmp_path),
                str(main),
                "run",
                "--env",
                "mini",
                "--as-of",
                "latest",
                "--root",
                str(root),
            ],
            env=variables(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert len(list(tmp_path.glob("work*/app-*"))) == 2, "both workers took part"
    assert not differences(content(clean, "gold"), content(root, "gold"))


def test_local_connect_gives_the_same_gold_also_after_upkeep(
    clean: Path, retailer: Path, tmp_path: Path
) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    words = ["--master", "local[2,4]", "--driver-memory", "2g", *CONF]
    with connected(words, tmp_path / "server.log") as remote:
        run(root, SPARK_REMOTE=remote)
        few = ("--env", "mini", "--set", "maintain.small_files=1")
        kept = holdfast("maintain", *few, root=root, SPARK_REMOTE=remote)
    assert kept.returncode == 0 and "->    1 files" in kept.stderr, kept.stderr[-3000:]
    assert not differences(content(clean, "gold"), content(root, "gold"))
