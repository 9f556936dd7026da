"""Raw files of every kind, broken ones among them: each row is in bronze, in quarantine or a
repeat, and counted.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.sections import SourceInstance, SourcesSettings
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.stages import raw_files, raw_inspection, raw_text
from holdfast.jobs.stages.ingest import Refused, plan_ingest
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_files import find_new_files
from holdfast.transformations.ingest.keyed_hash import KEYS
from holdfast.transformations.ingest.vault import TokenSource
from holdfast.transformations.tables.ops import BATCHES
from holdfast.transformations.tables.silver import PII_VAULT
from tests.fixtures import exports
from tests.jobs.conftest import Days
from tests.sealed import opened


def batch(days: Days, name: str) -> dict[str, Any]:
    (row,) = (
        row
        for row in days.after_second("ops.batches")
        if (row["source"], row["input"]) == ("north", name)
    )
    return row


def test_every_row_of_a_file_is_loaded_or_quarantined_or_a_repeat(days: Days) -> None:
    found = batch(days, "orders-1.csv")
    loaded = len(exports.GOOD) + len(exports.UNREASONABLE)
    assert (found["rows_loaded"], found["rows_quarantined"], found["rows_duplicate"]) == (
        loaded,
        len(exports.UNREADABLE) + 1,
        1,
    )
    assert found["rows_in"] == loaded + len(exports.UNREADABLE) + 2
    assert len(days.after_first("bronze.north_orders")) == loaded


def test_the_same_content_is_loaded_once_whatever_its_name(days: Days) -> None:
    loaded = Counter(
        (row["source"], row["raw_table"], row["digest"]) for row in days.after_second("ops.batches")
    )
    assert set(loaded.values()) == {1}
    assert "orders-9.csv" not in {row["input"] for row in days.after_second("ops.batches")}


def test_a_header_alone_is_an_empty_file(days: Days) -> None:
    found = batch(days, "orders-empty.csv")
    assert (found["status"], found["rows_in"]) == ("empty", 0)


def test_a_truncated_parquet_file_is_refused_and_the_others_load(days: Days) -> None:
    assert (
        batch(days, "visits-2.parquet")["status"],
        batch(days, "visits-1.parquet")["rows_loaded"],
    ) == ("refused", 3)


def test_a_refused_row_keeps_its_file_line_and_reason_and_its_text_lies_in_the_vault(
    days: Days,
) -> None:
    path = days.root / "raw" / "north" / "orders-1.csv"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    wanted = {**exports.UNREADABLE, lines[-1]: "encoding"}
    texts = {
        row["token"]: row["value"]
        for row in opened(days.after_first("silver.pii_vault"))
        if row["kind"] == "raw"
    }
    refused = [
        row
        for row in days.after_first("ops.quarantine")
        if row["stage"] == "ingest" and row["raw_table"] == "orders"
    ]
    assert {lines[row["line"] - 1]: row["reasons"] for row in refused} == wanted
    assert {texts[row["raw_token"]] for row in refused} == set(wanted)


def test_a_broken_json_line_is_refused_alone(days: Days) -> None:
    (row,) = (row for row in days.after_first("ops.quarantine") if row["raw_table"] == "receipts")
    assert (row["reasons"], row["line"], row["input"]) == ("unparsable", 2, "receipts-1.jsonl")


def test_no_personal_value_can_be_read_anywhere_and_the_vault_holds_them_sealed(
    days: Days,
) -> None:
    vault = {row["value"] for row in opened(days.after_second("silver.pii_vault"))}
    assert vault >= {secret for secret in exports.SECRETS if "mia" not in secret}
    tables = [log.parent for log in days.root.glob("*/*/_delta_log")]
    assert len(tables) > 10
    for table in tables:
        text = str(days.after_second(f"{table.parent.name}.{table.name}"))
        logs = "".join(
            log.read_text(encoding="utf-8") for log in (table / "_delta_log").glob("*.json")
        )
        assert not [secret for secret in exports.SECRETS if secret in text or secret in logs]


def test_no_file_of_the_root_holds_a_personal_value_in_any_version(days: Days) -> None:
    def content(path: Path) -> bytes:
        """A file's bytes, those of Parquet unpacked as well."""
        packed = path.suffix == ".parquet" and parquet.read_table(path).to_pydict()
        return path.read_bytes() + repr(packed).encode()

    files = [path for path in days.root.rglob("*") if path.is_file()]
    raw = [path for path in files if path.is_relative_to(days.root / "raw")]
    assert len(files) - len(raw) > 100
    in_raw = b"".join(path.read_bytes() for path in raw)
    made = b"".join(content(path) for path in files if path not in raw)
    assert [secret for secret in exports.SECRETS if secret.encode() not in in_raw] == []
    assert [secret for secret in exports.SECRETS if secret.encode() in made] == []


