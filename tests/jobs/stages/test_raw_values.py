"""Values as people write them: each by hand."""

from datetime import UTC
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.reasons import REASONS
from tests.jobs.stages.reading import COLUMNS, NOON, typed


def test_words_for_nothing_are_nothing_but_in_names(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "id,note,total,at\n1,NULL,\\N,nan\n2,None,N/A,2024-03-05\n<NA>,null,1.00,2024-03-05\n3,Null,,\n"
    )
    columns = {**COLUMNS, "note": {"type": "string", "pii": "last_name"}}
    rows = typed(spark, tmp_path, columns=columns)
    assert [(row["id"], row["note"], row["total"]) for row in rows] == [
        (None, "null", Decimal("1.00")),
        ("1", "NULL", None),
        ("2", "None", None),
        ("3", "Null", None),
    ]
    assert [row[REASONS] for row in rows] == [["no_party"], [], [], []]
    kept = typed(spark, tmp_path, nulls=["-"])
    assert {row["id"] for row in kept} == {"1", "2", "3", "<NA>"}


@pytest.mark.parametrize(
    ("decimal", "numbers"),
    [
        (
            ",",
            {
                "1.234,56": "1234.56",
                "-1.234": "-1234.00",
                "12,5": "12.50",
                "1\u00a0234,56": "1234.56",
                "1'234'567": "1234567.00",
                "12.50": None,  # no thousand: a price with a point is none of a hundred times
                "1.23.456,00": None,
            },
        ),
        (
            ".",
            {
                "1,234.56": "1234.56",
                "-1,234,567": "-1234567.00",
                "12.5": "12.50",
                "1\u202f234.5": "1234.50",
                "12,50": None,
                "1,234": None,  # could be either
                "$5.00": None,
            },
        ),
    ],
)
def test_signs_between_thousands_go_and_nothing_is_taken_for_one(
    spark: SparkSession, tmp_path: Path, decimal: str, numbers: dict[str, str | None]
) -> None:
    lines = [f"{n};;{number};2024-03-05\n" for n, number in enumerate(numbers)]
    text = "id;note;total;at\n" + "".join(lines)
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    rows = typed(spark, tmp_path, delimiter=";", decimal=decimal)
    wanted = [None if number is None else Decimal(number) for number in numbers.values()]
    assert [row["total"] for row in rows] == wanted
    assert [row[REASONS] for row in rows] == [
        ["type:total"] if number is None else [] for number in wanted
    ]


def test_an_export_of_another_country_is_read_as_its_mapping_says(
    spark: SparkSession, tmp_path: Path
) -> None:
    text = "id;note;total;at\n1;groß;1.234,50;05.03.2024 12:00:00\n2;;zwei;05.03.2024\n"
    (tmp_path / "orders.csv").write_bytes(text.encode("windows-1252"))
    asked = {"delimiter": ";", "encoding": "windows-1252", "decimal": ","}
    good, bad = typed(spark, tmp_path, **asked, date_format="dd.MM.yyyy HH:mm:ss")
    assert (good["note"], good["total"], good["at"].astimezone(UTC)) == (
        "groß",
        Decimal("1234.50"),
        NOON,
    )
    assert {"type:total", "type:at"} <= set(bad[REASONS])


def test_an_instant_without_a_zone_is_of_the_zone_that_its_mapping_names(
    spark: SparkSession, tmp_path: Path
) -> None:
    written = ("2024-03-05T07:00:00", "2024-03-05 07:00", "2024-03-05T12:00:00.000Z")
    zoned = ("2024-03-05T14:00:00+02:00", "2024-03-05T12:00Z", "2024-03-05 07:00 -0500")
    lines = [f"{n},,1,{at}\n" for n, at in enumerate((*written, *zoned))]
    (tmp_path / "orders.csv").write_text("id,note,total,at\n" + "".join(lines), encoding="utf-8")
    rows = typed(spark, tmp_path, dates_without_zone="America/New_York")
    assert [row["at"].astimezone(UTC) for row in rows] == [NOON] * 6
    (tmp_path / "orders.csv").write_text("id,note,total,at\n1,,1,5.3.2024 07:00\n")
    asked = {"date_format": "d.M.yyyy HH:mm", "dates_without_zone": "America/New_York"}
    assert typed(spark, tmp_path, **asked)[0]["at"].astimezone(UTC) == NOON


NESTED = "array<struct<id:string,quantity:bigint,price:decimal(18,3),taxes:array<decimal(18,2)>>>"


def test_values_in_lines_are_held_to_their_types_too(spark: SparkSession, tmp_path: Path) -> None:
    """Under a type with decimals Spark takes 12,99 for 1299: here it is a reason to refuse the
    row, and so is 2.5 of a whole number.
    """
    lines = {
        "a": '{"id":"1","quantity":2,"price":12.99,"taxes":["1.00",0.5,null]}',
        "b": '{"id":"1","quantity":"2.0","price":"12.99"},{"id":"","price":""}',
        "c": '{"id":"1","price":"12,99"}',
        "d": '{"id":"1","quantity":2.5}',
        "e": '{"taxes":["1,00"]}',
        "f": '{"id":{"of":1},"price":"1,234.5"}',
    }
    rows = [f'{{"id":"{n}","lines":[{line}]}}' for n, line in lines.items()]
    (tmp_path / "orders.jsonl").write_text(
        "\n".join([*rows, '{"id":"g"}', '{"id":"h","lines":[]}'])
    )
    columns = {"id": "string", "lines": NESTED}
    found = {r["id"]: r for r in typed(spark, tmp_path, format="jsonl", columns=columns)}
    assert {n for n, row in found.items() if row[REASONS] == ["type:lines"]} == {"c", "d", "e"}
    assert {n for n, row in found.items() if not row[REASONS]} == {"a", "b", "f", "g", "h"}
    read = {n: [tuple(line) for line in found[n]["lines"] or ()] for n in "abfgh"}
    price, taxes = Decimal("12.990"), [Decimal("1.00"), Decimal("0.50"), None]
    assert read["a"] == [("1", 2, price, taxes)]
    assert read["b"] == [("1", 2, price, None), ("", None, None, None)]
    assert read["f"] == [('{"of":1}', None, Decimal("1234.500"), None)]
    assert (read["g"], found["h"]["lines"]) == ([], [])


def test_lines_of_a_table_are_read_as_those_of_json(spark: SparkSession, tmp_path: Path) -> None:
    line = {"id": "1", "quantity": 2.0, "price": Decimal("12.990"), "taxes": [Decimal("1.00")]}
    pq.write_table(pa.table({"id": ["a"], "lines": [[line]]}), tmp_path / "orders.parquet")
    columns = {"id": "string", "lines": NESTED}
    (row,) = typed(spark, tmp_path, format="parquet", columns=columns)
    (only,) = row["lines"]
    assert not row[REASONS]
    assert tuple(only) == ("1", 2, Decimal("12.990"), [Decimal("1.00")])
