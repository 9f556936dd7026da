import numpy as np
import pytest

from holdfast.models.trees.nodes import NodeTable, from_description
from tests.models.trees.ensembles import ensemble

STUMP_AND_LEAF = """GBTRegressionModel: uid=GBTRegressor_1, numTrees=2, numFeatures=2
  Tree 0 (weight 1.0):
    If (feature 1 <= 1.0E-4)
     Predict: -0.1
    Else (feature 1 > 1.0E-4)
     If (feature 0 <= -5.0E8)
      Predict: 0.30000000000000004
     Else (feature 0 > -5.0E8)
      Predict: 7.0
  Tree 1 (weight 0.1):
    Predict: 2.5
"""


def test_the_description_is_read_node_by_node() -> None:
    table = from_description(STUMP_AND_LEAF, ["a", "b"])
    assert table.weights.tolist() == [1.0, 0.1]
    assert table.tree.tolist() == [0, 0, 0, 0, 0, 1]
    assert table.node.tolist() == [0, 1, 2, 3, 4, 0]
    assert table.feature.tolist() == [1, -1, 0, -1, -1, -1]
    assert table.left.tolist() == [1, 1, 3, 3, 4, 5]
    assert table.right.tolist() == [2, 1, 4, 3, 4, 5]
    assert table.threshold[[0, 2]].tolist() == [1e-4, -5e8]
    assert table.prediction[table.is_leaf].tolist() == [-0.1, 0.30000000000000004, 7.0, 2.5]
    assert table.depth == 2


def test_an_inner_node_covers_what_its_leaves_cover() -> None:
    table = from_description(STUMP_AND_LEAF, ["a", "b"]).with_cover(np.array([0, 6, 0, 3, 1, 10.0]))
    assert table.cover.tolist() == [10, 6, 4, 3, 1, 10]


def test_a_leaf_without_rows_still_has_a_share() -> None:
    table = from_description(STUMP_AND_LEAF, ["a", "b"]).with_cover(np.array([0, 6, 0, 4, 0, 10.0]))
    assert table.cover.tolist() == [10.5, 6, 4.5, 4, 0.5, 10]


def test_head_keeps_the_first_trees_whole() -> None:
    table, head = ensemble(1, trees=5), ensemble(1, trees=5).head(2)
    assert len(head.weights) == 2
    assert head.node.tolist() == table.node[table.tree < 2].tolist()
    assert head.left.max() < len(head.node)


def test_artifacts_give_the_same_table_back() -> None:
    table = ensemble(2)
    again = NodeTable.from_artifacts(table.to_artifacts())
    assert again.features == table.features
    for name in (
        "weights",
        "tree",
        "node",
        "feature",
        "threshold",
        "left",
        "right",
        "prediction",
        "cover",
    ):
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
        assert getattr(again, name).dtype == getattr(table, name).dtype


def test_a_split_on_categories_is_refused_by_name() -> None:
    text = "GBT\n  Tree 0 (weight 1.0):\n    If (feature 0 in {0.0,2.0})\n     Predict: 1.0\n"
    with pytest.raises(ValueError, match="feature 0 in"):
        from_description(text, ["a"])


def test_too_few_names_are_refused() -> None:
    with pytest.raises(ValueError, match="feature 1"):
        from_description(STUMP_AND_LEAF, ["a"])
