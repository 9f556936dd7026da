"""Rows of files as people really have them, typed: each value by hand."""

import gzip
import zipfile
from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.transformations.reasons import REASONS
from tests.jobs.stages.reading import COLUMNS, NOON, typed


def test_a_note_with_a_line_break_costs_no_revenue(spark: SparkSession, tmp_path: Path) -> None:
    noon = "2024-03-05T12:00:00Z"
    text = f'id,note,total,at\n1,"ring\ntwice",2.50,{noon}\n2,,3.00,{noon}\n'
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    rows = typed(spark, tmp_path)
    assert [(row["id"], row["note"], row["total"]) for row in rows] == [
        ("1", "ring\ntwice", Decimal("2.50")),
        ("2", None, Decimal("3.00")),
    ]
    assert not any(row[REASONS] for row in rows)


def test_an_archive_is_read_as_the_files_in_it(spark: SparkSession, tmp_path: Path) -> None:
    noon = "2024-03-05T12:00:00Z"
    (tmp_path / "orders-1.csv").write_text(f"id,note,total,at\n1,,1.00,{noon}\n")
    with zipfile.ZipFile(tmp_path / "May.zip", "w") as packed:
        packed.writestr("orders-2.csv", f"id,note,total,at\n2,,2.00,{noon}\n")
        packed.writestr("more/orders-3.csv", f'id,note,total,at\n3,"two\nlines",3.00,{noon}\n')
    rows = typed(spark, tmp_path)
    assert [(row["_file"], row["id"], row["total"]) for row in rows] == [
        ("May.zip/more/orders-3.csv", "3", Decimal("3.00")),
        ("May.zip/orders-2.csv", "2", Decimal("2.00")),
        ("orders-1.csv", "1", Decimal("1.00")),
    ]
    assert rows[0]["note"] == "two\nlines"


def test_names_of_columns_may_differ_in_case_alone_or_be_blank(
    spark: SparkSession, tmp_path: Path
) -> None:
    noon = "2024-03-05T12:00:00Z"
    (tmp_path / "orders-1.csv").write_text(f"ID,id,note,NOTE,total,at,\nx,1,a,b,1.00,{noon},\n")
    (tmp_path / "orders-2.csv").write_text(
        f'ID,id,note,NOTE,total,at,\nx,2,"a\nb",c,2.00,{noon},y\n'
    )
    rows = typed(spark, tmp_path)
    assert [(row["id"], row["note"], row["total"]) for row in rows] == [
        ("1", "a", Decimal("1.00")),
        ("2", "a\nb", Decimal("2.00")),
    ]


def test_a_cut_quote_is_one_refused_row_and_the_rest_are_read(
    spark: SparkSession, tmp_path: Path
) -> None:
    text = (
        'id,note,total,at\n1,a,2.50,2024-03-05T12:00:00Z\n2,"cut\n3,b,3.00,2024-03-05T12:00:00Z\n'
    )
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    rows = typed(spark, tmp_path)
    assert len(rows) == 3
    assert {row["id"]: row["total"] for row in rows if not row[REASONS]} == {
        "1": Decimal("2.50"),
        "3": Decimal("3.00"),
    }


def test_a_column_that_was_renamed_is_read_from_files_of_both_names(
    spark: SparkSession, tmp_path: Path
) -> None:
    (tmp_path / "orders-1.csv").write_text("id,note,total,at\n1,old,2.50,2024-03-05\n")
    (tmp_path / "orders-2.csv").write_text('id,remark,total,at\n2,"new\none",,2024-03-05\n')
    columns = {**COLUMNS, "note": {"type": "string", "path": ["note", "remark"]}}
    rows = typed(spark, tmp_path, columns=columns)
    assert [row["note"] for row in rows] == ["old", "new\none"]


def test_headers_may_have_points_and_columns_may_be_missing(
    spark: SparkSession, tmp_path: Path
) -> None:
    (tmp_path / "orders-1.csv").write_text("id,customer.id\n1,c1\n", encoding="utf-8")
    (tmp_path / "orders-2.csv").write_text("id,customer.id,tag\n2,c2,x\n", encoding="utf-8")
    columns = {
        "id": "string",
        "customer": {"type": "string", "path": "customer.id"},
        "tag": {"type": "string", "optional": True},
    }
    rows = typed(spark, tmp_path, columns=columns)
    assert [(row["customer"], row["tag"]) for row in rows] == [("c1", None), ("c2", "x")]


def test_packed_files_and_folders_of_parts_are_read_under_their_own_names(
    spark: SparkSession, tmp_path: Path
) -> None:
    head = "id,note,total,at\n"
    (tmp_path / "orders-1.csv.gz").write_bytes(gzip.compress(f"{head}1,a,1,\n".encode()))
    for number in (2, 3):
        folder = tmp_path / f"orders-{number} all.csv"
        folder.mkdir()
        (folder / "part+0%.csv").write_text(f"{head}{number},b,1,\n", encoding="utf-8")
    rows = typed(spark, tmp_path, files="orders*.csv")
    assert [(row["_file"], row["id"]) for row in rows] == [
        ("orders-1.csv.gz", "1"),
        ("orders-2 all.csv/part+0%.csv", "2"),
        ("orders-3 all.csv/part+0%.csv", "3"),
    ]


def test_parquet_of_pandas_is_what_it_stands_for(spark: SparkSession, tmp_path: Path) -> None:
    at = pd.to_datetime(["2024-03-05 12:00:00.123456789"] * 2).astype("datetime64[ns]")
    whole = pd.DataFrame({"id": [1, 2], "note": ["a", "b"], "total": [1.5, 2.0], "at": at})
    whole.to_parquet(tmp_path / "orders-1.parquet")
    holes = whole.assign(id=[12345678901.0, None], at=pd.to_datetime(at).as_unit("us"))
    holes.to_parquet(tmp_path / "orders-2.parquet")
    rows = typed(spark, tmp_path, format="parquet")
    assert [row["id"] for row in rows] == ["1", "2", None, "12345678901"]
    assert {row["at"].astimezone(UTC) for row in rows} == {NOON.replace(microsecond=123456)}


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(
    spark: SparkSession, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(InputError, match=r"shop/orders\.csv\.gz cannot be read") as error:
        typed(spark, tmp_path)
    assert "Send the file again" in error.value.cure
