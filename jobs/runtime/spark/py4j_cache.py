"""Spark's helper classes of the JVM, looked up once in a session.

By itself the bridge asks the JVM again, in every jar, at each call of a Spark function, and a plan
has thousands. `HOLDFAST_PY4J_CACHE=0` leaves the bridge as it is.
"""

import os
from typing import Any, Final

from pyspark.sql import SparkSession

_HELPERS: Final = ("functions", "org.apache.spark.sql.functions", "PythonUtils")


def remember_helpers(session: SparkSession) -> None:
    """Keep the helper classes and their methods on the session's bridge; a Connect session has
    none.
    """
    if not hasattr(session, "_jvm") or os.environ.get("HOLDFAST_PY4J_CACHE") == "0":
        return
    for name in _HELPERS:
        vars(session._jvm).setdefault(name, RememberedClass(getattr(session._jvm, name)))


class RememberedClass:
    """A class of the JVM whose methods are looked up once each."""

    def __init__(self, jvm_class: Any) -> None:
        self._jvm_class = jvm_class

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._jvm_class, name)
        setattr(self, name, value)
        return value
