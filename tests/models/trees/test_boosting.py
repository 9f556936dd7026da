"""The trees that scikit-learn grows, as a node table."""

import subprocess
import sys
from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from holdfast.models.trees import boosting
from holdfast.models.trees.boosting import Growth, grow_classifier, grow_regressor
from holdfast.models.trees.scoring import MISSING, margins

FEATURES: Final = ("a", "b", "c")
GROWTH: Final = Growth(8, 3, 0.3, 10, 2.0, 1.0, 7)
KNOWN: Final = {
    "max_iter": 8,
    "max_depth": 3,
    "max_leaf_nodes": None,
    "learning_rate": 0.3,
    "min_samples_leaf": 10,
    "l2_regularization": 2.0,
    "early_stopping": False,
    "random_state": 7,
}


def draw(rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """A matrix, a fifth of whose second column is missing, and labels that hang on all three."""
    random = np.random.default_rng(6)
    values = random.normal(size=(rows, 3))
    score = values[:, 0] + np.abs(values[:, 1]) + values[:, 0] * values[:, 2]
    labels = (score + random.normal(size=rows) > 0.7).astype(float)
    values[random.random(rows) < 0.2, 1] = MISSING
    return values, labels


@pytest.mark.parametrize("leaves", [None, 4])
def test_margins_are_the_log_odds_of_the_library(leaves: int | None) -> None:
    values, labels = draw()
    ours = grow_classifier(values, labels, FEATURES, replace(GROWTH, leaves=leaves))
    known = KNOWN | {"max_leaf_nodes": leaves}
    theirs = HistGradientBoostingClassifier(**known).fit(values, labels)
    assert np.ptp(margins(ours, values)) > 2
    np.testing.assert_allclose(margins(ours, values), theirs.decision_function(values), atol=1e-9)


def test_margins_of_a_regressor_are_its_predictions_where_columns_have_few_values() -> None:
    values, labels = draw()
    values = np.where(values == MISSING, MISSING, values.round(1))
    target, weight = 100 * labels + values[:, 0], np.linspace(1, 3, len(labels))
    ours = grow_regressor(values, target, weight, FEATURES, GROWTH)
    theirs = HistGradientBoostingRegressor(**KNOWN).fit(values, target, sample_weight=weight)
    np.testing.assert_allclose(margins(ours, values), theirs.predict(values), rtol=1e-9)


def test_a_regressor_on_columns_of_many_values_does_as_well() -> None:
    values, labels = draw(20_000)
    target, weight = 100 * labels + values[:, 0], np.linspace(1, 3, len(labels))
    ours = grow_regressor(values, target, weight, FEATURES, GROWTH)
    theirs = HistGradientBoostingRegressor(**KNOWN).fit(values, target, sample_weight=weight)
    missed = [
        np.average((target - found) ** 2, weights=weight)
        for found in (margins(ours, values), theirs.predict(values))
    ]
    assert missed[0] == pytest.approx(missed[1], rel=0.005)
    assert np.isin(ours.threshold[ours.feature == 0], values[:, 0]).all()  # values that there are


def test_cover_counts_the_rows_that_pass_a_node() -> None:
    values, labels = draw()
    table = grow_classifier(values, labels, FEATURES, GROWTH)
    assert (table.cover[table.roots] == len(values)).all()
    assert (table.cover[table.is_leaf] >= GROWTH.min_rows_per_leaf).all()
    goes_left = (values[:, table.feature[0]] <= table.threshold[0]).sum()
    assert table.cover[table.left[0]] == goes_left


def test_without_anything_to_split_on_everybody_is_alike() -> None:
    values, labels = np.ones((100, 3)), np.repeat([0.0, 1.0], [75, 25])
    table = grow_classifier(values, labels, FEATURES, GROWTH)
    np.testing.assert_allclose(margins(table, values), np.log(1 / 3))


def test_a_library_that_lays_trees_out_otherwise_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values, labels = draw()
    monkeypatch.setattr(boosting, "margins", lambda table, rows: margins(table, rows) + 1e-3)
    with pytest.raises(RuntimeError, match="scikit-learn"):
        grow_classifier(values, labels, FEATURES, GROWTH)


def test_scoring_needs_no_library_that_grows() -> None:
    code = "import sys, holdfast.models.trees.scoring; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
