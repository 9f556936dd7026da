"""The first rows of a file are those of the file itself, byte for byte."""

import gzip
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from holdfast.jobs.stages.excerpt import cut_sources
from holdfast.transformations.sources.contract import RawTable, Reading, Source


def cut(folder: Path, files: str, kind: str, reading: Reading | None = None) -> Path:
    """The folder with the first two rows of each file."""
    raw = RawTable("shop", "rows", "", files, kind, "id", (), (), reading or Reading())
    (source,) = cut_sources([Source("shop", str(folder), (raw,))], folder / "cut", 2)
    return Path(source.folder)


def test_a_csv_keeps_its_header_its_bytes_and_whole_records(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbfid,note\r\n1,caf\xe9\r\n2,"two\r\nlines"\r\n3,no\r\n'
    (tmp_path / "rows.csv").write_bytes(text)
    assert (cut(tmp_path, "rows.csv", "csv") / "rows.csv").read_bytes() == text[: -len("3,no\r\n")]


def test_a_quote_that_is_never_closed_takes_no_whole_file_along(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text('id\n"1\n' + "2\n" * 1000)
    assert len((cut(tmp_path, "rows.csv", "csv") / "rows.csv").read_text().splitlines()) == 203


def test_other_encodings_are_cut_between_their_own_lines(tmp_path: Path) -> None:
    text = "id;note\n1;Ł\n2;ü\n3;no\n".encode("utf-16-le")
    (tmp_path / "rows.csv").write_bytes(text)
    cut_text = cut(tmp_path, "rows.csv", "csv", Reading(encoding="utf-16-le")) / "rows.csv"
    assert cut_text.read_bytes() == text[: -2 * len("3;no\n")]


def test_packed_lines_stay_packed_and_lie_where_they_lay(tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "rows.jsonl.gz").write_bytes(gzip.compress(b'{"id":1}\n{"id":2}\n{"id":3}'))
    packed = cut(tmp_path, "day/rows.jsonl", "jsonl") / "day" / "rows.jsonl.gz"
    assert gzip.decompress(packed.read_bytes()) == b'{"id":1}\n{"id":2}\n'


def test_parquet_and_delta_keep_their_types(tmp_path: Path) -> None:
    table = pa.table(
        {"id": pa.array([1, 2, 3], pa.int16()), "at": pa.array([1, 2, 3], "time64[ns]")}
    )
    pq.write_table(table, tmp_path / "rows.parquet")
    assert pq.read_table(cut(tmp_path, "rows.parquet", "parquet") / "rows.parquet") == table[:2]
    write_deltalake(tmp_path / "rows", table.select(["id"]))
    assert DeltaTable(cut(tmp_path, "rows", "delta") / "rows").to_pyarrow_table().num_rows == 2


@pytest.mark.parametrize(
    ("files", "name"), [("rows.csv", "rows.csv"), ("*.zip", "May.zip/rows.csv")]
)
def test_members_of_an_archive_are_cut_as_its_mapping_finds_them(
    tmp_path: Path, files: str, name: str
) -> None:
    with zipfile.ZipFile(tmp_path / "May.zip", "w") as packed:
        packed.writestr("rows.csv", "id\n1\n2\n3\n")
    os.utime(tmp_path / "May.zip", (1_000, 1_000))
    file = cut(tmp_path, files, "csv") / name
    assert (file.read_text(), file.stat().st_mtime) == ("id\n1\n2\n", 1_000)


def test_what_cannot_be_read_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "rows.parquet").write_bytes(b"no parquet")
    assert (cut(tmp_path, "*", "parquet") / "rows.parquet").read_bytes() == b"no parquet"
    (tmp_path / "rows.csv.gz").write_bytes(b"not packed")
    assert (cut(tmp_path, "rows.csv", "csv") / "rows.csv.gz").read_bytes() == b"not packed"


def test_a_source_that_is_one_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "any name.csv").write_text("id\n1\n2\n3\n")
    raw = RawTable("shop", "rows", "", "rows.csv", "csv", "id", (), ())
    (source,) = cut_sources([Source("shop", str(tmp_path / "any name.csv"), (raw,))], tmp_path, 2)
    assert Path(source.folder).read_text() == "id\n1\n2\n"
