"""Headers and lines that are not as the mapping has them are named, with the cure."""

import zipfile
from pathlib import Path

import pytest

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import raw_files, raw_inspection
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.sources.mapping import parse_mapping

COLUMNS = {"id": "string", "total": "decimal(18,2)"}


def listed(folder: Path, content: bytes, ending: str = "csv") -> RawFile:
    (folder / f"orders.{ending}").write_bytes(content)
    values = {"files": "orders*", "format": ending, "party": "id", "targets": []}
    raw = parse_mapping("shop", "orders", {**values, "columns": COLUMNS})
    source = Source("shop", str(folder), (raw,))
    (file,) = raw_inspection.look_into([source], raw_files.list_files([source]))
    return file


@pytest.mark.parametrize(
    ("content", "said", "cure"),
    [
        (b"id;total\n1;2\n", "missing column id, total", '`delimiter: ";"`'),
        (b"id\ttotal\n1\t2\n", "missing column id, total", r'`delimiter: "\t"`'),
        ("id,total\n1,2\n".encode("utf-16"), "missing column id", "encoding"),
        ("größe,id\n1,2\n".encode("windows-1252"), "missing column total", "encoding"),
        (b"id,Total\n1,2\n", "total; the file has Total instead", "shop/orders.yml"),
        (b"id,total,total\n1,2,3\n", "orders.csv: total stands in its header twice", "which"),
    ],
)
def test_a_header_that_does_not_fit_is_named_with_its_cure(
    tmp_path: Path, content: bytes, said: str, cure: str
) -> None:
    with pytest.raises(InputError, match=said) as error:
        listed(tmp_path, content)
    assert cure in error.value.cure


def test_columns_that_nobody_reads_may_be_blank_or_equal(tmp_path: Path) -> None:
    assert listed(tmp_path, b"id,note,total,note,,\n").undeclared == "column 5,column 6,note,note.2"


def test_a_header_may_have_blank_lines_above_it(tmp_path: Path) -> None:
    file = listed(tmp_path, b"\n\nid,total\n1,2.00\n")
    assert file.header == "id,total"


@pytest.mark.parametrize("content", [b'[{"id": "1"}, {"id": "2"}]', b'[\n  {"id": "1"}\n]\n'])
def test_an_array_is_no_lines_of_json(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"orders\.jsonl holds one JSON array") as error:
        listed(tmp_path, content, "jsonl")
    assert "one object per line" in error.value.cure


@pytest.mark.parametrize("kind", ["locked", "damaged"])
def test_an_archive_that_cannot_be_opened_is_named(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "orders.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("orders.csv", "id,total\n1,2.00\n")
    written = bytearray(place.read_bytes())
    if kind == "locked":  # the bit that says so, before the file and in the list of files
        written[6] |= 1
        written[written.index(b"PK\x01\x02") + 8] |= 1
    else:
        written[written.index(b"2.00")] = ord("9")
    with pytest.raises(InputError, match=r"orders\.zip/orders\.csv cannot be read") as error:
        listed_archive(tmp_path, bytes(written))
    assert "Send the file again" in error.value.cure


def listed_archive(folder: Path, content: bytes) -> None:
    (folder / "orders.zip").write_bytes(content)
    raw = parse_mapping(
        "shop",
        "orders",
        {"files": "orders.csv", "format": "csv", "party": "id", "targets": [], "columns": COLUMNS},
    )
    raw_files.list_files([Source("shop", str(folder), (raw,))])
