"""Every file in a source's folder is read by a mapping, or named."""

from pathlib import Path

from holdfast.jobs.stages.raw_listing import list_source
from holdfast.transformations.sources.contract import RawTable, Source


def names(folder: Path, *wanted: tuple[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    tables = tuple(
        RawTable("shop", files.partition("*")[0], "", files, kind, "id", (), ())
        for files, kind in wanted
    )
    found = list_source(Source("shop", str(folder), tables))
    read = {raw: [found.name_of(path) for path in paths] for raw, paths in found.files.items()}
    return read, [found.name_of(path) for path in found.unread]


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
        tmp_path, "orders.csv", "orders.zip", "order.csv", "old/orders.csv", ".DS_Store", "_SUCCESS"
    )
    read, unread = names(tmp_path, ("orders*.csv", "csv"))
    assert read == {"orders": ["orders.csv"]}
    assert unread == ["old/orders.csv", "order.csv", "orders.zip"]


def test_a_delta_table_is_its_folder_and_nothing_in_it_is_a_file(tmp_path: Path) -> None:
    put(tmp_path, "sales/_delta_log/0.json", "sales/part-0.parquet", "lists/part-0.parquet")
    read, unread = names(tmp_path, ("sales", "delta"), ("lists", "parquet"))
    assert read == {"sales": ["sales"], "lists": ["lists/part-0.parquet"]}
    assert unread == []
