"""Settings: every key once, every error with its path."""

from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.activation import Channel
from holdfast.jobs.runtime.config.product import Settings
from holdfast.transformations.tables.vocabulary import CONSENT_CHANNELS

BASE = Path(str(files("holdfast") / "conf" / "base"))


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


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("run.country=Germany", r"run\.country .*ISO 3166: write one such as DE"),
        ("sources.instances={shop: {country: XX}}", r"shop\.country .*ISO 3166"),
        ("ingest.currencies=[usd]", r"ingest\.currencies.* .*ISO 4217"),
        ("activation.channel=e-mail", r"activation\.channel .*'e-mail'"),
    ],
)
def test_a_word_that_no_list_has_is_an_error(setting: str, problem: str) -> None:
    with pytest.raises(settings.SettingsError, match=problem):
        settings.load("local", [setting])


def test_a_channel_of_activation_is_one_that_consent_is_given_for() -> None:
    assert get_args(Channel) == CONSENT_CHANNELS


def test_a_day_is_text_whether_quoted_or_not() -> None:
    assert settings.load("local", ["run.as_of=2026-01-01"]).values.run.as_of == "2026-01-01"


def test_an_unknown_environment_says_where_to_make_one() -> None:
    with pytest.raises(settings.SettingsError, match="no environment moon") as error:
        settings.load("moon")
    assert "HOLDFAST_CONF" in error.value.cure


def test_an_override_without_a_section_is_refused() -> None:
    with pytest.raises(settings.SettingsError, match=r"section\.key=value"):
        settings.load("local", ["memory=4g"])


def test_every_key_of_base_has_a_typed_field_and_every_field_its_value() -> None:
    base = {path.stem: yaml.safe_load(path.read_text()) for path in BASE.glob("*.yml")}
    fields = set(fields_of(Settings))
    assert keys_of(base, fields) == fields


def test_no_field_has_a_default_so_that_values_stand_in_base_alone() -> None:
    assert [path for path, field in fields_of(Settings).items() if not field.is_required()] == []


def test_settings_are_typed_and_never_change() -> None:
    churn = settings.load().values.churn
    with pytest.raises(ValidationError):
        churn.trials = 9  # type: ignore[misc]  # the error is the claim


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("value.horizons=[90]", r"value\.horizons .*keep 90 and 365 .*customer_360"),
        (
            "outcome.horizon_days=60",
            r"keep outcome\.horizon_days, 60, among value\.horizons: [^{]*$",
        ),
        ("run.time_zone=Mars/Olympus", r"run\.time_zone .*time zone"),
        ("run.as_of=yesterday", r"run\.as_of .*YYYY-MM-DD"),
        ("activation.purpose=profit", r"activation\.purpose .*'profit'"),
        ("features.cutoffs=weekly", r"features\.cutoffs .*'weekly'"),
        ("identity.match_probability=1.5", r"identity\.match_probability .*1\.5"),
        ("sources.instances={north: {mappin: shop}}", r"sources\.instances\.north\.mappin"),
        # the horizon stands in one place
        ("features.horizon_days=30", r"unknown setting features\.horizon_days"),
        ("value.horizon_days=30", r"unknown setting value\.horizon_days"),
    ],
)
def test_a_value_that_would_mislead_is_refused_with_its_path(override: str, problem: str) -> None:
    with pytest.raises(settings.SettingsError, match=problem):
        settings.load("local", [override])


def keys_of(values: dict[str, Any], fields: set[str], path: str = "") -> set[str]:
    """Keys without a key below them, and those whose value is one field, a mapping of open keys."""
    found = set()
    for key, value in values.items():
        own = f"{path}{key}"
        is_last = own in fields or not (isinstance(value, dict) and value)
        found |= {own} if is_last else keys_of(value, fields, f"{own}.")
    return found


def fields_of(shape: type[BaseModel], path: str = "") -> dict[str, FieldInfo]:
    found: dict[str, FieldInfo] = {}
    for name, field in shape.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= fields_of(inner, f"{path}{name}.")
        else:
            found[f"{path}{name}"] = field
    return found
