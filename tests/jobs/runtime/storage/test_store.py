"""What a write policy promises, seen through the store."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from holdfast.jobs.runtime.spark.concurrency import side_by_side
from holdfast.jobs.runtime.storage.store import Store, StoreError
from holdfast.jobs.runtime.storage.transactions import Txn
from holdfast.transformations.tables.conform import ContractError
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import RUNS
from holdfast.transformations.tables.silver import IDENTITY_EDGES, ORDERS, SUBSCRIPTIONS
from holdfast.transformations.tables.table import Column, Table


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
    store.write(ORDERS, rows(ORDERS, [late]), Txn("t", 1))
    store.write(ORDERS, rows(ORDERS, [early]), Txn("t", 2))
    between = {**order("a", 12, "2026-01-03", "h3"), "cancelled_at_first": "2026-01-03"}
    store.write(ORDERS, rows(ORDERS, [between]), Txn("t", 3))
    (found,) = store.read(ORDERS).collect()
    assert (found.net_amount, found.net_amount_first, found.cancelled_at) == (15, 10, None)
    assert str(found.cancelled_at_first.date()) == "2026-01-03", (
        "a version between the two was the first to say so"
    )


def test_the_same_write_twice_is_done_once(store: Store, rows: Any) -> None:
    frame = rows(RUNS, [{"run_number": 1, "seq": 0}])
    assert store.write(RUNS, frame, Txn("t", 1))
    assert not store.write(RUNS, frame, Txn("t", 1))
    assert store.read(RUNS).count() == 1


def test_merges_at_once_carry_their_own_marks(store: Store, rows: Any, spark: SparkSession) -> None:
    def write(job: str) -> list[bool]:
        bought = order(job, 1, "2026-01-02", "h1")
        subscribed = {"subscription_id": job, "event_at": "2026-01-01", "valid_from": "2026-01-01"}
        frames = {ORDERS: rows(ORDERS, [bought]), SUBSCRIPTIONS: rows(SUBSCRIPTIONS, [subscribed])}
        return side_by_side(lambda table: store.write(table, frames[table], Txn(job, 1)), frames)

    assert write("first") == [True, True], "tables just created"
    assert side_by_side(write, ["one", "other"]) == [[True, True], [True, True]]
    assert side_by_side(write, ["one", "other"]) == [[False, False], [False, False]]
    assert (store.read(ORDERS).count(), store.read(SUBSCRIPTIONS).count()) == (3, 3)
    assert spark.conf.get("spark.databricks.delta.write.txnAppId", None) is None


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
    store.write(SUBSCRIPTIONS, rows(SUBSCRIPTIONS, first), Txn("t", 1))
    again = [state("x", "2026-01-01", "2026-03-01"), state("x", "2026-03-01", None)]
    store.write(SUBSCRIPTIONS, rows(SUBSCRIPTIONS, again), Txn("t", 2))
    found = {
        (
            r.subscription_id,
            str(r.valid_from.date()),
            str(r.valid_to.date()) if r.valid_to else None,
        )
        for r in store.read(SUBSCRIPTIONS).collect()
    }
    assert found == {
        ("x", "2026-01-01", "2026-03-01"),
        ("x", "2026-03-01", None),
        ("y", "2026-01-01", None),
    }


def test_replace_changes_its_slices_only_and_refuses_rows_outside(store: Store, rows: Any) -> None:
    def label(day: str, customer: int) -> dict[str, Any]:
        return {"as_of": day, "customer_id": customer}

    january, february = date(2026, 1, 1), date(2026, 2, 1)
    both = rows(LABELS, [label("2026-01-01", 1), label("2026-02-01", 1)])
    store.write(LABELS, both, Txn("t", 1), [january, february])
    store.write(LABELS, rows(LABELS, [label("2026-02-01", 2)]), Txn("t", 2), [february])
    assert {(r.as_of, r.customer_id) for r in store.read(LABELS).collect()} == {
        (january, 1),
        (february, 2),
    }
    with pytest.raises(Exception, match=r"REPLACE_WHERE_MISMATCH"):
        store.write(LABELS, rows(LABELS, [label("2026-03-01", 2)]), Txn("t", 3), [february])


def test_a_value_outside_its_check_is_refused(store: Store, rows: Any) -> None:
    edge = {"left_party_id": "a", "right_party_id": "b", "match_probability": 1.5}
    with pytest.raises(Exception, match="DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"):
        store.write(IDENTITY_EDGES, rows(IDENTITY_EDGES, [edge]), Txn("t", 1))


def test_every_difference_from_the_contract_is_in_one_error(
    store: Store, rows: Any, spark: SparkSession
) -> None:
    wrong = spark.createDataFrame([("a", 1)], "left_party_id string, right_party_id int")
    with pytest.raises(
        ContractError, match=r"missing edge_kind.*right_party_id is int, not string"
    ):
        store.write(IDENTITY_EDGES, wrong, Txn("t", 1))


def _contract(*extra: Column) -> Table:
    return Table(
        "ops.sample",
        "One row per thing.",
        "A sample.",
        (Column("id", T.LongType(), "Id.", nullable=False), *extra),
        keys=("id",),
        write=RUNS.write,
    )


def test_a_new_nullable_column_is_added_and_other_changes_stop_with_the_cure(
    spark: SparkSession, root: Path
) -> None:
    Store(spark, str(root)).create([_contract()])
    wider = _contract(Column("note", T.StringType(), "A note."))
    Store(spark, str(root)).create([wider])
    assert Store(spark, str(root)).read(wider).columns == ["id", "note"]
    with pytest.raises(StoreError, match="type changed: note") as error:
        Store(spark, str(root)).create([_contract(Column("note", T.LongType(), "A note."))])
    assert "new root" in error.value.cure
    with pytest.raises(StoreError, match="no longer declared: note"):
        Store(spark, str(root)).create([_contract()])


def test_insert_missing_keeps_the_first_row_of_a_key(store: Store, rows: Any) -> None:
    store.insert_missing(
        RUNS, rows(RUNS, [{"run_number": 1, "seq": 0, "run_key": "first"}]), Txn("a", 1)
    )
    store.insert_missing(
        RUNS, rows(RUNS, [{"run_number": 1, "seq": 0, "run_key": "second"}]), Txn("b", 1)
    )
    assert [row.run_key for row in store.read(RUNS).collect()] == ["first"]
