from collections.abc import Mapping
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from holdfast.models.trees import scoring
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.shapley import explainer
from tests.models.trees.ensembles import ensemble

GROUPS = {
    "f0": "price",
    "f1": "price",
    "f2": "service",
    "f3": "quality",
    "f4": "service",
    "f5": "recency",
}


def worth(table: NodeTable, row: np.ndarray, present: set[str], groups: Mapping[str, str]) -> float:
    """The margin when only the players in `present` are known: by definition, down both sides where
    one is not.
    """

    def below(at: int) -> float:
        if table.feature[at] < 0:
            return float(table.prediction[at])
        left, right = int(table.left[at]), int(table.right[at])
        if groups[table.features[table.feature[at]]] in present:
            return below(left if row[table.feature[at]] <= table.threshold[at] else right)
        return float(table.cover[left] * below(left) + table.cover[right] * below(right)) / float(
            table.cover[at]
        )

    return table.base + sum(below(int(root)) for root in table.roots)


def brute_force(
    table: NodeTable, row: np.ndarray, groups: Mapping[str, str], players: tuple[str, ...]
) -> list[float]:
    n = len(players)
    worths = {
        frozenset(s): worth(table, row, set(s), groups)
        for k in range(n + 1)
        for s in combinations(players, k)
    }
    return [
        sum(
            factorial(k)
            * factorial(n - k - 1)
            / factorial(n)
            * (worths[frozenset(s) | {me}] - worths[frozenset(s)])
            for k in range(n)
            for s in combinations([p for p in players if p != me], k)
        )
        for me in players
    ]


@pytest.mark.parametrize(
    "groups", [GROUPS, {f"f{i}": f"f{i}" for i in range(6)}], ids=["groups", "features"]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_contributions_equal_all_coalitions_played_out(seed: int, groups: dict[str, str]) -> None:
    table, values = (
        ensemble(seed, trees=3, depth=5),
        np.random.default_rng(seed).normal(size=(5, 6)),
    )
    by_cover = explainer(table, groups)
    ours = by_cover.contributions(values)
    for row, contributions in zip(values, ours, strict=True):
        np.testing.assert_allclose(
            contributions, brute_force(table, row, groups, by_cover.players), atol=1e-12
        )


@pytest.mark.parametrize("groups", [GROUPS, None], ids=["groups", "features"])
def test_contributions_and_base_add_up_to_the_margin(groups: dict[str, str] | None) -> None:
    table, values = ensemble(7, trees=20, depth=6), np.random.default_rng(7).normal(size=(300, 6))
    made = explainer(table, groups)
    np.testing.assert_allclose(
        made.contributions(values).sum(axis=1) + made.base,
        scoring.margins(table, values),
        rtol=0,
        atol=1e-9,
    )


def test_a_feature_that_no_tree_uses_contributes_nothing() -> None:
    table = ensemble(8, trees=1, depth=1)
    used = table.features[table.feature[0]]
    made = explainer(table)
    contributions = made.contributions(np.random.default_rng(8).normal(size=(10, 6)))
    unused = [made.players.index(name) for name in table.features if name != used]
    assert not contributions[:, unused].any()


def test_a_feature_without_a_group_is_named() -> None:
    table = ensemble(10, trees=8, depth=5)
    with pytest.raises(ValueError, match="f2"):
        explainer(table, {name: group for name, group in GROUPS.items() if name != "f2"})
