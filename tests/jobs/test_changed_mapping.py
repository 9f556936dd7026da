"""A mapping that was changed maps all rows anew; nothing else does."""

from pathlib import Path
from typing import Any

import yaml
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.jobs.test_standardise import ORDERS, TARGET

JOBS = ["ingest", "standardise"]
PEOPLE = {
    "table": "silver.parties",
    "columns": {"party_kind": "'guest'", "event_at": "at", "available_at": "at"},
}


def run(root: Path, targets: list[Any], *, rows: str = "") -> str | None:
    """Run both jobs under a mapping with these targets, perhaps with a new file; None where nothing
    had changed.
    """
    mapping = root / "mappings" / "shop" / "orders.yml"
    mapping.parent.mkdir(parents=True, exist_ok=True)
    mapping.write_text(yaml.safe_dump({**ORDERS, "targets": targets}), encoding="utf-8")
    if rows:
        raw = root / "raw" / "shop"
        raw.mkdir(parents=True, exist_ok=True)
        name = f"orders-{len(list(raw.iterdir()))}.csv"
        (raw / name).write_text(f"id,at,ok\n{rows}", encoding="utf-8")
    said: list[str] = []
    options: dict[str, Any] = {"mappings": str(root / "mappings"), "quiet": True}
    with open_runner("mini", str(root), [], as_of="2025-06-01", **options) as runner:
        runner.progress.say = lambda text, **_: said.append(text)  # type: ignore[method-assign]  # what is said is the claim
        return "\n".join(said) if runner.run(JOBS) else None


def orders(root: Path) -> dict[str, float]:
    rows = DeltaTable(root / "silver" / "orders").to_pyarrow_table().to_pylist()
    return {row["order_id"]: float(row["net_amount"]) for row in rows}


def parties(root: Path) -> set[str]:
    rows = DeltaTable(root / "silver" / "parties").to_pyarrow_table().to_pylist()
    return {row["party_id"] for row in rows}


def test_all_rows_follow_a_changed_mapping_and_a_target_that_is_gone_leaves_none(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = "1,2025-01-01T00:00:00Z,true\n2,2025-01-02T00:00:00Z,false\n"
    run(tmp_path, [TARGET, PEOPLE], rows=rows)
    assert orders(tmp_path) == {"shop:1": 1, "shop:2": 1} and len(parties(tmp_path)) == 2
    assert run(tmp_path, [TARGET, PEOPLE]) is None
    doubled = {**TARGET, "columns": {**TARGET["columns"], "net_amount": "2"}}
    chosen = {**doubled, "filters": {"is_ok": "ok"}}
    said = run(tmp_path, [chosen], rows="3,2025-01-03T00:00:00Z,true\n")
    assert said and "mapped anew, since the mapping has changed: shop/orders" in said
    assert orders(tmp_path) == {"shop:1": 2, "shop:3": 2} and parties(tmp_path) == set()
    said = run(tmp_path, [chosen], rows="4,2025-01-04T00:00:00Z,true\n")
    assert said and "mapped anew" not in said
    assert orders(tmp_path) == {"shop:1": 2, "shop:3": 2, "shop:4": 2}
