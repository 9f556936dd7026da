"""What a person or a scheduler sees of the command line: messages, cures, exit codes."""

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from holdfast.jobs.cli import bootstrap, demo, settings_page
from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config import errors, settings
from holdfast.jobs.runtime.config.errors import HoldfastError
from tests.architecture.rule import REPOSITORY

CODES = {0, *(value for name, value in vars(errors).items() if name.startswith("EXIT_"))}


def holdfast(*words: str) -> Any:
    return CliRunner().invoke(app, words)


def ends_with(error: Exception, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    """The end of a command in which `error` was raised."""

    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr(settings_page, "list_settings", fail)
    return holdfast("config", *words)


@pytest.mark.parametrize(
    "setting", ["synthetic.custmers=1", "synthetic.customers=many", "synthetic"]
)
def test_a_wrong_setting_is_named_with_its_cure_and_no_trace(setting: str) -> None:
    ended = holdfast("config", "--set", setting)
    assert ended.exit_code == errors.EXIT_USAGE
    assert setting.partition("=")[0] in ended.stderr and "What to do:" in ended.stderr
    assert "Traceback" not in ended.output


@pytest.mark.parametrize("kind", [kind for kind in vars(errors).values() if isinstance(kind, type)])
def test_every_kind_of_error_has_its_exit_code(
    kind: type[HoldfastError], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = ends_with(kind("The tide is out.", cure="Wait."), monkeypatch)
    assert ended.exit_code == kind.exit_code
    assert ended.stderr == "The tide is out.\nWhat to do: Wait.\n"


def test_an_error_nobody_foresaw_is_one_line_and_whole_with_debug(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = ends_with(ValueError("first\nsecond"), monkeypatch)
    assert (ended.exit_code, ended.stderr.splitlines()[0]) == (
        errors.EXIT_FAILED,
        "ValueError: first",
    )
    assert isinstance(
        ends_with(ValueError("first\nsecond"), monkeypatch, "--debug").exception, ValueError
    )


def test_help_and_the_manual_tell_every_exit_code() -> None:
    codes = holdfast("--help").stdout.partition("Exit codes:")[2].partition(".")[0]
    assert {int(code) for code in re.findall(r"\b\d\b", codes)} == CODES
    manual = (
        (REPOSITORY / "docs" / "operations.md")
        .read_text(encoding="utf-8")
        .partition("### Exit codes")[2]
    )
    assert {int(code) for code in re.findall(r"^\| (\d) \|", manual, re.M)} == CODES


def test_generate_makes_as_many_customers_and_deliveries_as_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(bootstrap, "start_standalone", lambda *given: asked.extend(given))
    assert (
        holdfast(
            "generate", "--customers", "150", "--deliveries", "4", "--set", "synthetic.seed=9"
        ).exit_code
        == 0
    )
    name, env, _, overrides = asked
    synthetic = settings.load(env, overrides).values.synthetic
    assert (name, synthetic.customers, synthetic.deliveries, synthetic.seed) == (
        "generate",
        150,
        4,
        9,
    )


def test_each_setting_is_printed_with_the_file_it_came_from() -> None:
    found = json.loads(
        holdfast("config", "--env", "mini", "--set", "churn.trials=3", "--json").stdout
    )
    trees = found["churn.trees"]
    assert (trees["value"], trees["from"]) == (40, "mini/churn.yml")
    assert found["churn.trials"]["value"] == 3 and "--set" in found["churn.trials"]["from"]


def test_config_shows_the_keys_asked_for_each_with_its_sentence_within_80_columns() -> None:
    text = holdfast("config", "churn.rules").stdout
    keys = re.findall(r"^(\S+) = ", text, re.M)
    assert len(keys) == 14 and all(key.startswith("churn.rules.") for key in keys)
    assert "  days since any interaction: high from here" in text.splitlines()
    whole = holdfast("config", "--env", "demo").stdout
    assert max(len(line) for line in whole.splitlines()) <= 80


def test_a_section_that_does_not_exist_is_an_error_that_lists_those_that_do() -> None:
    ended = holdfast("config", "chrun")
    assert ended.exit_code == errors.EXIT_USAGE and "churn, consent" in ended.stderr


def test_every_setting_has_a_sentence() -> None:
    docs = settings_page.read_sentences()
    paths = [path for path, _ in settings.list_leaves(settings.load().as_dict())]
    assert [path for path in paths if len(docs.get(path, "")) < 8] == []


def test_one_source_and_own_mappings_are_options_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, Any] = {}

    def stop(*words: Any, **options: Any) -> None:
        asked.update(options)
        raise HoldfastError("Enough was seen.", cure="None.")

    monkeypatch.setattr(bootstrap, "open_runner", stop)
    holdfast("run", "--only-source", "shop", "--path", "a.csv", "--mappings", "mine")
    assert (asked["only_source"], asked["path"], asked["mappings"]) == ("shop", "a.csv", "mine")


@pytest.mark.parametrize(
    ("source", "customers", "codegen", "memory"),
    [
        ("generated", 3_000, False, "2500m"),
        ("generated", 20_000, True, "auto"),
        ("journey", 3_000, True, "2500m"),
    ],
)
def test_a_large_demo_takes_the_memory_of_the_machine(
    source: str, customers: int, codegen: bool, memory: str
) -> None:
    spark = settings.load("demo", demo.suit(source, customers)).values.spark
    assert (spark.codegen, spark.memory) == (codegen, memory)
