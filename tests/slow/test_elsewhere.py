"""The same wheel on a standalone cluster and over Connect gives the same gold; JDBC and notebooks
read it.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import jupytext
import pyspark
import pytest
from nbclient import NotebookClient

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.spark.jars import jar_paths
from tests.architecture.rule import REPOSITORY
from tests.slow.roots import content, differences, manifests, run, table, with_deliveries

SPARK = Path(pyspark.__file__).parent / "bin"
DELTA = {
    "spark.jars": ",".join(map(str, jar_paths())),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # another number than the local session's: nothing may hang on it
    "spark.sql.shuffle.partitions": "3",
    "spark.ui.enabled": "false",
    # as conf/mini has it: tiny frames are not worth compiling for
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # and as every session of Holdfast's own has it
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.allFilesInCrc.enabled": "false",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
}
CONF = [word for key, value in DELTA.items() for word in ("--conf", f"{key}={value}")]


def variables(**more: str) -> dict[str, str]:
    """The environment of Spark's own commands."""
    return {
        **os.environ,
        "SPARK_HOME": str(SPARK.parent),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        **more,
    }


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def daemon(words: list[str], log: Path, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the test is over; with a port, once somebody answers there."""
    with log.open("wb") as out:
        started = subprocess.Popen(words, env=variables(), stdout=out, stderr=subprocess.STDOUT)
        try:
            for _ in range(300 if port else 0):
                assert started.poll() is None, log.read_text()[-2000:]
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.5)
            yield started
        finally:
            started.terminate()
            started.wait(timeout=60)


def shipped(folder: Path) -> Path:
    """The package as `--py-files` takes it: a zip of the real folders behind the links."""
    shutil.copytree(
        REPOSITORY / "src" / "holdfast",
        folder / "zip" / "holdfast",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return Path(shutil.make_archive(str(folder / "holdfast"), "zip", folder / "zip"))


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a standalone master with two workers, started from the pip package."""
    port = free_port()
    deploy = [str(SPARK / "spark-class"), "org.apache.spark.deploy"]
    with ExitStack() as stack:
        stack.enter_context(
            daemon(
                [
                    deploy[0],
                    f"{deploy[1]}.master.Master",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(port),
                    "--webui-port",
                    "0",
                ],
                folder / "master.log",
                port,
            )
        )
        for number in (1, 2):
            stack.enter_context(
                daemon(
                    [
                        deploy[0],
                        f"{deploy[1]}.worker.Worker",
                        "--cores",
                        "1",
                        "--memory",
                        "1g",
                        "--webui-port",
                        "0",
                        "--work-dir",
                        str(folder / f"work{number}"),
                        f"spark://127.0.0.1:{port}",
                    ],
                    folder / f"{number}.log",
                )
            )
        yield f"spark://127.0.0.1:{port}"


def on_cluster(master: str, folder: Path) -> list[str]:
    """What spark-submit needs to start on it with the shipped package."""
    return [
        "--master",
        master,
        "--driver-memory",
        "1g",
        "--executor-memory",
        "1g",
        *CONF,
        "--py-files",
        str(shipped(folder)),
    ]


@contextmanager
def connected(words: list[str], log: Path) -> Iterator[str]:
    """The address of a Connect server started by spark-submit with `words`."""
    port = free_port()
    server = [
        str(SPARK / "spark-submit"),
        *words,
        "--conf",
        f"spark.connect.grpc.binding.port={port}",
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        "spark-internal",
    ]
    with daemon(server, log, port):
        yield f"sc://127.0.0.1:{port}"


@pytest.mark.slow
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


@pytest.mark.nightly
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


@pytest.mark.nightly
def test_local_connect_gives_the_same_gold(clean: Path, retailer: Path, tmp_path: Path) -> None:
    root = with_deliveries(retailer, tmp_path / "root", (2, 3, 4))
    words = ["--master", "local[2,4]", "--driver-memory", "2g", *CONF]
    with connected(words, tmp_path / "server.log") as remote:
        run(root, SPARK_REMOTE=remote)
    assert not differences(content(clean, "gold"), content(root, "gold"))


@pytest.mark.slow
def test_jdbc_serves_what_was_published(clean: Path, tmp_path: Path) -> None:
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "holdfast",
        "serve",
        "--env",
        "mini",
        "--port",
        str(port),
        "--root",
        str(clean),
    ]
    with daemon(words, tmp_path / "serve.log", port):
        asked = subprocess.run(
            [
                str(SPARK / "spark-class"),
                "org.apache.hive.beeline.BeeLine",
                "-u",
                f"jdbc:hive2://127.0.0.1:{port}/gold",
                "--outputformat=csv2",
                "--silent=true",
                "-e",
                "select count(*) as customers from gold.customer_360",
            ],
            env=variables(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    answer = asked.stdout.split()[-2:]  # behind the prompt
    assert answer == ["customers", str(len(table(clean, "gold.customer_360")))], asked.stderr[
        -2000:
    ]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", ["tune_churn", "explore_value"])
def test_the_notebook_runs_from_top_to_bottom(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: str
) -> None:
    for name, value in variables(HOLDFAST_ROOT=str(clean), HOLDFAST_ENV="mini").items():
        monkeypatch.setenv(name, value)
    page = jupytext.read(REPOSITORY / "notebooks" / f"{notebook}.py")
    NotebookClient(page, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output.get("data", {}) for cell in page.cells for output in cell.get("outputs", [])]
    assert any("vega" in data.get("text/html", "") for data in shown)
