"""Versions of orders in any order, over any deliveries: silver is what a fold in plain Python makes
of all of them.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.jobs.stages.feeds import choose_rows
from holdfast.jobs.stages.silver_checks import check_equations
from holdfast.jobs.stages.standardise import plan_standardise
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.standardise.reconcile import count_outcomes
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.tables.conform import stamp_run
from holdfast.transformations.tables.silver import FACT_STATES, ORDERS
from tests.transformations.standardise.versions_by_hand import (
    GOOD,
    Version,
    day,
    good,
    states,
)

RULES: Final = RetailerRules(Limits(5, 1990, ("USD",)), Lexicon((), (), {}), "UTC", "USD", "")
RAW: Final = parse_mapping(
    "shop",
    "orders",
    {
        "files": "*.csv",
        "format": "csv",
        "party": "id",
        "columns": {
            "id": "string",
            "status": "string",
            "total": "decimal(18,2)",
            "created": "timestamp",
            "updated": "timestamp",
            "cancelled": "timestamp",
        },
        "targets": [
            {
                "table": "silver.orders",
                "filters": {"paid": "status <> 'void'"},
                "columns": {
                    "order_id": "id",
                    "channel": "'web'",
                    "currency": "'USD'",
                    "net_amount": "total",
                    "discount_amount": "0",
                    "cancelled_at": "cancelled",
                    "event_at": "created",
                    "available_at": "created",
                    "version_at": "updated",
                },
            }
        ],
    },
)
BRONZE: Final = ", ".join(
    f"{field.name} {field.dataType.simpleString()}" for field in RAW.table.schema.fields
)
_roots = count()

one_version = st.builds(
    Version,
    at=st.integers(0, 6),
    aside=st.sampled_from([GOOD, GOOD, GOOD, "filtered:paid", "quarantined:check:net_amount"]),
    ends=st.sampled_from([None, None, 2, 4, 7]),
    amount=st.integers(1, 9),
)
Delivered = tuple[int, Version]
delivered_orders = st.lists(
    st.lists(st.tuples(st.integers(0, 2), one_version), min_size=1, max_size=5),
    min_size=25,
    max_size=25,
)


def bronze_row(key: int, version: Version, delivery: int) -> tuple[Any, ...]:
    refused = version.aside.startswith("quarantined")
    values = {
        "source": "shop",
        "party_id": f"shop:{key}",
        "id": f"{key}",
        # a status that is null is not void
        "status": "void" if version.aside == "filtered:paid" else None if key % 2 else "paid",
        "total": Decimal(-1 if refused else version.amount),
        "created": day(0),
        "updated": day(version.at),
        "cancelled": None if version.ends is None else day(version.ends),
        "input_file": "orders.csv",
        "ingested_at": day(100 + delivery),
        "run_number": delivery + 1,
        "row_hash": version.digest,
    }
    return tuple(values[name] for name in RAW.table.names)


def numbered(orders: Sequence[Sequence[Delivered]]) -> list[list[Delivered]]:
    """Versions with a digest each, by which versions of one instant are in order."""
    return [
        [
            (delivery, Version(v.at, v.aside, v.ends, v.amount, f"{(7 * place) % 5}{key:03d}"))
            for place, (delivery, v) in enumerate(versions)
        ]
        for key, versions in enumerate(orders)
    ]


def deliver(spark: SparkSession, store: Store, orders: Sequence[Sequence[Delivered]]) -> None:
    """Standardise the versions delivery by delivery, as the job does."""
    nobody = spark.createDataFrame([], "kind string, token string, value string")
    for number in sorted({delivery for versions in orders for delivery, _ in versions}):
        rows = [
            bronze_row(key, version, delivery)
            for key, versions in enumerate(orders)
            for delivery, version in versions
            if delivery <= number
        ]
        whole = spark.createDataFrame(rows, BRONZE)
        first = not store.exists(ORDERS)
        new = whole if first else whole.filter(whole["run_number"] == number + 1)
        feeds = choose_rows([RAW], {RAW.table: whole}, {RAW.table: new})
        before = {} if first else {ORDERS: store.read(ORDERS)}
        plan = plan_standardise(feeds, before, nobody, RULES, day(100))
        frames = {**plan.changes, **plan.states}
        outcomes = count_outcomes(plan.read, plan.collapsed, {}).collect()
        written = {ORDERS: plan.changes[ORDERS].count()}
        checks = check_equations(plan, outcomes, written)
        assert [check["detail"] for check in checks if not check["is_passed"]] == []
        for table, frame in frames.items():
            stamped = stamp_run(frame, table, number + 1, None)
            store.write(table, stamped, WriteId(number, f"t.{table.name}"))


def expected_rows(orders: Sequence[Sequence[Delivered]]) -> dict[str, Any]:
    found = {}
    for key, versions in enumerate(orders):
        own = [version for _, version in versions]
        if not (stands := good(own)):
            continue
        newest, last = stands[-1], max(own, key=lambda version: version.order)
        found[f"shop:{key}"] = (
            newest.amount,
            stands[0].amount,
            None if newest.ends is None else day(newest.ends),
            last.aside or None,
        )
    return found


def expected_states(orders: Sequence[Sequence[Delivered]]) -> set[Any]:
    return {
        (f"shop:{key}", *state)
        for key, versions in enumerate(orders)
        for own in [[version for _, version in versions]]
        if good(own)
        for state in states(own, day(0))
    }


@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(delivered_orders)
def test_silver_is_the_fold_of_all_versions_whatever_their_order_and_deliveries(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, orders: Any
) -> None:
    root: Path = tmp_path_factory.mktemp(f"deliveries{next(_roots)}")
    store, orders = Store(spark, str(root)), numbered(orders)
    deliver(spark, store, orders)
    utc = day(0).tzinfo
    rows = {
        row.order_id: (
            row.net_amount,
            row.net_amount_first,
            row.cancelled_at and row.cancelled_at.astimezone(utc),
            row.withdrawn_by,
        )
        for row in store.read(ORDERS).collect()
    }
    wanted = expected_rows(orders)
    assert {
        key: (rows.get(key), wanted.get(key))
        for key in rows | wanted
        if rows.get(key) != wanted.get(key)
    } == {}
    kept = {
        (
            row.fact_id,
            row.status,
            row.reason,
            *(at and at.astimezone(utc) for at in (row.valid_from, row.valid_to)),
        )
        for row in store.read(FACT_STATES).collect()
    }
    assert kept ^ expected_states(orders) == set()
