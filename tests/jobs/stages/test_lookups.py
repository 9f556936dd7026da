"""What a row takes from another export of its source, also where that comes later."""

from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.stages.feeds import choose_rows
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.sources.mapping import parse_mapping
from tests.factories import rows

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)
ORDERS = {
    "files": "orders*.csv",
    "format": "csv",
    "party": "id",
    "columns": {"id": "string", "at": "timestamp", "code": "string"},
    "targets": [],
}
LINES = {
    "files": "lines*.csv",
    "format": "csv",
    "party": "id",
    "columns": {"id": "string", "order_id": "string"},
    "lookups": [
        {"table": "orders", "key": "id", "by": "order_id", "columns": {"sold_at": "at"}},
        {"table": "nowhere", "key": "id", "by": "sold_at", "columns": {"nothing": "x"}},
    ],
    "targets": [
        {
            "table": "silver.order_lines",
            "columns": {
                "line_id": "id",
                "order_id": "order_id",
                "quantity": "coalesce(nothing, 1)",
                "currency": "'USD'",
                "net_amount": "1",
                "discount_amount": "0",
                "event_at": "sold_at",
                "available_at": "sold_at",
            },
        }
    ],
}


def bronze(spark: SparkSession, raw: RawTable, values: list[dict[str, Any]]) -> DataFrame:
    return rows(spark, raw.table, values)


def test_a_line_is_mapped_anew_when_its_order_comes_and_takes_what_was_loaded_last(
    spark: SparkSession,
) -> None:
    orders, lines = parse_mapping("shop", "orders", ORDERS), parse_mapping("shop", "lines", LINES)
    early, late = (
        {
            "id": "o1",
            "row_hash": name,
            "ingested_at": NOON.replace(hour=hour),
            "at": NOON.replace(day=day),
        }
        for name, hour, day in (("b", 9, 1), ("a", 10, 2))
    )
    said = [{"id": f"l{n}", "order_id": order, "row_hash": f"l{n}", "run_number": 1}
            for n, order in ((1, "o1"), (2, "o2"), (3, None))]  # fmt: skip
    whole = {
        orders.table: bronze(spark, orders, [early, late]),
        lines.table: bronze(spark, lines, said),
    }
    fresh = {orders.table: bronze(spark, orders, [late]), lines.table: bronze(spark, lines, [])}
    (feed,) = choose_rows([orders, lines], whole, fresh)
    (found,) = feed.bronze.collect()
    assert (found["id"], found["sold_at"].astimezone(UTC)) == ("l1", NOON.replace(day=2))
    (all_rows,) = choose_rows([orders, lines], whole, whole)
    sold = {row["id"]: row["sold_at"] is not None for row in all_rows.bronze.collect()}
    assert sold == {"l1": True, "l2": False, "l3": False}
