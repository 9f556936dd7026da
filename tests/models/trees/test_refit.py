"""Leaves estimated anew, against the conditions of the optimum and on rows not seen."""

import numpy as np
import pytest
from numpy.typing import NDArray

from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.refit import refit_leaves
from holdfast.models.trees.scoring import leaves, log_odds, margins
from tests.models.trees.ensembles import ensemble

Floats = NDArray[np.float64]


def rows(seed: int, size: int = 3_000) -> tuple[Floats, Floats]:
    """Six features; leaving follows the first two."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(size, 6))
    odds = 1.5 * (values[:, 0] > 0) - 1.0 * (values[:, 1] > 0.5) - 0.5
    return values, (random.random(size) < 1 / (1 + np.exp(-odds))).astype(float)


def loss(table: NodeTable, values: Floats, labels: Floats) -> float:
    odds = log_odds(margins(table, values))
    return float(np.mean(np.logaddexp(0.0, odds) - labels * odds))


@pytest.mark.parametrize("penalty", [3.0, 300.0])
def test_at_the_optimum_each_leafs_surplus_is_what_the_penalty_holds_back(penalty: float) -> None:
    table, (values, labels) = ensemble(8, trees=4, depth=3), rows(1)
    found = refit_leaves(table, values, labels, penalty)
    surplus = labels - 1 / (1 + np.exp(-log_odds(margins(found, values))))
    reached = leaves(table, values)
    for leaf in np.flatnonzero(table.is_leaf):
        tree = table.tree[leaf]
        correction = 2 * table.weights[tree] * (found.prediction[leaf] - table.prediction[leaf])
        own = surplus[reached[:, tree] == leaf].sum()
        assert own == pytest.approx(penalty * correction, abs=0.02 * len(values) ** 0.5)


def test_it_does_better_on_rows_it_has_not_seen_and_splits_stay() -> None:
    table, (values, labels) = ensemble(8, trees=6, depth=3), rows(1)
    found = refit_leaves(table, values, labels, 30.0)
    new = rows(2)
    assert loss(found, *new) < loss(table, *new) - 0.01
    assert found.threshold[~found.is_leaf].tolist() == table.threshold[~table.is_leaf].tolist()
    assert np.isnan(found.prediction[~found.is_leaf]).all()


def test_an_endless_penalty_leaves_the_leaves_as_they_are() -> None:
    table, (values, labels) = ensemble(8, trees=4, depth=3), rows(1)
    found = refit_leaves(table, values, labels, 1e12)
    assert found.prediction[table.is_leaf] == pytest.approx(table.prediction[table.is_leaf])
