"""Raw files in a file system that only Spark knows are read as those of this machine are."""

import gzip
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from deltalake import write_deltalake
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import EXIT_INPUT, InputError
from holdfast.jobs.stages import hadoop_files, raw_files, raw_inspection, raw_line_numbers, raw_rows
from holdfast.jobs.stages.excerpt import cut_sources
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_listing import is_remote, list_source
from holdfast.transformations.ingest.parse import parse_rows
from holdfast.transformations.sources.contract import RawTable, Source
from holdfast.transformations.sources.mapping import parse_mapping
from tests.sealed import keys_frame

HEAD: Final = "id,note\n"
COLUMNS: Final = {
    "id": {"type": "string", "required": True},
    "note": "string",
    "seen": {"type": "timestamp", "path": "_file_time"},
}
_mounts = count()


def table(name: str, files: str, kind: str) -> RawTable:
    columns = {**COLUMNS} if kind != "delta" else {"id": "string"}
    values = {"files": files, "format": kind, "party": "id", "targets": [], "columns": columns}
    return parse_mapping("shop", name, values)


TABLES: Final = (
    table("orders", "orders*.csv", "csv"),
    table("events", "events*.jsonl", "jsonl"),
    table("visits", "visits*.parquet", "parquet"),
    table("sales", "sales", "delta"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of every kind, some packed, some broken, some that no mapping reads."""
    place = tmp_path_factory.mktemp("exports") / "shop #1"
    (place / "orders.csv").mkdir(parents=True)
    (place / "orders.csv" / "part 0.csv").write_text(f'{HEAD}1,"ring\ntwice"\n')
    (place / "Orders+2.CSV").write_bytes(f"{HEAD}2,%41\n".encode() + b"3,caf\xe9\n\n")
    (place / "orders-3.csv.gz").write_bytes(gzip.compress(f"{HEAD}4,\n,no id\n".encode()))
    with zipfile.ZipFile(place / "May.zip", "w") as packed:
        packed.writestr("orders-5.csv", f"{HEAD}5,five\n,no id\n6,six\n")
        packed.writestr("more/orders-6.csv", f'{HEAD}7,"two\r\nlines"\n8,\n')
        packed.writestr("events.jsonl", '{"id": "e1", "note": "x"}\n\n{"id": ')
        packed.writestr("__MACOSX/._orders.csv", "")
    (place / "orders-9.txt").write_text("nobody's")
    (place / ".hidden.csv").write_text(HEAD)
    pd.DataFrame({"id": ["v1"], "note": ["a"]}).to_parquet(place / "visits-1.parquet")
    (place / "visits-2.parquet").write_bytes(b"PAR1 no more")
    write_deltalake(place / "sales", pd.DataFrame({"id": ["d1", "d2"]}))
    write_deltalake(place / "sales", pd.DataFrame({"id": ["d3"]}), mode="append")
    return place


@pytest.fixture
def mounted(
    spark: SparkSession, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The same folder in a file system of Hadoop alone, which no `open` of Python's knows."""
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))
    name = f"fs.viewfs.mounttable.store{next(_mounts)}"
    spark.conf.set(f"{name}.link./exports", folder.parent.as_uri())
    yield f"viewfs://{name.rpartition('.')[2]}/exports/{folder.name}"
    spark.conf.unset(f"{name}.link./exports")


def source(place: str | Path, tables: Sequence[RawTable] = TABLES) -> Source:
    return Source("shop", str(place), tuple(tables))


def inspect(spark: SparkSession, one: Source) -> list[RawFile]:
    return raw_inspection.look_into([one], raw_files.list_files([one], spark), spark)


def test_every_file_is_listed_and_looked_into_as_on_this_machine(
    spark: SparkSession, folder: Path, mounted: str
) -> None:
    here, there = source(folder), source(mounted)
    found = inspect(spark, there)
    assert [replace(file, path="", archive="") for file in found] == [
        replace(file, path="") for file in inspect(spark, here)
    ]
    assert {file.name: file.rows for file in found} == {
        "orders.csv/part 0.csv": 1,
        "Orders+2.CSV": 2,
        "orders-3.csv.gz": 2,
        "May.zip/orders-5.csv": 3,
        "May.zip/more/orders-6.csv": 2,
        "May.zip/events.jsonl": 2,
        "visits-1.parquet": 1,
        "visits-2.parquet": 0,
        "sales": None,
    }
    unread = [entry.name for entry in list_source(there, spark).unread]
    assert unread == [entry.name for entry in list_source(here).unread] == ["orders-9.txt"]
    assert raw_files.digest([there], spark) == raw_files.digest([here])


def rows(spark: SparkSession, one: Source, root: Path) -> list[tuple[Any, ...]]:
    files = inspect(spark, one)
    with raw_rows.open_unpacked(files, root) as opened:
        read = [
            (raw.name, row.asDict())
            for raw, frames in raw_rows.read_rows(spark, [one], opened)
            for row in parse_rows(frames, raw, keys_frame(spark)).collect()
        ]
    names = ("note", "_reasons", "seen")
    return sorted(
        ((raw, row["_file"], row["id"] or "", *map(row.get, names)) for raw, row in read), key=str
    )


