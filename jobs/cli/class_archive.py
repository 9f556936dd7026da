"""Prepare a machine once, at set-up: an empty MLflow database (ten seconds to make) and an archive
of the JVM's classes (five seconds to parse and verify in each session without it).
"""

import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.registry.mlflow_store import copy_migrated_database
from holdfast.jobs.runtime.spark.session import ARCHIVE


def archive_classes() -> None:
    """Archive the classes that work on a small root loads, and wait until the JVM has written them.

    Source: class data sharing (JEP 350). Java checks the archive against its version and the jars,
    and does without it where they differ.
    """
    ARCHIVE.unlink(missing_ok=True)
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    options = settings.load("local").values.spark.java_options
    flags = f"{options} -XX:ArchiveClassesAtExit={ARCHIVE}"
    with (
        tempfile.TemporaryDirectory() as root,
        open_runner("local", root, [f"spark.java_options={flags}"], quiet=True) as runner,
    ):
        runner.ledger.start("warm", None, {})
        spark = runner.store.spark
        numbers = spark.range(1000).withColumn("key", F.pmod("id", F.lit(7)))
        sums = numbers.groupBy("key").agg(F.sum("id").alias("sum"))
        numbers.join(sums, on=["key"], how="inner").orderBy("id").write.parquet(f"{root}/numbers")
        spark.read.parquet(f"{root}/numbers").toPandas()
        jvm: Any = spark.sparkContext._gateway
        spark.stop()
        jvm.proc.stdin.close()
        jvm.proc.wait(timeout=120)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        copy_migrated_database(Path(folder) / "mlflow.db")
    archive_classes()
