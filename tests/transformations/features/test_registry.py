"""The registry holds together: every feature is complete, every measure is used, nothing is said
twice.
"""

import math
import re

import pytest

from holdfast.transformations.features.measures import MEASURES
from holdfast.transformations.features.registry import BY_NAME, FEATURES, SNAPSHOTS
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.tables.vocabulary import FEATURE_PURPOSES, REASON_GROUPS

FUNCTIONS = {
    "greatest",
    "least",
    "nullif",
    "ln",
    "if",
    "month",
    "year",
    "date_sub",
    "cast",
    "as",
    "int",
    "as_of",
    "e6",
    "minor_per_unit",
}
CHANGE = re.compile(r"^ln\(\((\w+) \+ 0\.5\) / \(\((\w+) - \1\) \* (\d+)\.0 / (.*) \+ 0\.5\)\)$")


def words(expression: str) -> set[str]:
    return set(re.findall(r"[a-z_]\w*", expression))


def test_expressions_use_measures_and_every_measure_is_used() -> None:
    used = set().union(*(words(feature.expression) for feature in FEATURES)) - FUNCTIONS
    assert used == {measure.name for measure in MEASURES}


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(FEATURES)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert len({(m.event, m.aggregate, m.window, m.of, m.is_of_main) for m in MEASURES}) == len(
        MEASURES
    )


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_says_what_it_is(feature) -> None:  # type: ignore[no-untyped-def]  # ids take any value
    assert feature.group in REASON_GROUPS
    assert feature.purpose in FEATURE_PURPOSES
    assert set(feature.tables) <= set(FACTS)
    assert feature.doc.endswith(".")
    assert feature.unit
    assert feature.baseline is None or BY_NAME[feature.baseline].unit
    assert SNAPSHOTS[feature.name].purpose == feature.purpose


def test_what_is_written_without_a_table_needs_no_measure() -> None:
    names = {measure.name for measure in MEASURES}
    bare = [feature for feature in FEATURES if not feature.tables]
    assert [feature.name for feature in bare] == ["season_month"]
    assert not any(words(feature.expression) & names for feature in bare)
    assert not any(feature.is_absent(FACTS) for feature in bare)


def changed(expression: str, recent: float, past: float, tenure: float) -> float:
    names = CHANGE.match(expression)
    assert names, expression
    values = {
        names[1]: recent,
        names[2]: past,
        "tenure_days": tenure,
        "greatest": max,
        "least": min,
        "ln": math.log,
    }
    return float(
        eval(expression, {"__builtins__": {}}, values)
    )  # the grammar is shared with Python; built here


@pytest.mark.parametrize(
    "name", [feature.name for feature in FEATURES if CHANGE.match(feature.expression)]
)
def test_a_change_is_nought_at_the_customers_own_rate_and_half_is_half(name: str) -> None:
    expression = BY_NAME[name].expression
    days = int(CHANGE.match(expression)[3])  # type: ignore[index]  # matched above
    steady = (365 - days) / days  # earlier windows of equal length
    assert changed(expression, 10, 10 + 10 * steady, 365) == pytest.approx(0)
    assert changed(expression, 4.75, 4.75 + 10 * steady, 900) == pytest.approx(-math.log(2))
    assert changed(expression, 0, 20, 365) < -1
    assert changed(expression, 3, 3 + 3 * (200 - days) / days, 200) == pytest.approx(
        0
    )  # cut at tenure


def test_most_signals_are_compared_with_the_customers_own_past() -> None:
    assert len([feature for feature in FEATURES if CHANGE.match(feature.expression)]) >= 9
