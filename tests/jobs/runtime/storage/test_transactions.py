"""A write is made once: whoever repeats one finds it, and a process taken for dead cannot finish
its own.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId, parse_metadata
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CUSTOMER_REDIRECTS
from holdfast.transformations.tables.ops import BATCHES
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT, SUBSCRIPTIONS
from holdfast.transformations.tables.table import Table
from tests.frames import assert_same_rows

DAY = date(2026, 1, 1)
ROWS: dict[Table, list[dict[str, Any]]] = {
    ORDERS: [{"order_id": "a", "event_at": "2026-01-01", "row_hash": "h"}],
    SUBSCRIPTIONS: [{"subscription_id": "x", "event_at": "2026-01-01", "valid_from": "2026-01-01"}],
    LABELS: [{"as_of": DAY, "customer_id": 1}],
    CUSTOMER_REDIRECTS: [{"customer_id": 1, "current_customer_id": 1}],
}
each_policy = pytest.mark.parametrize("table", ROWS, ids=lambda table: type(table.write).__name__)


@pytest.fixture(params=["path", "catalog"])
def store(request: Any, spark: SparkSession, root: Path) -> Iterator[Store]:
    """Tables under a folder, and in a schema of the session's catalog."""
    if request.param == "path":
        yield Store(spark, str(root))
        return
    spark.sql(f"CREATE DATABASE once LOCATION '{root}'")
    yield Store(spark, str(root), "spark_catalog.once")
    spark.sql("DROP DATABASE once CASCADE")


def test_metadata_names_the_write_and_that_of_others_names_none() -> None:
    write_id = WriteId(7, "ingest", "late")
    assert parse_metadata(write_id.metadata) == write_id
    for text in (None, "", "by hand", "[]", '{"holdfast": {"run_number": 1}}', '{"other": 1}'):
        assert parse_metadata(text) is None


@each_policy
def test_any_write_but_an_append_leaves_the_same_table_when_repeated(
    store: Store, rows: Any, table: Table
) -> None:
    store.write(table, rows(table, ROWS[table]), WriteId(1, "first"), [DAY])
    found = []
    for _ in range(2):
        store.write(table, rows(table, ROWS[table]), WriteId(2, "again"), [DAY])
        found.append(store.read(table, store.version(table)))
    assert_same_rows(*found)
    assert found[0].count() == len(ROWS[table])


def test_inserting_new_keys_twice_leaves_the_same_table(store: Store, rows: Any) -> None:
    values = rows(PII_VAULT, [{"party_id": "shop:1", "kind": "email", "value_digest": "a"}])
    for _ in range(2):
        store.insert_new_keys(PII_VAULT, values, WriteId(1, "ingest"))
    assert store.read(PII_VAULT).count() == 1


def test_every_way_of_writing_says_who_wrote(store: Store, rows: Any) -> None:
    tables = [*ROWS, BATCHES]
    for number in (1, 2):
        for table in tables:
            days = [{**row, "run_number": number} for row in ROWS.get(table, [{}])]
            if table is ORDERS:
                days = [{**row, "version_at": f"2026-01-0{number}"} for row in days]
            store.write(table, rows(table, days), WriteId(number, "job", table.name), [DAY])
    for table in tables:
        writers = [commit.write_id for commit in store.catalog.commits(table, None)]
        assert writers == [WriteId(1, "job", table.name), WriteId(2, "job", table.name)], table.name
        assert store.has_write(table, WriteId(2, "job", table.name), above=0)
        assert not store.has_write(table, WriteId(1, "job", table.name), above=0)
        assert not store.has_write(table, WriteId(2, "other", table.name), above=None)


def test_merges_at_once_carry_their_own_names(store: Store, rows: Any, spark: SparkSession) -> None:
    def write(job: str) -> None:
        made = {
            ORDERS: rows(ORDERS, [{"order_id": job}]),
            SUBSCRIPTIONS: rows(SUBSCRIPTIONS, [{"subscription_id": job}]),
        }
        run_concurrently(lambda table: store.write(table, made[table], WriteId(1, job)), made)

    write("first")
    run_concurrently(write, ["one", "other"])
    for table in (ORDERS, SUBSCRIPTIONS):
        writers = {
            commit.write_id.job for commit in store.catalog.commits(table, 0) if commit.write_id
        }
        assert writers == {"one", "other"}
        assert store.read(table).count() == 3
    assert spark.conf.get("spark.databricks.delta.commitInfo.userMetadata", None) is None


def test_an_append_in_flight_fails_once_the_table_was_fenced(
    store: Store, rows: Any, tmp_path: Path
) -> None:
    store.write(BATCHES, rows(BATCHES, [{"input": "first"}]), WriteId(1, "ingest"))
    gate, frame = tmp_path / "gate", rows(BATCHES, [{"input": "late"}])

    def wait(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            (tmp_path / "begun").touch()
            while not gate.exists():
                time.sleep(0.05)
            yield batch

    slow = frame.mapInArrow(wait, frame.schema)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(store.write, BATCHES, slow, WriteId(1, "ingest", "late"))
        while not (tmp_path / "begun").exists():
            time.sleep(0.05)
        store.fence(BATCHES, WriteId(1, "ingest"))
        gate.touch()
        with pytest.raises(Exception, match=r"MetadataChangedException|DELTA_METADATA_CHANGED"):
            writing.result(timeout=120)
    assert [row.input for row in store.read(BATCHES).collect()] == ["first"]
