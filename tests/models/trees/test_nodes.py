import numpy as np

from holdfast.models.trees.nodes import NodeTable
from tests.models.trees.ensembles import COLUMNS, ensemble, plant


def test_a_table_knows_its_trees_and_how_deep_they_are() -> None:
    deep = (1, 1e-4, (-0.1, 6), (0, -5e8, (0.3, 3), (7.0, 1)))
    table = plant(["a", "b"], [deep, (2.5, 10)])
    assert (table.trees, table.depth) == (2, 2)
    assert table.roots.tolist() == [0, 5]
    assert table.is_leaf.tolist() == [False, True, False, True, True, True]


def test_head_keeps_the_first_trees_whole() -> None:
    table, head = ensemble(1, trees=5), ensemble(1, trees=5).head(2)
    assert head.trees == 2 and head.base == table.base
    assert head.node.tolist() == table.node[table.tree < 2].tolist()
    assert head.left.max() < len(head.node)


def test_artifacts_give_the_same_table_back() -> None:
    table = ensemble(2)
    again = NodeTable.from_artifacts(table.to_artifacts())
    assert (again.features, again.base) == (table.features, table.base)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(again, name), getattr(table, name))
        assert getattr(again, name).dtype == getattr(table, name).dtype
