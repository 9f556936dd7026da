"""Spark's helper classes are looked up once, and the bridge can be left as it is."""

from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.spark.py4j_cache import RememberedClass, remember_helpers


class Bridge:
    """A JVM that counts what it is asked; as in the real one, names become no attributes."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return JavaClass(self.asked)


class JavaClass:
    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> object:
        self._asked.append(name)
        return object()


def session(bridge: Bridge) -> Any:
    return SimpleNamespace(_jvm=bridge)


def test_a_class_and_its_method_are_looked_up_once() -> None:
    bridge = Bridge()
    remember_helpers(session(bridge))
    bridge.asked.clear()
    assert bridge.functions.upper is bridge.functions.upper
    assert bridge.PythonUtils.toSeq is bridge.PythonUtils.toSeq
    assert bridge.asked == ["upper", "toSeq"]


def test_a_second_session_on_the_same_bridge_keeps_what_the_first_remembered() -> None:
    bridge = Bridge()
    remember_helpers(session(bridge))
    first = bridge.functions
    remember_helpers(session(bridge))
    assert bridge.functions is first


def test_the_switch_leaves_the_bridge_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_PY4J_CACHE", "0")
    bridge = Bridge()
    remember_helpers(session(bridge))
    assert bridge.asked == [] and "functions" not in vars(bridge)


def test_a_connect_session_has_no_bridge_and_needs_none() -> None:
    remember_helpers(SimpleNamespace())  # type: ignore[arg-type]  # all that is asked of it


def test_remembered_functions_make_the_same_columns(spark: SparkSession) -> None:
    helpers = vars(spark._jvm)
    assert isinstance(helpers["functions"], RememberedClass)
    held = {name: helpers.pop(name) for name in ("functions", "PythonUtils")}
    try:
        plain = str(F.upper(F.concat(F.col("a"), F.lit("b"))))
    finally:
        helpers.update(held)
    assert str(F.upper(F.concat(F.col("a"), F.lit("b")))) == plain
