"""What a session is started with."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session


def options(monkeypatch: pytest.MonkeyPatch, archive: Path) -> str:
    monkeypatch.setattr(session, "ARCHIVE", archive)
    return session.local_conf(settings.load("local").values.spark)["spark.driver.extraJavaOptions"]


def test_an_archive_of_classes_is_used_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive = tmp_path / "classes.jsa"
    assert "SharedArchiveFile" not in options(monkeypatch, archive)
    archive.touch()
    assert f"-XX:SharedArchiveFile={archive}" in options(monkeypatch, archive)


def test_one_set_of_rules_holds_on_any_session(spark: SparkSession) -> None:
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    session.apply_common_settings(spark)
    assert (
        spark.conf.get("spark.sql.session.timeZone"),
        spark.conf.get("spark.sql.ansi.enabled"),
    ) == ("UTC", "true")
