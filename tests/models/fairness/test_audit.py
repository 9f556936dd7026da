"""A planted bias is found, and fair worlds raise no more alarms than was said."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from holdfast.models.fairness.audit import Measure, adjust, audit
from tests.models.fairness.worlds import GROUPS, MEASURES, RULE, cells_of, people

WORLDS = 1_000


def alarms(world: pd.DataFrame) -> set[tuple[str, str, str]]:
    found = audit(cells_of(world), MEASURES, RULE)
    return {(one.attribute, one.word, one.measure) for one in found if one.is_alarm}


@pytest.fixture(scope="module")
def fair() -> list[list[Any]]:
    """Audits of fair worlds of few people, in which a few have most of the cost."""
    random = np.random.default_rng(5)
    return [audit(cells_of(people(random, 600)), MEASURES, RULE) for _ in range(WORLDS)]


def test_fair_worlds_raise_an_alarm_no_more_often_than_was_said(fair: list[list[Any]]) -> None:
    rate = np.mean([any(one.is_alarm for one in found) for found in fair])
    assert rate <= RULE.false_alarms + 2 * np.sqrt(RULE.false_alarms * 0.95 / WORLDS)
    assert rate > 0, "a test that never rings tests nothing"


def test_intervals_hold_no_difference_in_as_many_fair_worlds_as_was_said(
    fair: list[list[Any]],
) -> None:
    held: dict[str, list[bool]] = {}
    for found in fair:
        for one in found:
            if one.attribute == "sex":
                inside = one.compared.difference_low <= 0 <= one.compared.difference_high
                held.setdefault(one.measure, []).append(inside)
    for measure, inside in held.items():
        assert 0.93 <= np.mean(inside) <= 0.975, measure


def test_a_shifted_score_is_found_and_named() -> None:
    random = np.random.default_rng(6)
    for _ in range(20):
        world = people(random)
        world["score"] += 0.1 * (world["age"] == "3")
        assert ("age", "3", "score") in alarms(world)


def test_treatments_withheld_from_a_group_are_found_also_among_alike() -> None:
    random = np.random.default_rng(7)
    for _ in range(20):
        world = people(random)
        withheld = (world["sex"] == "1") & (random.random(len(world)) < 0.6)
        world.loc[withheld, ["action", "cost"]] = 0.0
        assert {("sex", "1", name) for name in ("action_share", "action_share_alike")} <= alarms(
            world
        )


def test_a_difference_that_risk_and_value_explain_is_none_among_alike() -> None:
    random = np.random.default_rng(8)
    world = people(random, 4_000)
    world["sex"] = np.where(world["stratum"].astype(int) + random.random(4_000) > 2, "0", "1")
    assert ("sex", "1", "action_share") in alarms(world)
    assert ("sex", "1", "action_share_alike") not in alarms(world)


def test_small_groups_are_neither_shown_nor_found_by_subtraction() -> None:
    world = people(np.random.default_rng(9))
    whole = audit(cells_of(world), MEASURES[:1], RULE)
    world["sex"] = np.where(np.arange(len(world)) < 40, "2", world["sex"])
    shown = [one for one in audit(cells_of(world), MEASURES[:1], RULE) if one.attribute == "sex"]
    assert {one.word for one in shown} == {"0", "1"}
    assert {one.compared.customers + one.compared.others for one in shown} == {len(world) - 40}
    sex = [one for one in whole if one.attribute == "sex"]
    assert {one.compared.customers + one.compared.others for one in sex} == {len(world)}


def test_one_group_alone_and_nobody_at_all_are_no_comparison() -> None:
    world = people(np.random.default_rng(10)).assign(sex="1")
    assert audit(cells_of(world, ["sex"]), MEASURES, RULE) == []
    assert audit(cells_of(world, ["sex"]).head(0), MEASURES, RULE) == []


def test_differences_too_small_to_matter_raise_no_alarm() -> None:
    world = people(np.random.default_rng(11), 50_000)
    world["score"] += 0.01 * (world["sex"] == "1")
    world["cost"] *= 1 + 0.5 * (world["sex"] == "1")
    names = ("score", "score", 0.02), ("cost", "cost", 0.3)
    measures = [Measure(*one, scale="cost" * (one[0] == "cost")) for one in names]
    found = {
        (one.measure, one.is_alarm, one.p_value < RULE.false_alarms)
        for one in audit(cells_of(world, ["sex"]), measures, RULE)
    }
    assert found == {("score", False, True), ("cost", True, True)}


def test_p_values_are_adjusted_as_holm_did() -> None:
    # by hand: .01 x 4; .02 x 3 = .06; .03 x 2 = .06; .9
    assert adjust(np.array([0.03, 0.01, 0.9, 0.02])) == pytest.approx([0.06, 0.04, 0.9, 0.06])
    assert adjust(np.array([0.5, 0.6])).tolist() == [1.0, 1.0]
    assert adjust(np.array([])).tolist() == []


def test_attributes_are_compared_each_by_itself() -> None:
    found = audit(cells_of(people(np.random.default_rng(12))), MEASURES, RULE)
    assert {one.attribute for one in found} == set(GROUPS)
    assert len(found) == len(MEASURES) * sum(map(len, GROUPS.values()))