def test_every_row_is_read_as_on_this_machine(
    spark: SparkSession, folder: Path, mounted: str, tmp_path: Path
) -> None:
    found = rows(spark, source(mounted), tmp_path)
    assert found == rows(spark, source(folder), tmp_path)
    read = [(row[0], row[2]) for row in found if row[2]]
    orders = [("orders", key) for key in "12345678"]
    wanted = [("events", "e1"), *orders, ("sales", "d1"), ("sales", "d2"), ("sales", "d3")]
    assert sorted(read) == [*wanted, ("visits", "v1")]
    assert [row[3] for row in found if row[2] in ("1", "7")] == ["two\r\nlines", "ring\ntwice"]
    assert not (tmp_path / "unpacked").exists()


def test_lines_have_their_number_also_in_archives(
    spark: SparkSession, folder: Path, mounted: str, tmp_path: Path
) -> None:
    def numbered(one: Source) -> set[tuple[Any, ...]]:
        with raw_rows.open_unpacked(inspect(spark, one), tmp_path) as files:
            lines = raw_line_numbers.read_numbered_lines(spark, files)
            assert lines is not None
            found = (tuple(row) for row in lines.collect() if row.text)
            return set(found)

    found = numbered(source(mounted))
    assert found == numbered(source(folder))
    assert ("shop", "May.zip/orders-5.csv", 3, ",no id") in found


def test_a_file_known_by_size_and_time_is_not_read_again(
    spark: SparkSession, folder: Path, mounted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = hadoop_files._ask

    def note(spark: SparkSession, paths: Sequence[str], kernel: Any) -> Any:
        asked.extend(path.rpartition("/")[2] for path in paths)
        return ask(spark, paths, kernel)

    monkeypatch.setattr(hadoop_files, "_ask", note)
    first = raw_files.digest([source(mounted)], spark)
    assert "May.zip" in asked and "orders-9.txt" not in asked
    asked.clear()
    assert raw_files.digest([source(mounted)], spark) == first
    assert asked == []
    os.utime(folder / "orders-3.csv.gz", (1_000, 1_000))
    assert raw_files.digest([source(mounted)], spark) == first
    assert asked == ["orders-3.csv.gz"]


def test_a_source_may_be_one_file(spark: SparkSession, mounted: str) -> None:
    one = source(f"{mounted}/Orders+2.CSV", [table("any", "no such name", "csv")])
    assert [(file.name, file.rows) for file in inspect(spark, one)] == [("Orders+2.CSV", 2)]


@pytest.mark.parametrize("place", ["viewfs://{store}/exports/nowhere", "nosuchfs://bucket/x"])
def test_a_folder_that_is_not_there_is_named_with_the_cure(
    spark: SparkSession, mounted: str, place: str
) -> None:
    folder = place.format(store=mounted.split("/")[2])
    with pytest.raises(InputError, match=f"{folder}, where the files of shop") as error:
        raw_files.list_files([source(folder)], spark)
    assert error.value.exit_code == EXIT_INPUT
    assert "sources.instances" in error.value.cure or "spark.conf" in error.value.cure


def test_a_broken_file_is_named(spark: SparkSession, mounted: str, folder: Path) -> None:
    broken = folder / "orders-7.csv.gz"
    broken.write_bytes(b"not packed")
    try:
        with pytest.raises(InputError, match=r"orders-7\.csv\.gz cannot be read: Not a gzipped"):
            raw_files.list_files([source(mounted)], spark)
    finally:
        broken.unlink()


def test_the_first_rows_are_cut_as_on_this_machine(
    spark: SparkSession, folder: Path, mounted: str, tmp_path: Path
) -> None:
    for place, root in ((mounted, tmp_path / "there"), (str(folder), tmp_path / "here")):
        cut_sources([source(place)], root, 1, spark)
    here, there = (
        {
            path.relative_to(tmp_path / root): (int(path.stat().st_mtime), path.read_bytes())
            for path in (tmp_path / root).rglob("*")
            if path.is_file() and path.suffix in (".csv", ".jsonl", ".CSV")
        }
        for root in ("here", "there")
    )
    assert here == there
    assert len(here) == 5


def test_a_folder_of_this_machine_may_be_written_as_a_uri(folder: Path) -> None:
    here, uri = list_source(source(folder)), list_source(source(f"file://{folder}"))
    assert here == uri
    assert [is_remote(place) for place in ("file:/x", "FILE:///x", "x/y", "s3a://b/x")] == [
        False,
        False,
        False,
        True,
    ]


def test_a_folder_that_settings_name_is_missed_before_spark_starts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"There is no folder {tmp_path}/nowhere"):
        raw_files.check_any([source(f"file://{tmp_path}/nowhere")], tmp_path / "root")
    raw_files.check_any([source("s3a://bucket/exports")], tmp_path / "root")
