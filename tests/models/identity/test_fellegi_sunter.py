"""EM gives back the weights that patterns were drawn from; people of one name are not one person;
one fact counts once.
"""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from holdfast.models.identity.fellegi_sunter import fit
from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, UNRELATED, LinkageModel
from holdfast.transformations.identity.comparison import Comparison

Table = NDArray[np.int64]
COMPARISONS = (
    Comparison("first_name", 3, 2, is_personal=True),
    Comparison("last_name", 3, 2),
    Comparison("address", 2, 1),
    Comparison("phone", 2, 1, is_personal=True),
)
NAMES = [one.name for one in COMPARISONS]
TRUE = {  # m, the household's levels, u
    "first_name": [[0.04, 0.06, 0.90], [0.93, 0.05, 0.02], [0.95, 0.03, 0.02]],
    "last_name": [[0.01, 0.04, 0.95], [0.10, 0.05, 0.85], [0.985, 0.01, 0.005]],
    "address": [[0.2, 0.8], [0.02, 0.98], [0.9998, 0.0002]],
    "phone": [[0.3, 0.7], [0.9, 0.1], [0.9999, 0.0001]],
}
PEOPLE = (20_000, 8_000)  # pairs of one person and of one household
ALL = 40_000_000


def draw_levels(
    random: np.random.Generator, of_class: int, size: int, missing: float = 0.2
) -> Table:
    levels = [random.choice(len(rows[of_class]), size, p=rows[of_class]) for rows in TRUE.values()]
    return np.where(random.random((size, len(levels))) < missing, -1, np.column_stack(levels))


def is_blocked(levels: Mapping[str, Table]) -> NDArray[np.bool_]:
    """What full names, addresses with names, and phones bring together."""
    by_name = (levels["first_name"] == 2) & (levels["last_name"] == 2)
    return np.asarray(
        by_name | ((levels["address"] == 1) & (levels["last_name"] >= 1)) | (levels["phone"] == 1)
    )


def blocked_rows(table: Table) -> Table:
    return table[is_blocked(dict(zip(NAMES, table.T, strict=True)))]


def by_any(levels: Mapping[str, Table]) -> NDArray[np.bool_]:
    """Pairs that agree on anything."""
    return np.asarray(np.max(list(levels.values()), axis=0) > 0)


def count_patterns(table: Table) -> dict[str, int]:
    return Counter(",".join(map(str, row)) for row in table.tolist())


