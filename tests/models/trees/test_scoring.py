import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import SparkSession

from holdfast.models.trees import scoring
from tests.models.trees.ensembles import ensemble, walk


def test_margins_equal_a_walk_down_every_tree() -> None:
    table, values = ensemble(3, trees=7, depth=5), np.random.default_rng(3).normal(size=(200, 6))
    walked = [
        table.base + sum(walk(table, tree, row) for tree in range(table.trees)) for row in values
    ]
    np.testing.assert_allclose(scoring.margins(table, values), walked, rtol=0, atol=1e-12)


def test_a_value_on_the_threshold_goes_left() -> None:
    table = ensemble(4, trees=1, depth=1)
    values = np.zeros((1, 6))
    values[0, table.feature[0]] = table.threshold[0]
    assert scoring.leaves(table, values)[0, 0] == table.left[0]


def test_staged_margins_are_the_margins_of_the_first_trees() -> None:
    table, values = ensemble(5), np.random.default_rng(5).normal(size=(20, 6))
    staged = scoring.staged_margins(table, values)
    for trees in (1, 2, 4):
        np.testing.assert_allclose(
            staged[:, trees - 1], scoring.margins(table.head(trees), values), atol=1e-12
        )


def test_null_nan_and_the_infinite_are_missing(spark: SparkSession) -> None:
    known = [(1.0, None), (None, 2.0), (float("nan"), 3.0), (float("-inf"), float("inf"))]
    batch = pa.RecordBatch.from_arrays(
        [pa.array(one) for one in zip(*known, strict=True)], ["a", "b"]
    )
    expected = [
        [scoring.MISSING, 1.0],
        [2.0, scoring.MISSING],
        [3.0, scoring.MISSING],
        [scoring.MISSING, scoring.MISSING],
    ]
    assert scoring.matrix(batch, ["b", "a"]).tolist() == expected
    frame = spark.createDataFrame(known, "a double, b double").coalesce(1)
    assert [list(row) for row in frame.select(*scoring.impute(["b", "a"])).collect()] == expected


def test_the_kernel_on_spark_equals_margins_by_hand(spark: SparkSession) -> None:
    table, random = ensemble(6), np.random.default_rng(6)
    values = random.normal(size=(400, 6))
    values[random.random(values.shape) < 0.2] = np.nan
    names = [f"f{place}" for place in range(6)]
    rows = pd.DataFrame(values, columns=names).assign(id=np.arange(400))
    kept = rows.astype(object).where(rows.notna(), None).to_numpy().tolist()
    frame = spark.createDataFrame(kept, ", ".join(f"{name} double" for name in names) + ", id int")
    found = scoring.with_margin(frame, table, ["id"]).toPandas().sort_values("id")
    filled = np.where(np.isnan(values), scoring.MISSING, values)
    np.testing.assert_allclose(found["margin"], scoring.margins(table, filled), atol=1e-12)
