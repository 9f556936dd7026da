"""Records whose rows stand below each other: as one row, however the file puts them."""

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.reasons import REASONS
from tests.jobs.stages.test_raw_rows import typed

HEADER = "id,currency,at,sku,price\n"
COLUMNS = {
    "id": {"type": "string", "required": True},
    "currency": {"type": "string", "required": True, "once": True},
    "at": "timestamp",
    "written": {"type": "timestamp", "path": "_file_time"},
}
LINES = {"sku": "string", "price": "decimal(18,2)"}
FIRST, MUG, BOWL = "1,EUR,2024-03-05,bowl,2.00\n", "1,,,mug,3.50\n", "1,,2024-03-05,bowl,2.00\n"


def read(spark: SparkSession, folder: Path, **files: str) -> list[dict[str, Any]]:
    for name, rows in files.items():
        path = folder / f"orders-{name}.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000 + len(name)))
    return typed(spark, folder, columns=COLUMNS, record="id", lines=LINES)


def test_rows_of_a_record_are_one_wherever_they_stand_and_equal_lines_count_each(
    spark: SparkSession, tmp_path: Path
) -> None:
    other = "2,USD,,mug,3.50\n"
    rows = read(spark, tmp_path, a=FIRST + MUG + BOWL, bb=MUG + other + BOWL + FIRST)
    one, again, second = sorted(rows, key=lambda row: (row["id"], row["_file"]))
    assert one["currency"] == "EUR" and one["row_hash"] == again["row_hash"]
    assert [(line["sku"], line["price"], line["number"]) for line in one["lines"]] == [
        ("bowl", Decimal("2.00"), 1),
        ("bowl", Decimal("2.00"), 2),
        ("mug", Decimal("3.50"), 1),
    ]
    assert [row["_rows"] for row in (one, again, second)] == [3, 3, 1]
    assert not any(row[REASONS] for row in rows)
    assert one["written"].astimezone(UTC) == datetime(2023, 11, 14, 22, 13, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        (FIRST + "1,,2024-03-06,mug,3.50\n", ["differs:at"]),
        (FIRST + FIRST, ["twice:currency"]),
        (FIRST + "1,,,mug,three\n", ["type:lines.price"]),
        (MUG, ["required:currency"]),
        (FIRST + "1,,,mug\n", ["unparsable"]),
    ],
)
def test_a_record_with_a_bad_row_is_refused_with_all_its_rows(
    spark: SparkSession, tmp_path: Path, rows: str, reasons: list[str]
) -> None:
    good = "2,USD,,mug,3.50\n"
    found = {row["id"]: row for row in read(spark, tmp_path, a=rows + good)}
    assert found["1"][REASONS] == reasons
    assert sorted(found["1"]["_text"]) == sorted(rows.splitlines())
    assert found["2"][REASONS] == [] and found["2"]["_text"] is None