def world(seed: int = 3) -> tuple[dict[str, int], dict[str, int], int]:
    """Patterns of candidates and of random pairs, and how many candidates are unrelated: people of
    one name in their thousands.
    """
    random = np.random.default_rng(seed)
    unrelated = blocked_rows(
        draw_levels(random, UNRELATED, ALL // 10)
    )  # a tenth drawn, each standing for ten
    candidates: Counter[str] = Counter()
    for place, size in enumerate(PEOPLE):
        candidates.update(count_patterns(blocked_rows(draw_levels(random, place, size))))
    for pattern, pairs in count_patterns(unrelated).items():
        candidates[pattern] += 10 * pairs
    return (
        dict(candidates),
        count_patterns(draw_levels(random, UNRELATED, 200_000)),
        10 * len(unrelated),
    )


@pytest.fixture(scope="module")
def fitted() -> tuple[LinkageModel, Mapping[str, int], int]:
    candidates, random, unrelated = world()
    return fit(candidates, random, ALL, COMPARISONS, is_blocked), candidates, unrelated


def test_the_weights_that_patterns_were_drawn_from_come_back(
    fitted: tuple[LinkageModel, Mapping[str, int], int],
) -> None:
    model, _, _ = fitted
    assert model.note == ""
    for name, rows in TRUE.items():
        assert model.m(name) == pytest.approx(rows[SAME], abs=0.06), name
        assert model.u(name) == pytest.approx(rows[UNRELATED], abs=0.002), name
    assert model.class_prior[SAME] * ALL == pytest.approx(PEOPLE[SAME], rel=0.12)


def test_people_of_one_name_among_the_candidates_are_not_one_person(
    fitted: tuple[LinkageModel, Mapping[str, int], int],
) -> None:
    model, candidates, unrelated = fitted
    expected = model.probabilities(list(candidates)) * np.array(list(candidates.values()))[:, None]
    assert unrelated > 3_000
    assert expected[:, UNRELATED].sum() == pytest.approx(unrelated, rel=0.1)
    only_name, with_phone = model.probabilities(["2,2,-1,-1", "2,2,-1,1"])[:, SAME]
    share = (
        PEOPLE[SAME] * 0.9 * 0.95 / (PEOPLE[SAME] * 0.9 * 0.95 + ALL * 0.02 * 0.005)
    )  # by Bayes, from the truth
    assert only_name == pytest.approx(share, abs=0.04)
    assert with_phone > 0.999


def test_relatives_are_a_class_of_their_own(
    fitted: tuple[LinkageModel, Mapping[str, int], int],
) -> None:
    model, _, _ = fitted
    levels = dict(zip(NAMES, (0, 2, 1, 0), strict=True))
    true = np.array(
        [
            PEOPLE[place] * np.prod([TRUE[name][place][level] for name, level in levels.items()])
            for place in (SAME, HOUSEHOLD)
        ]
    )
    relatives, person = model.probabilities(["0,2,1,0", "2,2,1,0"])
    assert relatives[HOUSEHOLD] == pytest.approx(true[HOUSEHOLD] / true.sum(), abs=0.06)
    assert person.argmax() == SAME


def test_what_is_not_known_says_nothing(
    fitted: tuple[LinkageModel, Mapping[str, int], int],
) -> None:
    model, _, _ = fitted
    assert model.probabilities(["-1,-1,-1,-1"])[0] == pytest.approx(model.class_prior)
    assert model.match_weights(["-1,-1,-1,-1"])[0] == pytest.approx(0)
    m, u = model.m("phone")[1], model.u("phone")[1]
    assert model.match_weights(["-1,-1,-1,1"])[0] == pytest.approx(np.log2(m / u))


def test_the_order_of_patterns_changes_not_one_bit() -> None:
    candidates, random, _ = world()
    once = fit(candidates, random, ALL, COMPARISONS, is_blocked)
    turned = dict(sorted(random.items(), reverse=True))
    again = fit(dict(sorted(candidates.items())), turned, ALL, COMPARISONS, is_blocked)
    patterns = sorted(candidates)
    assert (again.probabilities(patterns) == once.probabilities(patterns)).all()
    assert (again.match_weights(patterns) == once.match_weights(patterns)).all()


def test_without_relatives_two_classes_are_fitted_and_it_is_said() -> None:
    comparisons = (Comparison("email", 2, 1), Comparison("phone", 2, 1))
    same = {"1,1": 800, "1,0": 90, "0,1": 110}
    random_pairs = {"0,0": 90_000, "1,0": 5, "0,1": 5}
    model = fit(same, random_pairs, 10_000_000, comparisons, by_any)
    assert "two classes" in model.note
    assert model.class_prior[HOUSEHOLD] == 0
    assert model.probabilities(["1,1"])[0, SAME] > 0.99


def test_a_fact_that_follows_from_a_name_is_counted_once() -> None:
    """People of one name share the local part of their addresses in one case of two, other
    unrelated pairs never.
    """
    naive = (Comparison("name", 2, 1), Comparison("email", 3, 2), Comparison("phone", 2, 1))
    aware = (naive[0], Comparison("email", 3, 2, follows=("name",)), naive[2])
    random_pairs = {"0,0,0": 199_400, "1,0,0": 600}
    among = {
        "1,0,0": 15_000,
        "1,1,0": 15_000,
    }  # of ten million pairs, 30,000 of one name, all candidates
    people = {
        "1,2,1": 8_000,
        "1,2,0": 800,
        "1,0,1": 700,
        "1,0,0": 70,
        "1,1,1": 100,
        "1,1,0": 10,
        "0,2,1": 400,
        "0,2,0": 40,
    }
    candidates = {
        pattern: among.get(pattern, 0) + people.get(pattern, 0) for pattern in {*among, *people}
    }
    known, unknown = (
        fit(candidates, random_pairs, 10_000_000, comparisons, by_any)
        for comparisons in (aware, naive)
    )
    assert unknown.probabilities(["1,1,0"])[0, SAME] > 0.2
    assert known.probabilities(["1,1,0"])[0, SAME] < 0.01
    assert known.probabilities(["1,2,0"])[0, SAME] > 0.9


def test_one_pair_and_no_pair_are_no_trouble() -> None:
    assert np.isfinite(
        fit({"2,2,1,1": 1}, {"2,2,1,1": 1}, 1, COMPARISONS, is_blocked).probabilities(["2,2,1,1"])
    ).all()
    assert np.isfinite(fit({}, {}, 0, COMPARISONS, is_blocked).probabilities(["2,2,1,1"])).all()
