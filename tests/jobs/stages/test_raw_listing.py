"""Every file in a source's folder is read by a mapping, or named."""

import zipfile
from pathlib import Path

import pytest

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages.raw_listing import list_source
from holdfast.transformations.sources.contract import RawTable, Source


def names(folder: Path, *wanted: tuple[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    tables = tuple(
        RawTable("shop", files.partition("*")[0], "", files, kind, "id", (), ())
        for files, kind in wanted
    )
    found = list_source(Source("shop", str(folder), tables))
    read = {raw: [entry.name for entry in entries] for raw, entries in found.files.items()}
    return read, [entry.name for entry in found.unread]


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("id\n", encoding="utf-8")


def test_names_match_whatever_their_case_packed_or_not(tmp_path: Path) -> None:
    put(tmp_path, "orders-1.csv", "Orders-2.CSV", "orders-3.csv.gz", "orders.csv/part-0.csv")
    read, unread = names(tmp_path, ("orders*.csv", "csv"))
    assert read == {
        "orders": ["Orders-2.CSV", "orders-1.csv", "orders-3.csv.gz", "orders.csv/part-0.csv"]
    }
    assert unread == []


def test_what_no_mapping_reads_is_named(tmp_path: Path) -> None:
    put(
        tmp_path, "orders.csv", "orders.rar", "order.csv", "old/orders.csv", ".DS_Store", "_SUCCESS"
    )
    read, unread = names(tmp_path, ("orders*.csv", "csv"))
    assert read == {"orders": ["orders.csv"]}
    assert unread == ["old/orders.csv", "order.csv", "orders.rar"]


def test_a_delta_table_is_its_folder_and_nothing_in_it_is_a_file(tmp_path: Path) -> None:
    put(tmp_path, "sales/_delta_log/0.json", "sales/part-0.parquet", "lists/part-0.parquet")
    read, unread = names(tmp_path, ("sales", "delta"), ("lists", "parquet"))
    assert read == {"sales": ["sales"], "lists": ["lists/part-0.parquet"]}
    assert unread == []


def pack(archive: Path, *members: str) -> None:
    with zipfile.ZipFile(archive, "w") as packed:
        for member in members:
            packed.writestr(member, "id\n")


def test_the_members_of_an_archive_are_files_in_its_place(tmp_path: Path) -> None:
    pack(tmp_path / "May.zip", "orders.csv", "export/orders-2.csv", "notes.txt", "__MACOSX/._x.csv")
    pack(tmp_path / "lists-1.ZIP", "a.csv", "b.csv")
    read, unread = names(tmp_path, ("orders*.csv", "csv"), ("lists*.zip", "csv"))
    assert read == {
        "orders": ["May.zip/export/orders-2.csv", "May.zip/orders.csv"],
        "lists": ["lists-1.ZIP/a.csv", "lists-1.ZIP/b.csv"],
    }
    assert unread == ["May.zip/notes.txt"]


def test_members_that_lead_out_of_an_archive_are_nobodys(tmp_path: Path) -> None:
    pack(tmp_path / "orders.zip", "../orders.csv", "/orders.csv", "a/../../orders.csv")
    assert names(tmp_path, ("orders*.csv", "csv")) == ({"orders": []}, [])


def test_only_text_is_read_from_archives(tmp_path: Path) -> None:
    pack(tmp_path / "orders.zip", "orders.parquet")
    read, unread = names(tmp_path, ("orders*.parquet", "parquet"))
    assert (read, unread) == ({"orders": []}, ["orders.zip/orders.parquet"])


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "orders.zip").write_bytes(b"PK no more")
    with pytest.raises(InputError, match=r"orders\.zip cannot be read"):
        names(tmp_path, ("orders*.csv", "csv"))
