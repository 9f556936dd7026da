"""Exports in a file system that only Spark's own settings name, read through Connect."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from tests.fixtures.packaged import stripe
from tests.slow.roots import holdfast
from tests.slow.servers import CONF, connected

pytestmark = pytest.mark.slow


def load(root: Path, place: str, **variables: str) -> str:
    asked = ["run", "ingest", "standardise", "--env", "mini", "--as-of", "2025-06-01"]
    setting = f"sources.instances={{stripe: {{path: '{place}'}}}}"
    done = holdfast(*asked, "--set", setting, root=root, **variables)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout + done.stderr  # progress is said beside the answer


def orders(root: Path) -> list[dict[str, Any]]:
    kept = ("order_id", "currency", "net_amount", "tax_amount", "event_at", "row_hash")
    rows = DeltaTable(root / "silver" / "orders").to_pyarrow_table().select(kept).to_pylist()
    return sorted(rows, key=lambda row: str(row["order_id"]))


def test_files_that_only_spark_can_open_become_the_same_silver(tmp_path: Path) -> None:
    exports = tmp_path / "exports" / "stripe"
    stripe.first_day(exports)
    stripe.second_day(exports)
    with zipfile.ZipFile(exports / "invoices.zip", "w") as packed:
        packed.write(exports / "invoice.csv", "invoice.csv")
    (exports / "invoice.csv").unlink()
    mount = f"spark.hadoop.fs.viewfs.mounttable.shop.link./exports=file://{exports.parent}"
    words = ["--master", "local[2]", "--driver-memory", "1g", *CONF, "--conf", mount]
    with connected(words, tmp_path / "server.log") as remote:
        place = "viewfs://shop/exports/stripe"
        said = load(tmp_path / "there", place, SPARK_REMOTE=remote)
        again = load(tmp_path / "there", place, SPARK_REMOTE=remote)
        lost = holdfast(
            *("run", "ingest", "--env", "mini", "--as-of", "2025-06-01"),
            *("--set", "sources.instances={stripe: {path: 'viewfs://shop/exports/nowhere'}}"),
            root=tmp_path / "lost",
            SPARK_REMOTE=remote,
        )
    load(tmp_path / "here", str(exports))
    assert orders(tmp_path / "there") == orders(tmp_path / "here")
    assert "new files" in said and "new files" not in again
    assert lost.returncode == 4
    assert "There is no folder viewfs://shop/exports/nowhere" in " ".join(lost.stderr.split())
