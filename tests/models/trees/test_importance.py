import numpy as np
import pytest

from holdfast.models.trees.importance import importances
from holdfast.models.trees.shapley import explainer
from tests.models.trees.ensembles import ensemble, plant


def test_one_split_worked_by_hand() -> None:
    # three tenths of the training rows went left: nobody's margin is .3 x -1 + .7 x 1 = .4, so that
    # a row on the left is moved by 1.4 and one on the right by .6
    table = plant(["visits", "unused"], [(0, 5.0, (-1.0, 3), (1.0, 7))])
    found = importances(table, np.array([[1.0, 0.0], [9.0, 0.0], [9.0, 1.0], [1.0, 1.0]]))
    assert found == {"visits": pytest.approx((1.4 + 0.6) / 2), "unused": 0.0}


def test_many_rows_are_sampled_evenly() -> None:
    table, rows = ensemble(5), np.random.default_rng(5).normal(size=(2_500, 6))
    expected = np.abs(explainer(table).contributions(rows[::3])).mean(axis=0)
    np.testing.assert_allclose(list(importances(table, rows).values()), expected)
