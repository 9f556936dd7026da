"""A version read as its files is the version that Delta reads."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.storage import reading
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.conform import conform
from holdfast.transformations.tables.silver import ORDERS, SUBSCRIPTIONS
from holdfast.transformations.tables.table import Table
from tests.frames import assert_same_rows


@pytest.fixture(params=["plain", "my data", "[a]{b}*?", "ü#1"])
def store(request: Any, spark: SparkSession, tmp_path: Path) -> Store:
    """Roots with names that a URI or a pattern would change."""
    return Store(spark, str(tmp_path / request.param))


def same(store: Store, table: Table, version: int | None) -> int:
    """Rows of a version, which both readers give alike."""
    delta = conform(reading.read_delta(store.catalog, table, version), table)
    ours = store.read(table, version)
    assert reading.list_files(store.catalog, table, version) is not None
    assert_same_rows(ours, delta)
    return ours.count()


def test_every_version_is_as_delta_reads_it(store: Store, rows: Any) -> None:
    for number, key in enumerate("ab", 1):
        order = {"order_id": key, "net_amount": "1.25", "event_at": "2026-01-01T23:59:59"}
        store.write(ORDERS, rows(ORDERS, [order]), WriteId(number, "t"))
    assert [same(store, ORDERS, version) for version in (0, 1, None)] == [1, 2, 2]


def test_a_version_without_rows_is_empty_and_in_shape(store: Store, rows: Any) -> None:
    state = {"subscription_id": "x", "event_at": "2026-01-01", "valid_from": "2026-01-01"}
    store.write(SUBSCRIPTIONS, rows(SUBSCRIPTIONS, [state]), WriteId(1, "t"))
    store.restore(SUBSCRIPTIONS, None)
    assert same(store, SUBSCRIPTIONS, None) == 0
