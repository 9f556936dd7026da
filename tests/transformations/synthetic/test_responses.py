"""Arms are drawn by the chances that the log says, and people respond by what is true of them."""

from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pytest

from holdfast.transformations.synthetic import treatments
from holdfast.transformations.synthetic.activity import CHANNELS
from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.cards import draw_card_holders
from holdfast.transformations.synthetic.plays import ARMS
from holdfast.transformations.synthetic.responses import TreatedBlock, treat_block
from holdfast.transformations.synthetic.retailer import NEVER, SyntheticRetailer
from holdfast.transformations.synthetic.treated_truth import expect_stay, find_treated_truth

MANY = SyntheticRetailer(7, 6_000, date(2024, 1, 1), 731, 1, 0.0, 0.0, 0.0, treatment_seed=1)


@pytest.fixture(scope="module")
def treated() -> list[TreatedBlock]:
    """Six thousand people with a year of treatments."""
    return [treat_block(draw_block(MANY, number)) for number in range(MANY.blocks)]


def test_drawn_arms_come_as_often_as_their_propensities_say(treated: list[TreatedBlock]) -> None:
    weight: dict[tuple[int, int], list[float]] = defaultdict(list)
    drawn: Counter[int] = Counter()
    for one in treated:
        given = one.fates.treatments
        is_drawn = given.experiment >= 0
        drawn.update(given.experiment[is_drawn].tolist())
        rows = zip(given.experiment, given.arm, given.propensity, strict=True)
        for experiment, arm, propensity in rows:
            if experiment >= 0:
                weight[int(experiment), int(arm)].append(1 / propensity)
    assert set(weight) == {(experiment, arm) for experiment in (0, 1) for arm in range(len(ARMS))}
    for (experiment, _), inverse in weight.items():  # every arm stands for everybody who was drawn
        error = np.sqrt(sum(one**2 - one for one in inverse))
        assert abs(sum(inverse) - drawn[experiment]) < 4 * error
    assert min(drawn.values()) > 3_000


def test_the_marketer_picks_those_who_leave_more_often(treated: list[TreatedBlock]) -> None:
    chances: dict[bool, list[float]] = {True: [], False: []}
    for one in treated:
        given, day = one.fates.treatments, MANY.days - treatments.YEAR
        first = given.day == day
        stays = expect_stay(one.on(0), 0, day)
        for by_marketer in (True, False):
            of = first & ((given.experiment < 0) == by_marketer)
            chances[by_marketer] += stays[given.person[of]].tolist()
    assert np.mean(chances[True]) < np.mean(chances[False]) - 0.1


def test_people_respond_as_the_truth_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are drawn on one day; what comes in 90 days is compared with the chances."""
    day = MANY.days - 100
    monkeypatch.setattr(treatments, "treatment_days", lambda _: [day])
    monkeypatch.setattr(treatments, "TESTED", 1.0)
    monkeypatch.setattr(treatments, "DRAWN", 1.0)
    error: dict[int, list[float]] = defaultdict(list)
    effects = []
    for number in range(MANY.blocks):
        one = treat_block(draw_block(MANY, number))
        has_card = draw_card_holders(one.before.random("square"), len(one.before))
        times = np.zeros(len(one.before))
        for orders in (one.before.orders, one.more.orders):
            seen = (orders.channel != CHANNELS.index("pos")) | has_card[orders.person]
            seen &= orders.is_real & (orders.cancelled < 0)
            seen &= (orders.day >= day) & (orders.day < day + 90)
            np.add.at(times, orders.person[seen], 1)
        given = one.fates.treatments
        for arm in range(len(ARMS)):
            stays = expect_stay(one.on(0), arm, day)
            person = given.person[given.arm == arm]
            error[arm] += (stays[person] - (times[person] > 0)).tolist()
            effects.append(stays - expect_stay(one.on(0), 0, day))
    for missed in error.values():
        assert len(missed) > 150
        assert abs(np.mean(missed)) < 3.5 * np.std(missed) / np.sqrt(len(missed))
    effect = np.concatenate(effects)
    assert np.nanmax(effect) > 0.3 and np.nanmin(effect) < 0


def test_the_average_effect_is_what_a_count_of_the_truth_gives(
    treated: list[TreatedBlock],
) -> None:
    stays: Counter[str] = Counter()
    chance: Counter[str] = Counter()
    variance: Counter[str] = Counter()
    better: Counter[str] = Counter()
    worse: Counter[str] = Counter()
    for one in treated:
        table = find_treated_truth(one)["plays"].to_pylist()
        alone = {row["person_id"]: row["stays"] for row in table if row["play"] == "none"}
        for row in table:
            stays[row["play"]] += row["stays"]
            chance[row["play"]] += row["stay_probability"]
            variance[row["play"]] += row["stay_probability"] * (1 - row["stay_probability"])
            better[row["play"]] += row["stays"] and not alone[row["person_id"]]
            worse[row["play"]] += alone[row["person_id"]] and not row["stays"]
    assert set(chance) == set(ARMS)
    for play in ARMS:
        assert abs(stays[play] - chance[play]) < 4 * np.sqrt(variance[play])
    for play in ARMS[1:]:
        counted = stays[play] - stays["none"]
        assert counted == better[play] - worse[play]
        spread = np.sqrt(better[play] + worse[play] + 1)
        assert abs(counted - (chance[play] - chance["none"])) < 4 * spread
    assert all(better[play] > 0 for play in ARMS[1:])


def test_those_who_were_cured_order_again_and_those_driven_away_no_more(
    treated: list[TreatedBlock],
) -> None:
    back = gone = 0
    for one in treated:
        fates, old = one.fates, one.before.lifecycles
        changed = fates.changed < NEVER
        for orders in (one.before.orders, one.more.orders):
            real = orders.is_real & changed[orders.person]
            assert (orders.day < fates.lifecycles.left[orders.person])[real].all()
        more = one.more.orders
        assert (more.day >= fates.changed[more.person]).all()
        back += len(np.unique(more.person[more.day >= old.left[more.person]]))
        was = one.before.orders
        gone += len(np.unique(was.person[~was.is_real]))
    assert back > 20 and gone > 10


def test_an_offer_is_taken_off_orders_while_it_holds_and_off_no_others(
    treated: list[TreatedBlock],
) -> None:
    offers = cheaper = 0
    for number, one in enumerate(treated[:2]):
        was, now, given = draw_block(MANY, number).orders, one.before.orders, one.fates.treatments
        less = np.flatnonzero(now.net < was.net)
        discount = given.arm == ARMS.index("favourite_discount")
        for order in less.tolist():
            days = given.day[discount & (given.person == was.person[order])]
            assert ((was.day[order] >= days) & (was.day[order] < days + 14)).any()
        assert (now.net <= was.net).all() and (
            now.discount - was.discount == was.net - now.net
        ).all()
        share = 1 - now.net[less] / was.net[less]
        assert np.abs(share - 0.1).max() < 0.01
        offers, cheaper = offers + int(discount.sum()), cheaper + len(less)
    assert 0.1 < cheaper / offers < 1.0
