"""A look at a text file: its rows as a plain reader of CSV counts them, and what its quotes do."""

import csv
import gzip
import io
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.jobs.stages import raw_text
from holdfast.transformations.sources.contract import Reading

HEADER = "id,note,total"
USUAL = Reading()


def look(path: Path, reading: Reading = USUAL) -> raw_text.TextFile:
    return raw_text.look_through(partial(raw_text.open_file, path), "csv", reading)


def first_line(path: Path, encoding: str = "UTF-8") -> str:
    return raw_text.first_line(partial(raw_text.open_file, path), encoding)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def test_a_file_of_plain_lines_is_read_by_lines(tmp_path: Path) -> None:
    found = look(write(tmp_path, "1,plain,2.00", '2,"quoted, with ""quotes""",3.00', ""))
    assert (found.rows, found.is_multiline, found.stray_line) == (2, False, None)


@pytest.mark.parametrize("note", ["ring\ntwice", "a\n\nb", '""x""\nb', "a,b\nc,d\ne"])
def test_line_breaks_in_a_quoted_field_are_noticed(tmp_path: Path, note: str) -> None:
    found = look(write(tmp_path, f'1,"{note}",2.00', "2,plain,3.00"))
    assert (found.rows, found.is_multiline, found.stray_line) == (2, True, None)


def test_a_quote_that_nothing_closes_takes_no_row_along(tmp_path: Path) -> None:
    found = look(write(tmp_path, "1,plain,2.00", '2,"cut', "3,plain,3.00", "4,plain,4.00"))
    assert (found.rows, found.is_multiline, found.stray_line) == (4, False, 3)


def test_two_cut_lines_are_not_one_record(tmp_path: Path) -> None:
    found = look(write(tmp_path, '1,"cut', "2,plain,3.00", '3,"cut', "4,plain,4.00"))
    assert (found.rows, found.is_multiline, found.stray_line) == (4, False, 2)


def test_a_cut_line_beside_a_field_with_line_breaks_leaves_the_file_to_lines(
    tmp_path: Path,
) -> None:
    found = look(write(tmp_path, '1,"ring\ntwice",2.00', '2,"cut', "3,plain,3.00"))
    assert (found.rows, found.is_multiline, found.stray_line) == (4, False, 4)


def test_a_packed_file_is_looked_at_as_what_is_in_it(tmp_path: Path) -> None:
    plain = write(tmp_path, '1,"ring\ntwice",2.00')
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert look(packed) == look(plain)
    assert first_line(packed) == HEADER


def test_an_encoding_and_a_delimiter_are_the_mapping_s(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("id;größe\n1;groß\n2;klein\n".encode("windows-1252"))
    reading = Reading(delimiter=";", encoding="windows-1252")
    assert look(path, reading).rows == 2
    assert raw_text.names_of(first_line(path, "windows-1252"), ";") == ("id", "größe")


fields = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
    max_size=12,
)


@given(st.lists(st.tuples(fields.filter(str.strip), fields, fields), min_size=1, max_size=8))
def test_records_are_counted_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str, str]]
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER.split(","), *records])
    path = tmp_path_factory.mktemp("written") / "orders.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    found = look(path)
    assert (found.rows, found.stray_line) == (len(records), None)
    assert found.is_multiline == any("\n" in field for record in records for field in record)


def test_a_header_below_lines_of_title_is_found_by_a_declared_name(tmp_path: Path) -> None:
    path = write(tmp_path, "1,plain,2.00")
    path.write_text(f'Report\n"March 5, 2025"\n\n{path.read_text()}', encoding="utf-8")
    opener = partial(raw_text.open_file, path)
    header = raw_text.find_header(opener, USUAL, {"ID", "other"})
    assert header == HEADER
    found = raw_text.look_through(opener, "csv", USUAL, header)
    assert (found.rows, found.stray_line) == (3, None)  # two lines of title are rows to refuse
    assert raw_text.find_header(opener, USUAL, {"unknown"}) == "Report"
