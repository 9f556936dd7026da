"""What a session is started with, and what it does not ask twice."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime import session, settings


def options(monkeypatch: pytest.MonkeyPatch, archive: Path) -> str:
    monkeypatch.setattr(session, "ARCHIVE", archive)
    return session.local_conf(settings.load("local").values.spark)["spark.driver.extraJavaOptions"]


def test_an_archive_of_classes_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    archive = tmp_path / "classes.jsa"
    assert "SharedArchiveFile" not in options(monkeypatch, archive)
    archive.touch()
    assert f"-XX:SharedArchiveFile={archive}" in options(monkeypatch, archive)


def test_a_function_of_spark_is_looked_up_once(spark: SparkSession) -> None:
    functions = getattr(session.prepare(spark)._jvm, "org.apache.spark.sql.functions")
    assert functions.lower is functions.lower
    assert functions.upper is not functions.lower


def test_one_set_of_rules_holds_on_any_session(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    session.prepare(spark)
    assert (spark.conf.get("spark.sql.session.timeZone"), spark.conf.get("spark.sql.ansi.enabled")) == ("UTC", "true")
