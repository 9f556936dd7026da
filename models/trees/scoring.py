"""Boosted trees scored in numpy: the one kernel behind tuning, training, scoring and
explanations.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.models.arrays import Floats, RowNumbers
from holdfast.models.trees.nodes import NodeTable

# A value below anything measured lets one split part the missing from the known, which is all that
# a separate is-missing flag could do, and stays below values never seen in training.
MISSING: Final = -1e9


def select_finite(names: Sequence[str]) -> list[Column]:
    """Each named column as a double under its own name, null in place of NaN and what is
    infinite.
    """
    return [_finite(name).alias(name) for name in names]


def impute(names: Sequence[str]) -> list[Column]:
    """The same with MISSING in place of null."""
    return [F.coalesce(_finite(name), F.lit(MISSING)).alias(name) for name in names]


def _finite(name: str) -> Column:
    return F.when(F.abs(_double(name)) < F.lit(float("inf")), _double(name))


def _double(name: str) -> Column:
    return F.col(name).cast("double")


def matrix(batch: pa.RecordBatch, names: Sequence[str]) -> Floats:
    """The named columns of a batch, one row per row, MISSING in place of null, NaN and what is
    infinite.
    """
    columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in names]
    values = (
        np.column_stack(columns).astype(np.float64) if columns else np.empty((batch.num_rows, 0))
    )
    return np.where(np.isfinite(values), values, MISSING)


def leaves(table: NodeTable, values: Floats) -> RowNumbers:
    """Row of the node table in which each row of `values` ends, one column per tree."""
    at = np.broadcast_to(table.roots, (len(values), table.trees))
    feature = np.maximum(table.feature, 0)  # a leaf leads to itself whatever it compares
    rows = np.arange(len(values))[:, None]
    for _ in range(table.depth):
        at = np.where(
            values[rows, feature[at]] <= table.threshold[at], table.left[at], table.right[at]
        )
    return np.asarray(at, np.int32)


def margins(table: NodeTable, values: Floats) -> Floats:
    """The ensemble's margin for each row; for a regressor this is the prediction."""
    return np.asarray(table.base + table.prediction[leaves(table, values)].sum(axis=1))


def staged_margins(table: NodeTable, values: Floats) -> Floats:
    """Margins after one, two, ... trees, one column per count of trees."""
    return table.base + np.cumsum(table.prediction[leaves(table, values)], axis=1)


Kernel = Callable[[Floats], dict[str, Floats]]


def apply_kernel(
    frame: DataFrame,
    keep: Sequence[str],
    features: Sequence[str],
    kernel: Kernel,
    outputs: Sequence[str],
) -> DataFrame:
    """Columns `keep`, and the double columns `outputs` that `kernel` makes of the feature matrix.

    The kernel sees one Arrow batch at a time as an array (rows, features) with nulls already
    MISSING; the model it needs travels in its closure.
    """
    kept = tuple(keep)
    names = tuple(features)
    inputs = frame.select(*kept, *(_double(name).alias(f"__{name}") for name in names))
    doubles = [T.StructField(name, T.DoubleType()) for name in outputs]
    schema = T.StructType([field for field in inputs.schema if field.name in kept] + doubles)

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = kernel(matrix(batch, [f"__{name}" for name in names]))
            arrays = [batch.column(name) for name in kept] + [
                pa.array(made[name], pa.float64()) for name in outputs
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=[*kept, *outputs])

    return inputs.mapInArrow(run, schema)


def with_margin(frame: DataFrame, table: NodeTable, keep: Sequence[str]) -> DataFrame:
    """Columns `keep` and `margin` for every row of `frame`, which has the table's features as
    columns.
    """
    return apply_kernel(
        frame, keep, table.features, lambda values: {"margin": margins(table, values)}, ["margin"]
    )
