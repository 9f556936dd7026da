"""Files of an export: split, private, there all at once or not at all."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.stages.exports.destination import Destination
from holdfast.jobs.stages.exports.destinations import read_destination
from holdfast.jobs.stages.exports.files import Profile, write_files

ABOUT = {"root": "/shop", "destination": "csv", "export_number": 1}


def limited(**limits: int) -> Destination:
    return read_destination("csv", "").model_copy(update={"max_rows": None, **limits})


def people(count: int) -> Iterator[Profile]:
    for i in range(count):
        yield Profile(i, None, f"p{i}@x.example", (None,) * len(limited().columns))


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, strict=True))


def test_files_end_at_the_rows_a_destination_takes_and_each_has_the_header(tmp_path: Path) -> None:
    counts = write_files(people(7), limited(max_rows=3), tmp_path / "csv-0001", ABOUT)
    assert list(counts.values()) == [3, 3, 1]
    found = [row["customer_id"] for name in counts for row in read(tmp_path / "csv-0001" / name)]
    assert found == list("0123456")


def test_no_file_is_larger_than_a_destination_takes(tmp_path: Path) -> None:
    counts = write_files(people(50), limited(max_bytes=400), tmp_path / "csv-0001", ABOUT)
    sizes = [(tmp_path / "csv-0001" / name).stat().st_size for name in counts]
    assert len(sizes) > 3 and max(sizes) <= 400 and min(sizes[:-1]) > 350
    assert sum(counts.values()) == 50


def test_the_folder_is_its_owners_alone_and_says_what_it_holds(tmp_path: Path) -> None:
    place = tmp_path / "outgoing/csv-0001"
    write_files(people(2), limited(), place, ABOUT)
    assert place.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in place.glob("*.csv"))
    manifest = json.loads((place / "export.json").read_text())
    assert manifest == {**ABOUT, "files": {"csv-0001-001.csv": 2}}


def test_what_dies_while_it_writes_leaves_nothing(tmp_path: Path) -> None:
    def die() -> Iterator[Profile]:
        yield from people(2)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_files(die(), limited(), tmp_path / "csv-0001", ABOUT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("other", [{"export_number": 2}, {"root": "/till"}, None])
def test_only_the_same_export_is_written_over(tmp_path: Path, other: Any) -> None:
    place = tmp_path / "csv-0001"
    write_files(people(2), limited(), place, ABOUT)
    write_files(people(3), limited(), place, ABOUT)
    assert len(read(place / "csv-0001-001.csv")) == 3
    if other is None:
        (place / "export.json").unlink()
    with pytest.raises(UsageError, match="is there already"):
        write_files(people(1), limited(), place, {**ABOUT, **(other or {})})
    assert len(read(place / "csv-0001-001.csv")) == 3
