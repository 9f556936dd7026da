"""Lines of raw files are numbered as a person counts them, whether a task reads a file whole or in
blocks.
"""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.stages import raw_line_numbers
from holdfast.jobs.stages.raw_file import RawFile

WAYS = pytest.mark.parametrize("large", [raw_line_numbers.LARGE, 0], ids=["whole", "blocks"])


@WAYS
def test_lines_are_numbered_apart_in_sources_whose_files_have_one_name(
    large: int, spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_line_numbers, "LARGE", large)

    def write(source: str, name: str, *lines: str) -> RawFile:
        place = tmp_path / source / name
        place.parent.mkdir(parents=True)
        place.write_text("\n".join(lines))
        return RawFile(source, "orders", str(place), name, "", is_text=True)

    north = write("north", "parts/a b.csv", "id", "1", "bad")
    south = write("north/parts/south", "parts/a b.csv", "bad", "id")
    found = raw_line_numbers.read_numbered_lines(spark, [north, south])
    assert found is not None
    assert {tuple(row) for row in found.collect()} == {
        ("north", "parts/a b.csv", 1, "id"),
        ("north", "parts/a b.csv", 2, "1"),
        ("north", "parts/a b.csv", 3, "bad"),
        ("north/parts/south", "parts/a b.csv", 1, "bad"),
        ("north/parts/south", "parts/a b.csv", 2, "id"),
    }


def test_lines_of_a_file_in_many_blocks_have_the_numbers_of_the_file(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{'é' * (number % 7)}{number}" for number in range(1, 400)]
    place = tmp_path / "long.csv"
    place.write_bytes("\r\n".join(lines).encode())
    file = RawFile("north", "orders", str(place), "long.csv", "", is_text=True)
    monkeypatch.setattr(raw_line_numbers, "LARGE", 0)
    small = {"spark.sql.files.maxPartitionBytes": "500", "spark.sql.files.openCostInBytes": "1"}
    before = {name: spark.conf.get(name) for name in small}
    try:
        for name, value in small.items():
            spark.conf.set(name, value)
        found = raw_line_numbers.read_numbered_lines(spark, [file])
        assert found is not None
        blocks = spark.read.text(str(place)).select("_metadata.file_block_start").distinct()
        assert blocks.count() > 5
        rows = sorted((row.line, row.text) for row in found.collect())
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)
    assert rows == list(enumerate(lines, start=1))
