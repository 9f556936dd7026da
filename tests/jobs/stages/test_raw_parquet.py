"""Parquet as other programs write it: what is declared is read, and nothing else can stop it."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from tests.jobs.stages.reading import NOON, typed

ROW: dict[str, Any] = {"id": ["1"], "note": ["a"], "total": [1.5], "at": [NOON]}


def write(path: Path, **columns: Any) -> None:
    pq.write_table(pa.table({**ROW, **columns}), path)


def test_columns_that_nobody_declares_may_be_of_any_type(
    spark: SparkSession, tmp_path: Path
) -> None:
    write(
        tmp_path / "orders.parquet",
        opens=pa.array([1], pa.time64("ns")),
        took=pa.array([1], pa.duration("ns")),
        seen=pa.array([[datetime(2024, 3, 5)]], pa.list_(pa.timestamp("ns"))),
        half=pa.array([1.0], pa.float16()),
        nothing=pa.nulls(1),
    )
    (row,) = typed(spark, tmp_path, format="parquet")
    assert (row["id"], row["total"], row["at"].astimezone(UTC)) == ("1", Decimal("1.50"), NOON)


def test_values_are_read_from_each_type_that_programs_write_them_in(
    spark: SparkSession, tmp_path: Path
) -> None:
    instants = [NOON.replace(tzinfo=None)]
    write(tmp_path / "orders-1.parquet", id=pa.array([1], pa.uint64()), note=pa.nulls(1))
    write(
        tmp_path / "orders-2.parquet",
        id=pa.array(["B2"]).dictionary_encode(),
        note=pa.array(["b"], pa.large_string()),
        at=pa.array(instants, pa.timestamp("ns")),
    )
    old = pa.table({**ROW, "id": ["3"], "at": pa.array(instants, pa.timestamp("us"))})
    pq.write_table(old, tmp_path / "orders-3.parquet", use_deprecated_int96_timestamps=True)
    rows = typed(spark, tmp_path, format="parquet")
    assert [(row["id"], row["note"]) for row in rows] == [("1", None), ("B2", "b"), ("3", "a")]
    assert {row["at"].astimezone(UTC) for row in rows} == {NOON}


def test_a_declared_column_that_cannot_be_read_is_named(
    spark: SparkSession, tmp_path: Path
) -> None:
    write(tmp_path / "orders.parquet", note=pa.array([1.0], pa.float16()))
    with pytest.raises(InputError, match=r"orders\.parquet: the column note is of type") as error:
        typed(spark, tmp_path, format="parquet")
    assert "Write it as text" in error.value.cure
