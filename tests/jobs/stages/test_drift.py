"""What is said of drift, and what follows where settings ask for it."""

import re
from typing import Any, cast

import pytest

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import EXIT_DRIFT, DriftError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.drift import CALENDAR, Features, raise_alarm
from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import FEATURES


class Said:
    """The part of a context that an alarm needs."""

    def __init__(self, *overrides: str) -> None:
        self.settings = settings.load("local", overrides).values
        self.alarms: list[str] = []

    def echo(self, text: str, *, is_alarm: bool = False) -> None:
        self.alarms += [text] * is_alarm


def raise_with(alarm: str, *overrides: str) -> list[str]:
    said = Said(*overrides)
    raise_alarm(cast("Context", cast("Any", said)), Features([], "", alarm))
    return said.alarms


def test_a_base_that_moved_is_an_alarm_and_a_stable_one_is_none() -> None:
    assert raise_with("visits moved") == ["visits moved"]
    assert raise_with("", "drift.stop_on_alarm=true") == []


def test_an_alarm_stops_the_run_with_a_code_of_its_own_where_settings_say_so() -> None:
    with pytest.raises(DriftError, match="visits moved") as raised:
        raise_with("visits moved", "drift.stop_on_alarm=true")
    assert raised.value.exit_code == EXIT_DRIFT == 6


def test_the_features_left_out_of_the_test_are_those_that_the_calendar_alone_moves() -> None:
    counted = {measure.name for measure in MEASURES} - {"tenure_days"}
    words = {feature.name: set(re.findall(r"\w+", feature.expression)) for feature in FEATURES}
    assert {name for name, used in words.items() if not used & counted} == set(CALENDAR)
