"""`holdfast serve`: the published tables over JDBC, from Spark's own Thrift server in
this session.
"""

import time
from collections.abc import Callable
from typing import Any

from holdfast.jobs.runtime.config.errors import MachineError
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.storage.views import publish_view


def serve(runner: Runner, port: int, echo: Callable[[str], None]) -> None:
    """Name the published tables and serve them until interrupted. Needs a classic session, not
    Connect.
    """
    start(runner, port)
    echo(
        f"Serving run {max(runner.ledger.manifests, default=0)} at "
        f"jdbc:hive2://127.0.0.1:{port}/gold "
        "(no password; this machine only). Ctrl-C ends it."
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        echo("Stopped.")


def start(runner: Runner, port: int) -> None:
    """Start the server and register each published table at its published version."""
    spark = runner.store.spark
    for table in runner.pipeline.tables:
        version = runner.ledger.manifest.get(table.name)
        if version is not None and table.layer in ("gold", "features"):
            publish_view(spark, runner.store.catalog, table, version)
    if not hasattr(spark, "_jvm"):
        raise MachineError(
            "A Connect session cannot serve JDBC.", cure="Unset SPARK_REMOTE and start again."
        )
    jvm: Any = spark._jvm
    spark.conf.set("hive.server2.thrift.port", str(port))
    spark.conf.set("hive.server2.thrift.bind.host", "127.0.0.1")
    jvm.java.lang.System.setProperty("hive.server2.thrift.port", str(port))
    jvm.java.lang.System.setProperty("hive.server2.thrift.bind.host", "127.0.0.1")
    jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2.startWithContext(
        spark._jsparkSession.sqlContext()
    )
