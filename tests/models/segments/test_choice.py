"""How many groups there are, where prototypes stand, and what groups are called."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from holdfast.models.segments.choice import Prototype, choose, place_prototypes
from holdfast.models.segments.fitting import fit
from holdfast.models.segments.names import name_groups
from tests.models.segments.behaviours import draw

PROTOTYPES: Final = (
    Prototype("often_large", 1 / 3, 200, 30, 0.1),
    Prototype("cheap", 1 / 3, 40, 15, 0.6),
    Prototype("seldom", 1 / 3, 90, 4, 0.2),
)
GROUPS: Final = [(30, np.log(200 / 90), 0.1), (15, np.log(40 / 90), 0.6), (4, 0.0, 0.2)]


def held_out(size: int) -> np.ndarray:
    return np.arange(size) % 2 == 0


def test_as_many_as_expected_where_they_are_there() -> None:
    behaviour, _ = draw(GROUPS, 150)
    start = place_prototypes(PROTOTYPES, behaviour)
    choice = choose(behaviour, held_out(len(behaviour)), range(2, 6), start, 0.1)
    assert len(choice.mixture) == 3
    assert set(choice.gains) == {2, 3, 4, 5}


def test_fewer_where_fewer_are_as_good() -> None:
    behaviour, _ = draw([GROUPS[0], GROUPS[1]], 120)
    five = [Prototype(str(n), 0.2, 10.0 * 2**n, 2.0 + 9 * n, 0.1 * n + 0.05) for n in range(5)]
    start = place_prototypes(five, behaviour)
    choice = choose(behaviour, held_out(len(behaviour)), range(2, 6), start, 0.1)
    gain, error = max(choice.gains.values())
    assert choice.gains[2][0] >= gain - error


def test_the_same_base_in_another_currency_and_at_another_pace_has_the_same_names() -> None:
    behaviour, _ = draw(GROUPS, 150)
    dearer = replace(behaviour, log_value=behaviour.log_value + np.log(150.0))
    slower = replace(dearer, span=behaviour.span * 2, silence=behaviour.silence * 2)
    for own in (behaviour, slower):
        model = fit(own, place_prototypes(PROTOTYPES, own), 0.1)
        assert name_groups(model, PROTOTYPES, 1.0) == ("often_large", "cheap", "seldom")


def test_a_group_far_from_every_prototype_is_described() -> None:
    behaviour, _ = draw(GROUPS, 150)
    model = fit(behaviour, place_prototypes(PROTOTYPES, behaviour), 0.1)
    names = name_groups(model, PROTOTYPES, 1e-6)
    assert names == (
        "frequent_large_full_price",
        "regular_small_discounts",
        "rare_middling_full_price",
    )


def test_where_nobody_has_a_discount_no_name_speaks_of_them() -> None:
    behaviour, _ = draw([(pace, value, 0.0) for pace, value, _ in GROUPS], 100)
    model = fit(behaviour, place_prototypes(PROTOTYPES, behaviour), 0.0)
    names = name_groups(model, PROTOTYPES, 1e-6)
    assert all(name.count("_") == 1 for name in names)


def test_names_are_given_so_that_all_distances_together_are_least() -> None:
    behaviour, _ = draw(GROUPS, 150)
    model = fit(behaviour, place_prototypes(PROTOTYPES, behaviour), 0.1)
    turned = tuple(reversed(PROTOTYPES))
    assert name_groups(model, turned, 1.0) == ("often_large", "cheap", "seldom")


def test_no_two_groups_have_one_name() -> None:
    behaviour, _ = draw([GROUPS[2]], 50)
    model = place_prototypes(PROTOTYPES, behaviour)
    same = replace(model, **{
        name: np.repeat(getattr(model, name)[:1], 3, axis=0)
        for name in ("weight", "rate_shape", "rate_scale", "centre", "variance", "beta")
    })  # fmt: skip
    names = name_groups(same, PROTOTYPES, 1e-6)
    assert len(set(names)) == 3
    assert names[1] == f"{names[0]}_2"


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_handful_of_equal_customers_breaks_nothing(size: int) -> None:
    behaviour, _ = draw([GROUPS[0]], 1)
    few = behaviour.take(np.zeros(size, dtype=int))
    start = place_prototypes(PROTOTYPES, few)
    assert np.isfinite(fit(few, start, 0.1).log_likelihood(few)).all()
