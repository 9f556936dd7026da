"""The one place from which Spark sessions come. A platform's own session is used as it is."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import MachineError
from holdfast.jobs.runtime.config.sections import SparkSettings
from holdfast.jobs.runtime.spark.jars import jar_paths
from holdfast.jobs.runtime.spark.py4j_cache import remember_helpers
from holdfast.jobs.runtime.spark.scratch import make_scratch

_DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}
_ALWAYS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # other readers cannot hold all that INT96 can
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # instants in nanoseconds, which pandas writes: read as numbers, where Spark refuses the file
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    # raw files in the encodings of Windows, which Spark knows and refuses
    "spark.sql.legacy.javaCharsets": "true",
}
_INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # its default, which unless it is set follows from the environment, asked of for each value
    "spark.sql.types.framework.enabled": "false",
}
ARCHIVE = (
    Path(sys.prefix) / "share" / "holdfast" / "classes.jsa"
)  # made at set-up by cli/class_archive.py
_LOG4J = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex{1}
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
logger.query.name = SQLQueryContextLogger
logger.query.level = off
logger.dataframe.name = DataFrameQueryContextLogger
logger.dataframe.level = off
"""


def open_session(spark: SparkSettings, name: str = "holdfast") -> SparkSession:
    """The active session, a Connect session where SPARK_REMOTE is set, else a new local one."""
    active = SparkSession.getActiveSession()
    if active is not None:
        return apply_common_settings(active)
    remote = os.environ.get("SPARK_REMOTE")
    if remote:
        return apply_common_settings(SparkSession.builder.remote(remote).getOrCreate())
    # started by spark-submit: the cluster's own settings count
    if os.environ.get("SPARK_ENV_LOADED"):
        return apply_common_settings(SparkSession.builder.appName(name).getOrCreate())
    _check_java()
    builder = SparkSession.builder.appName(name)
    for key, value in local_conf(spark).items():
        builder = builder.config(key, value)
    with _quiet_start() as log:
        try:
            session = builder.getOrCreate()
        except Exception as error:
            raise MachineError(
                f"Spark did not start: {error}\n{_tail(log)}", cure="Run `holdfast doctor`."
            ) from error
    return apply_common_settings(session)


def apply_common_settings(session: SparkSession) -> SparkSession:
    """Set what must be equal on every session, a platform's own too."""
    for key, value in _ALWAYS.items():
        session.conf.set(key, value)
    remember_helpers(session)
    return session


def local_conf(spark: SparkSettings) -> dict[str, str]:
    """The settings of a session on this machine: notes on each in docs/operations.md."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return {
        **_machine_conf(spark),
        **_small_data_conf(spark),
        **({} if spark.codegen else _INTERPRETED),
        **_DELTA,
        **_ALWAYS,
        **{key: str(value) for key, value in spark.conf.items()},
    }


def _machine_conf(spark: SparkSettings) -> dict[str, str]:
    """Memory, folders and jars of the driver, which is the whole session."""
    scratch = make_scratch()
    log4j = scratch / "log4j2.properties"
    log4j.write_text(_LOG4J, encoding="utf-8")
    jars = [str(path) for path in jar_paths()]
    java_options = (
        f"{spark.java_options} {_shared_classes()} -Duser.timezone=UTC "
        f"-Djava.io.tmpdir={scratch} -Dderby.system.home={scratch} "
        f"-Dlog4j2.configurationFile=file:{log4j}"
    )
    return {
        "spark.master": spark.master,
        "spark.driver.memory": _memory(spark.memory),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(scratch),
        "spark.jars": ",".join(jars),
        "spark.driver.extraClassPath": ":".join(jars),  # their classes come from ARCHIVE, too
        "spark.driver.extraJavaOptions": java_options,
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _small_data_conf(spark: SparkSettings) -> dict[str, str]:
    """How plans are cut and commits are made."""
    tasks = str(spark.shuffle_partitions)
    return {
        "spark.sql.adaptive.enabled": str(spark.adaptive).lower(),
        "spark.sql.shuffle.partitions": tasks,
        "spark.default.parallelism": tasks,
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        # it asks the JVM four times for each Column made
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
        "spark.databricks.delta.snapshotPartitions": "1",
        # a job per commit for what nothing reads
        "spark.databricks.delta.allFilesInCrc.enabled": "false",
        # half the forks per commit
        "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
        "spark.databricks.delta.properties.defaults.checkpointInterval": str(
            spark.checkpoint_interval
        ),
    }


def _shared_classes() -> str:
    return f"-XX:SharedArchiveFile={ARCHIVE}" if ARCHIVE.is_file() else ""


def _memory(setting: str) -> str:
    if setting != "auto":
        return setting
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return f"{min(total // 2, 8192)}m"


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java or not Path(java).exists():
        raise MachineError(
            f"Java was not found{f' at {java}' if java else ''}.",
            cure="Install Java 17 and set JAVA_HOME to it (`holdfast doctor` checks).",
        )
    subprocess.run([java, "-version"], check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def _quiet_start() -> Iterator[Path]:
    """Keep the JVM's own first lines off the terminal: they bypass its logging."""
    with tempfile.NamedTemporaryFile(prefix="holdfast-jvm-", suffix=".log", delete=False) as log:
        saved = os.dup(1), os.dup(2)
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            yield Path(log.name)
        finally:
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])
            Path(log.name).unlink()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
