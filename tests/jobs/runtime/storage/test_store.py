"""What a write policy promises, seen through the store."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.runtime.storage import ddl
from holdfast.jobs.runtime.storage.store import Store, StoreError
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.conform import ContractError
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import RUNS
from holdfast.transformations.tables.silver import IDENTITY_EDGES, ORDERS, SUBSCRIPTIONS
from holdfast.transformations.tables.table import (
    Append,
    Column,
    Overwrite,
    Table,
    Upsert,
    WritePolicy,
)
from tests.frames import assert_same_rows


@pytest.fixture
def store(spark: SparkSession, root: Path) -> Store:
    return Store(spark, str(root))


def order(key: str, amount: int, version: str, digest: str) -> dict[str, Any]:
    return {
        "order_id": key,
        "net_amount": amount,
        "event_at": "2026-01-01",
        "version_at": version,
        "version_at_first": version,
        "row_hash": digest,
        "row_hash_first": digest,
    }


def test_an_upsert_ends_the_same_for_every_order_of_deliveries(store: Store, rows: Any) -> None:
    early, late = order("a", 10, "2026-01-02", "h1"), order("a", 15, "2026-01-05", "h2")
    store.write(ORDERS, rows(ORDERS, [late]), WriteId(1, "t"))
    store.write(ORDERS, rows(ORDERS, [early]), WriteId(2, "t"))
    between = order("a", 12, "2026-01-03", "h3")
    store.write(ORDERS, rows(ORDERS, [between]), WriteId(3, "t"))
    (found,) = store.read(ORDERS).collect()
    assert (found.net_amount, found.net_amount_first, found.withdrawn_by) == (15, 10, None)


def test_a_row_is_withdrawn_and_stands_again_as_the_newest_write_says(
    store: Store, rows: Any
) -> None:
    first = order("a", 10, "2026-01-02", "h1")
    gone = {**first, "withdrawn_at": "2026-01-05", "withdrawn_by": "filtered:paid"}
    again = {**order("a", 12, "2026-01-07", "h2"), "net_amount_first": 10}
    for number, row in enumerate((first, gone, again), 1):
        store.write(ORDERS, rows(ORDERS, [row]), WriteId(number, "t"))
        (found,) = store.read(ORDERS).collect()
        assert found.withdrawn_by == row.get("withdrawn_by")
    assert (found.net_amount, found.net_amount_first) == (12, 10)


def test_a_history_drops_the_intervals_that_vanish_and_leaves_other_keys(
    store: Store, rows: Any
) -> None:
    def state(key: str, start: str, end: str | None) -> dict[str, Any]:
        return {"subscription_id": key, "event_at": start, "valid_from": start, "valid_to": end}

    first = [
        state("x", "2026-01-01", "2026-02-01"),
        state("x", "2026-02-01", None),
        state("y", "2026-01-01", None),
    ]
    store.write(SUBSCRIPTIONS, rows(SUBSCRIPTIONS, first), WriteId(1, "t"))
    again = [state("x", "2026-01-01", "2026-03-01"), state("x", "2026-03-01", None)]
    store.write(SUBSCRIPTIONS, rows(SUBSCRIPTIONS, again), WriteId(2, "t"))
    assert_same_rows(store.read(SUBSCRIPTIONS), rows(SUBSCRIPTIONS, [*again, first[2]]))


def test_replace_changes_its_slices_only_and_refuses_rows_outside(store: Store, rows: Any) -> None:
    def label(day: str, customer: int) -> dict[str, Any]:
        return {"as_of": day, "customer_id": customer}

    january, february = date(2026, 1, 1), date(2026, 2, 1)
    both = rows(LABELS, [label("2026-01-01", 1), label("2026-02-01", 1)])
    store.write(LABELS, both, WriteId(1, "t"), [january, february])
    store.write(LABELS, rows(LABELS, [label("2026-02-01", 2)]), WriteId(2, "t"), [february])
    left = rows(LABELS, [label("2026-01-01", 1), label("2026-02-01", 2)])
    assert_same_rows(store.read(LABELS), left)
    with pytest.raises(Exception, match=r"REPLACE_WHERE_MISMATCH"):
        store.write(LABELS, rows(LABELS, [label("2026-03-01", 2)]), WriteId(3, "t"), [february])


def test_a_value_outside_its_check_is_refused(store: Store, rows: Any) -> None:
    edge = {"left_party_id": "a", "right_party_id": "b", "match_probability": 1.5}
    with pytest.raises(Exception, match="DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"):
        store.write(IDENTITY_EDGES, rows(IDENTITY_EDGES, [edge]), WriteId(1, "t"))


def test_every_difference_from_the_contract_is_in_one_error(
    store: Store, rows: Any, spark: SparkSession
) -> None:
    wrong = spark.createDataFrame([("a", 1)], "left_party_id string, right_party_id int")
    with pytest.raises(
        ContractError, match=r"missing edge_kind.*right_party_id is int, not string"
    ):
        store.write(IDENTITY_EDGES, wrong, WriteId(1, "t"))


NOTE = Column("note", T.StringType(), "A note.")


def _contract(*extra: Column, write: WritePolicy = RUNS.write) -> Table:
    return Table(
        "ops.sample",
        "One row per thing.",
        "A sample.",
        (Column("id", T.LongType(), "Id.", nullable=False), *extra),
        keys=("id",),
        write=write,
    )


def test_a_new_nullable_column_is_added_and_other_changes_stop_with_the_cure(
    spark: SparkSession, root: Path
) -> None:
    Store(spark, str(root)).create([_contract()])
    wider = _contract(NOTE)
    Store(spark, str(root)).create([wider])
    assert Store(spark, str(root)).read(wider).columns == ["id", "note"]
    with pytest.raises(StoreError, match="type changed: note") as error:
        Store(spark, str(root)).create([_contract(Column("note", T.LongType(), "A note."))])
    assert "new root" in error.value.cure
    with pytest.raises(StoreError, match="no longer declared: note"):
        Store(spark, str(root)).create([_contract()])


@pytest.mark.parametrize("write", [Append(), Overwrite(), Upsert()], ids=lambda p: type(p).__name__)
def test_a_write_adds_no_column_to_a_table_and_says_what_to_do(
    store: Store, rows: Any, write: WritePolicy
) -> None:
    narrow, wide = _contract(write=write), _contract(NOTE, write=write)
    store.write(narrow, rows(narrow, [{"id": 1}]), WriteId(1, "t"))
    with pytest.raises(StoreError, match="new: note") as error:
        store.write(wide, rows(wide, [{"id": 2, "note": "b"}]), WriteId(2, "t"))
    assert "new root" in error.value.cure
    assert (store.version(narrow), store.read(narrow).count()) == (0, 1)


def test_inserting_new_keys_keeps_the_first_row_of_a_key(store: Store, rows: Any) -> None:
    store.insert_new_keys(
        RUNS, rows(RUNS, [{"run_number": 1, "seq": 0, "run_key": "first"}]), WriteId(1, "a")
    )
    store.insert_new_keys(
        RUNS, rows(RUNS, [{"run_number": 1, "seq": 0, "run_key": "second"}]), WriteId(1, "b")
    )
    assert [row.run_key for row in store.read(RUNS).collect()] == ["first"]


def test_what_the_first_write_creates_carries_the_whole_contract(
    store: Store, rows: Any, spark: SparkSession
) -> None:
    store.write(ORDERS, rows(ORDERS, [order("a", 1, "2026-01-02", "h1")]), WriteId(1, "t"))
    other = Store(spark, f"{store.root}-declared")
    other.create([ORDERS])
    born, declared = (metadata_of(s.catalog.path(ORDERS)) for s in (store, other))
    assert store.version(ORDERS) == 0, "one commit"
    assert born["description"] == declared["description"] == ddl.comment(ORDERS)
    fields = [
        [(f["name"], f["type"], f["metadata"]) for f in json.loads(found["schemaString"])["fields"]]
        for found in (born, declared)
    ]
    assert fields[0] == fields[1]
    required = born["configuration"].pop(ddl.REQUIRED)
    assert born["configuration"] == declared["configuration"]
    assert all(f"`{c.name}` IS NOT NULL" in required for c in ORDERS.columns if not c.nullable)
    assert clustering_of(store.catalog.path(ORDERS)) == clustering_of(other.catalog.path(ORDERS))


def test_replacing_slices_refuses_rows_outside_them_from_the_first_write_on(
    store: Store, rows: Any
) -> None:
    late = rows(LABELS, [{"as_of": "2026-03-01", "customer_id": 2}])
    with pytest.raises(Exception, match="REPLACE_WHERE_MISMATCH"):
        store.write(LABELS, late, WriteId(1, "t"), [date(2026, 2, 1)])
    assert not store.exists(LABELS)


@pytest.mark.parametrize("table", [ORDERS, LABELS, IDENTITY_EDGES], ids=lambda table: table.name)
def test_a_required_column_without_a_value_is_refused_by_a_table_born_with_rows(
    store: Store, rows: Any, table: Table
) -> None:
    good = rows(table, [{"as_of": "2026-02-01"}] if "as_of" in table.names else [{}])
    key = table.keys[-1]
    bad = good.withColumn(key, F.lit(None).cast(table[key].type))
    days = [date(2026, 2, 1)]
    with pytest.raises(Exception, match="DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"):
        store.write(table, bad, WriteId(1, "t"), days)
    store.write(table, good, WriteId(2, "t"), days)
    with pytest.raises(Exception, match="DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"):
        store.write(table, bad, WriteId(3, "t"), days)


def metadata_of(path: str) -> dict[str, Any]:
    """The newest metaData action of a table."""
    return actions(path, "metaData")[-1]


def clustering_of(path: str) -> list[str]:
    """What the log says of the table's clustering."""
    found = [a["configuration"] for a in actions(path, "domainMetadata")]
    return [text for text in found if "clusteringColumns" in text]


def actions(path: str, kind: str) -> list[dict[str, Any]]:
    """Actions of a kind, oldest first."""
    logs = sorted((Path(path) / "_delta_log").glob("*.json"))
    lines = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    return [line[kind] for line in lines if kind in line]
