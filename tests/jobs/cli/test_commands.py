"""What a person or a scheduler sees of the command line: messages, cures, exit codes."""

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from holdfast.jobs.cli import bootstrap, render
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

    monkeypatch.setattr(render, "config", fail)
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
    told = holdfast("--help").stdout.partition("Exit codes:")[2].partition(".")[0]
    assert {int(code) for code in re.findall(r"\b\d\b", told)} == CODES
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
    assert found["churn.trees"] == {"value": 5, "from": "mini/churn.yml"}
    assert found["churn.trials"]["value"] == 3 and "--set" in found["churn.trials"]["from"]
