"""Settings: every key once, every error with its path."""

from pathlib import Path

import pytest

from holdfast.jobs.runtime.config import settings


def test_each_layer_wins_over_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "spark.yml").write_text("memory: 3g\nshuffle_partitions: 5\n")
    monkeypatch.setenv("HOLDFAST_CONF", str(tmp_path))
    monkeypatch.setenv("HOLDFAST_SPARK__SHUFFLE_PARTITIONS", "6")
    found = settings.load("local", ["spark.adaptive=false"])
    spark = found.values.spark
    assert (spark.memory, spark.shuffle_partitions, spark.adaptive) == ("3g", 6, False)
    assert found.origins["spark.adaptive"] == "--set spark.adaptive=false"
    assert found.origins["spark.shuffle_partitions"] == "HOLDFAST_SPARK__SHUFFLE_PARTITIONS"
    assert found.origins["spark.master"] == "base/spark.yml"
    assert found.origins["spark.memory"] == f"{tmp_path}/base/spark.yml"


def test_a_wrong_key_in_a_file_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "spark.yml").write_text("memry: 3g\n")
    monkeypatch.setenv("HOLDFAST_CONF", str(tmp_path))
    with pytest.raises(
        settings.SettingsError, match=r"local/spark\.yml: unknown setting spark\.memry"
    ):
        settings.load("local")


def test_an_unknown_key_is_an_error_that_names_its_path() -> None:
    with pytest.raises(settings.SettingsError, match=r"unknown setting spark\.memry"):
        settings.load("local", ["spark.memry=4g"])


def test_a_wrong_type_is_an_error_that_names_its_path() -> None:
    with pytest.raises(
        settings.SettingsError, match=r"spark\.shuffle_partitions .*integer.*'many'"
    ):
        settings.load("local", ["spark.shuffle_partitions=many"])


def test_a_day_is_text_whether_quoted_or_not() -> None:
    assert settings.load("local", ["run.as_of=2026-01-01"]).values.run.as_of == "2026-01-01"


def test_an_unknown_environment_says_where_to_make_one() -> None:
    with pytest.raises(settings.SettingsError, match="no environment moon") as error:
        settings.load("moon")
    assert "HOLDFAST_CONF" in error.value.cure


def test_an_override_without_a_section_is_refused() -> None:
    with pytest.raises(settings.SettingsError, match=r"section\.key=value"):
        settings.load("local", ["memory=4g"])