def test_tokens_in_bronze_lead_to_the_values_also_inside_arrays(days: Days) -> None:
    vault = opened(days.after_second("silver.pii_vault"))
    tokens = {row["token"]: row["value"] for row in vault}
    emails = {
        tokens[row["email"]] for row in days.after_second("bronze.north_orders") if row["email"]
    }
    notes = {
        tokens[item["note"]]
        for row in days.after_second("bronze.north_receipts")
        for item in row["items"] or []
    }
    assert (emails, notes) == ({exports.SECRETS[0], exports.SECRETS[1]}, {exports.SECRETS[3]})


def test_a_value_that_the_vault_holds_keeps_its_token(days: Days) -> None:
    def token(rows: list[dict[str, Any]]) -> set[str]:
        return {row["email"] for row in rows if row["party_id"] == "north:c1" and row["email"]}

    assert token(days.after_second("bronze.north_orders")) == token(
        days.after_first("bronze.north_orders")
    )
    assert len(days.after_second("silver.pii_vault")) == len(days.after_first("silver.pii_vault"))


def listed(folder: Path, raw: Path) -> list[RawFile]:
    instances = {"north": SourceInstance(mapping="shop", path=str(raw))}
    asked = SourcesSettings(instances=instances, folder=str(folder))
    sources = load_sources(asked, str(raw))
    return raw_inspection.look_into(sources, raw_files.list_files(sources))


def test_a_missing_column_stops_with_both_names(tmp_path: Path) -> None:
    text = exports.HEADER.replace("total", "amount") + "\n"
    exports.write(tmp_path / "orders.csv", text.encode())
    with pytest.raises(
        InputError, match=r"orders\.csv: missing column total; the file has amount instead"
    ):
        listed(exports.mappings(tmp_path / "sources"), tmp_path)


def test_a_folder_without_files_is_reported(spark: SparkSession, tmp_path: Path) -> None:
    assert listed(exports.mappings(tmp_path / "sources"), tmp_path) == []
    with pytest.raises(InputError, match="no raw file") as error:
        find_new_files([], tmp_path, spark.createDataFrame([], BATCHES.schema), set())
    assert "holdfast generate" in error.value.cure


def test_a_delivery_without_personal_values_leaves_a_filled_vault_alone(
    spark: SparkSession,
) -> None:
    keys, vault = (spark.createDataFrame([], schema) for schema in (KEYS, PII_VAULT.schema))
    opened_at = datetime(2026, 1, 1, tzinfo=UTC)
    plan = plan_ingest([], Refused([], 0, None), TokenSource(keys, vault, "US"), 1, opened_at)
    assert (plan.vault, plan.held) == (None, ())


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("block", [7, 2**24])
def test_rows_of_a_text_are_its_lines_but_for_headers_and_blank_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, block: int
) -> None:
    monkeypatch.setattr(raw_text, "_BLOCK", block)
    folder = exports.mappings(tmp_path / "sources")
    header = f"\ufeff{exports.HEADER}"
    lines = [header, exports.GOOD[0], "  ", "", exports.HEADER, exports.GOOD[1], header, "\x00 "]
    text = ending.join(lines).encode() + ending.encode() + b"\xff\xfe"
    exports.write(tmp_path / "raw" / "orders.csv", text)
    exports.write(tmp_path / "raw" / "receipts.jsonl", b"{}" + ending.encode() * 2 + b"{}")
    instances = {"north": SourceInstance(mapping="shop", path=str(tmp_path / "raw"))}
    (source,) = load_sources(SourcesSettings(instances=instances, folder=str(folder)), "root")
    files = raw_inspection.look_into([source], raw_files.list_files([source]))
    counted = {file.name: file.rows for file in files}
    assert counted == {"orders.csv": 4, "receipts.jsonl": 2}
