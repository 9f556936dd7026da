"""A standalone cluster of two workers and a Connect server, started from the pip package."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

from holdfast.jobs.runtime.spark.jars import jar_paths
from holdfast.jobs.runtime.spark.session import ARCHIVE
from tests.architecture.rule import REPOSITORY

SPARK = Path(pyspark.__file__).parent / "bin"
JARS = list(map(str, jar_paths()))
# Six JVMs that live for a minute: what costs is starting and compiling.
JAVA = "-Duser.timezone=UTC -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
if ARCHIVE.is_file():
    JAVA += f" -XX:SharedArchiveFile={ARCHIVE}"
DELTA = {
    "spark.jars": ",".join(JARS),
    "spark.driver.extraClassPath": ":".join(JARS),  # their classes come from the archive, too
    "spark.executor.extraClassPath": ":".join(JARS),
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
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
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
        "SPARK_DAEMON_CLASSPATH": ":".join(JARS),
        "SPARK_DAEMON_JAVA_OPTS": JAVA,
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
        web = ["--webui-port", "0"]
        words = ["--host", "127.0.0.1", "--port", str(port), *web]
        master = [deploy[0], f"{deploy[1]}.master.Master", *words]
        stack.enter_context(daemon(master, folder / "master.log", port))
        for number in (1, 2):
            room = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work{number}")]
            worker = [
                deploy[0],
                f"{deploy[1]}.worker.Worker",
                *room,
                *web,
                f"spark://127.0.0.1:{port}",
            ]
            stack.enter_context(daemon(worker, folder / f"{number}.log"))
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
        "--conf",
        "spark.driver.maxResultSize=64m",  # nothing large may come to the driver
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
