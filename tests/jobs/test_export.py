"""`holdfast export` on the small shop: who is sent, what changed, and who is never sent again."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.bootstrap import run_standalone
from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config.errors import EXIT_USAGE, UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.ingest.sealing import seal_vault
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    PARTY_VALUES,
    PII_VAULT,
)
from tests.factories import rows
from tests.fixtures import shop as small
from tests.sealed import OPENED, keys_frame

KEY = "5a" * 32
MAILED = (1, 2, 3, 5, 7, 9)  # 9 has the address of 7; 2 allows no e-mails
Rows = list[dict[str, str]]


@pytest.fixture
def root(spark: SparkSession, shop: Path, tmp_path: Path) -> Iterator[Path]:
    """The small shop with addresses, sealed under a key of its own."""
    place = tmp_path / "root"
    shutil.copytree(shop, place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_KEY", KEY)
        held = [{"party_id": f"shop:{i}", "kind": "email", "token": f"t{i}"} for i in MAILED]
        small.publish(spark, place, [(PARTY_VALUES, held), (PII_VAULT, seal(spark))], ["publish"])
        yield place


def seal(spark: SparkSession) -> list[dict[str, Any]]:
    names = {i: f"p{7 if i == 9 else i}@x.example" for i in MAILED}
    known = [
        {
            "party_id": f"shop:{i}",
            "kind": "email",
            "token": f"t{i}",
            "value": name.upper(),
            "normalised": name,
        }
        for i, name in names.items()
    ]
    sealed = seal_vault(
        rows(spark, OPENED, known).drop("value_digest"), keys_frame(spark, bytes.fromhex(KEY))
    )
    return [row.asDict() for row in sealed.collect()]


def export(spark: SparkSession, root: Path, name: str = "csv", **asked: Any) -> list[Rows]:
    """Export to a folder beside the root; the profiles of each export that lies there."""
    out = root.parent / "out"
    given = {"destination": name, "out": str(out), **asked}
    runner = small.opened(spark, root, *(f"export.{k}={json.dumps(v)}" for k, v in given.items()))
    run_standalone(runner, "export")
    found = []
    for place in sorted(out.iterdir()):
        with (place / f"{place.name}-001.csv").open(newline="", encoding="utf-8") as lines:
            found.append(list(csv.DictReader(lines, strict=True)))
    return found


def counts(root: Path, name: str) -> dict[str, int]:
    found: dict[str, int] = json.loads((root.parent / "out" / name / "export.json").read_text())[
        "profiles"
    ]
    return found


def recorded(root: Path) -> list[tuple[int, int, str]]:
    sent = DeltaTable(root / "ops/sent_profiles").to_pyarrow_table().to_pylist()
    return sorted((row["export_number"], row["customer_id"], row["operation"]) for row in sent)


def test_exports_send_what_changed_and_nothing_of_who_withdrew_or_was_erased(
    spark: SparkSession, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Context, "write", lambda *_, **__: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            export(spark, root)  # its files are there, and it was never recorded
    [first] = export(spark, root)
    assert [(row["customer_id"], row["email"]) for row in first] == [
        (str(i), f"p{i}@x.example") for i in (1, 3, 5, 7)
    ]
    assert (first[0]["churn_probability"], first[0]["risk_band"]) == ("0.03", "none")
    assert counts(root, "csv-0001") == {
        "upsert": 4,
        "address of another profile": 1,  # 9
        "no address": 5,  # 11, 13, 15, 17, 19: the outbox has no even ones
    }
    assert recorded(root) == [(1, i, "upsert") for i in (1, 3, 5, 7)]

    said = {"party_id": "shop:3", "purpose": "marketing", "channel": "email"}
    since = {**said, "valid_from": "2025-01-01"}
    withdrawn = [
        {**since, "valid_to": "2025-12-30", "is_allowed": True},
        {**said, "valid_from": "2025-12-30", "is_allowed": False},
    ]
    erased = [
        {"party_id": party, "customer_id": 5, "valid_to": "2025-12-31"}
        for party in ("shop:5", "klaviyo:k5")
    ]
    small.publish(spark, root, [(CONSENT_STATE, withdrawn), (IDENTITY_MAP, erased)], ["publish"])
    _, second = export(spark, root)
    nothing = dict.fromkeys(second[0], "")
    assert second == [{**nothing, "customer_id": "3"}, {**nothing, "customer_id": "5"}]
    assert counts(root, "csv-0002")["unchanged"] == 2
    *_, third = export(spark, root, full=True)
    assert [row["customer_id"] for row in third] == ["1", "7"]
    cleared, again = [(2, i, "clear") for i in (3, 5)], [(3, i, "upsert") for i in (1, 7)]
    assert recorded(root)[4:] == cleared + again


def test_an_empty_outbox_says_how_it_is_filled(spark: SparkSession, shop: Path) -> None:
    runner = small.opened(spark, shop, "activation.destination=crm", "export.destination=csv")
    with pytest.raises(UsageError, match="outbox is empty"):
        run_standalone(runner, "export")


def test_an_unknown_destination_is_refused_before_spark_starts(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["export", "mailchimp", "--out", str(tmp_path / "out")])
    assert ended.exit_code == EXIT_USAGE
    assert "braze, csv, klaviyo" in ended.stderr and "export.folder" in ended.stderr
