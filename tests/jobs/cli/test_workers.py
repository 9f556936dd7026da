"""A worker without a package that a kernel needs: named, with its cure."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from holdfast.jobs.cli.options import explain
from holdfast.jobs.runtime.config import errors


def test_a_package_that_a_worker_lacks_is_named(spark: SparkSession) -> None:
    def need(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import package_of_nobody  # type: ignore[import-not-found]  # only the worker looks for it

        yield from package_of_nobody.read(batches)

    with pytest.raises(PySparkException) as raised:
        spark.range(1).mapInArrow(need, "id bigint").collect()
    known = explain(raised.value)
    assert known.exit_code == errors.EXIT_MACHINE
    assert known.problem == "A Python worker of Spark lacks the package package_of_nobody."
    assert "PYSPARK_PYTHON" in known.cure and "docs/operations.md" in known.cure
