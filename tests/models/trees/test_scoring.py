import numpy as np
import pyarrow as pa
import pytest
from chispa import assert_approx_df_equality
from pyspark.ml.classification import GBTClassifier
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.models.trees import scoring
from holdfast.models.trees.nodes import NodeTable, from_spark
from tests.models.trees.ensembles import ensemble, walk

FEATURES = ["a", "b", "c"]


def test_margins_equal_a_walk_down_every_tree() -> None:
    table, values = ensemble(3, trees=7, depth=5), np.random.default_rng(3).normal(size=(200, 6))
    walked = [sum(w * walk(table, t, row) for t, w in enumerate(table.weights)) for row in values]
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


@pytest.fixture(scope="module")
def rows_with_gaps(spark: SparkSession) -> DataFrame:
    """400 rows, a fifth of them without `b`; `y` depends on all three features."""
    random = np.random.default_rng(6)
    a, b, c = random.normal(size=(3, 400))
    y = (a + np.abs(b) + a * c + random.normal(size=400) > 0.7).astype(float)
    gaps = random.random(400) < 0.2
    rows = [
        (i, float(a[i]), None if gaps[i] else float(b[i]), float(c[i]), float(y[i]))
        for i in range(400)
    ]
    return spark.createDataFrame(rows, "id int, a double, b double, c double, y double").coalesce(1)


def assembled(frame: DataFrame) -> DataFrame:
    imputed = frame.select("id", "y", *scoring.impute(FEATURES))
    return VectorAssembler(inputCols=FEATURES, outputCol="features").transform(imputed)


def test_the_kernel_equals_sparks_own_probability(rows_with_gaps: DataFrame) -> None:
    vectors = assembled(rows_with_gaps)
    model = GBTClassifier(labelCol="y", maxIter=3, maxDepth=3, stepSize=0.3, seed=1).fit(vectors)
    table = from_spark(model, FEATURES)
    theirs = (
        model.transform(vectors)
        .select("id", vector_to_array("probability")[1].alias("p"))
        .toPandas()
    )
    margin = scoring.with_margin(rows_with_gaps, table, ["id"]).toPandas()
    both = theirs.merge(margin, on="id")
    assert len(both) == 400 and both["p"].nunique() > 8
    ours = 1 / (1 + np.exp(-scoring.log_odds(both["margin"].to_numpy())))
    np.testing.assert_allclose(ours, both["p"], rtol=0, atol=1e-12)


def test_the_kernel_equals_sparks_regressor(
    rows_with_gaps: DataFrame,
) -> None:
    vectors = assembled(rows_with_gaps.withColumn("y", F.col("y") * 100 + F.col("a")))
    model = GBTRegressor(labelCol="y", maxIter=2, maxDepth=2, seed=1).fit(vectors)
    table: NodeTable = from_spark(model, FEATURES)
    assert_approx_df_equality(
        scoring.with_margin(rows_with_gaps, table, ["id"]),
        model.transform(vectors).select("id", F.col("prediction").alias("margin", metadata={})),
        precision=1e-9,
        ignore_row_order=True,
        ignore_nullable=True,
    )
