"""A file on disk becomes the text of a mapping: as its owner wrote it, packed, nested or broken."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.jobs.stages.suggestion import suggest_mapping
from holdfast.transformations.sources.mapping import parse_mapping


def test_a_german_export_keeps_its_signs_dates_and_encoding(tmp_path: Path) -> None:
    path = tmp_path / "Bestellungen-2025-03.csv"
    rows = "Bestellnummer;Kunde;Datum;Betrag\n1;Jürgen;24.03.2025 10:12;1.234,50\n"
    path.write_bytes(rows.encode("windows-1252"))
    mapping = yaml.safe_load(suggest_mapping(path))
    assert {key: mapping[key] for key in ("files", "delimiter", "encoding", "decimal")} == {
        "files": "Bestellungen*.csv",
        "delimiter": ";",
        "encoding": "windows-1252",
        "decimal": ",",
    }
    assert mapping["date_format"] == "dd.MM.yyyy HH:mm"


def test_json_lines_are_read_packed_nested_and_past_a_broken_line(tmp_path: Path) -> None:
    order = {"id": "7", "total": 3.5, "test": True, "placed": "2025-03-04T10:00:00Z"}
    line = json.dumps({**order, "buyer": {"email": "a@b.example"}, "items": [{"sku": "x"}]})
    with gzip.open(tmp_path / "orders.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(f"{line}\n{{broken\n{line}\n")
    text = suggest_mapping(tmp_path / "orders.jsonl.gz")
    mapping = yaml.safe_load(text)
    parse_mapping("shop", "orders", mapping)
    assert mapping["columns"]["buyer_email"] == {
        "type": "string",
        "path": "buyer.email",
        "pii": "email",
    }
    assert mapping["columns"]["test"] == "boolean"
    assert "# - items: a list" in text and "items" not in mapping["columns"]


def test_parquet_is_read_by_its_values(tmp_path: Path) -> None:
    rows = pd.DataFrame({"order_id": [1, 2], "at": pd.to_datetime(["2025-03-04", "2025-03-05"])})
    rows.assign(amount=[1.5, None]).to_parquet(tmp_path / "sales_01.parquet")
    mapping = yaml.safe_load(suggest_mapping(tmp_path / "sales_01.parquet"))
    assert mapping["files"] == "sales*.parquet"
    assert mapping["targets"][0]["columns"]["event_at"] == "at"


def test_a_packaged_export_needs_no_mapping(tmp_path: Path) -> None:
    raw = next(raw for raw in load_packaged() if (raw.source, raw.name) == ("rudderstack", "pages"))
    header = ",".join(column.path for column in raw.columns)
    (tmp_path / "seen.csv").write_text(f"{header}\n{',' * header.count(',')}\n")
    text = suggest_mapping(tmp_path / "seen.csv")
    assert f"rudderstack/{raw.name}, which comes with Holdfast" in text
    assert f"as {raw.files}" in text and yaml.safe_load(text) is None


def test_a_packaged_export_in_another_format_needs_a_mapping_of_its_own(tmp_path: Path) -> None:
    raw = next(raw for raw in load_packaged() if (raw.source, raw.name) == ("smile", "customers"))
    header = ",".join(column.path for column in raw.columns)
    (tmp_path / "members.csv").write_text(f"{header}\n{',' * header.count(',')}\n")
    assert yaml.safe_load(suggest_mapping(tmp_path / "members.csv"))["format"] == "csv"


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("orders.xlsx", b"PK", "is no file of CSV"),
        ("orders.csv", b"id,total\n", "has no rows"),
        ("orders.parquet", b"PAR1", "cannot be read"),
        ("orders.csv.gz", b"no gzip", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=problem):
        suggest_mapping(tmp_path / name)
    with pytest.raises(InputError, match="There is no file"):
        suggest_mapping(tmp_path / "nothing.csv")
