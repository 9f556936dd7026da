"""Bronze to silver: each row lands once under its key, is an older version, filtered or refused;
and counted on all sides.
"""

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from pyspark.sql import Row, SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages.checks import stop_if_lost
from holdfast.jobs.stages.feeds import Feed
from holdfast.jobs.stages.silver_checks import check_equations
from holdfast.jobs.stages.standardise import StandardisePlan
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.standardise.check_mapping import find_mapping_problems
from holdfast.transformations.tables.silver import ORDERS as SILVER_ORDERS
from tests.fixtures import exports
from tests.jobs.conftest import Days

READABLE = """
    from read_csv('{raw}/*.csv', header = true, all_varchar = true, null_padding = true,
                  ignore_errors = true, union_by_name = true, filename = false)
    where try_cast(total as decimal(18,2)) <> 0
      and try_cast(pieces as decimal(18,2)) = try_cast(pieces as int)
      and coalesce(weight, '0') <> 'NaN' and id is not null and currency in ('USD', 'EUR')
      and total not like '-%' and created_at between '1990' and '2026'
      and regexp_full_match(coalesce(customer_id, ''), '[a-z0-9]*')"""
NEWEST = f"""
    select id, currency, arg_max(total::decimal(18,2), updated_at) as total {READABLE}
    group by id, currency"""


ORDERS = {
    "files": "*.csv",
    "format": "csv",
    "party": "id",
    "columns": {"id": "string", "at": "timestamp", "ok": "boolean"},
}
TARGET = {
    "table": "silver.orders",
    "columns": {
        "order_id": "id",
        "channel": "id",
        "currency": "'USD'",
        "net_amount": "1",
        "discount_amount": "0",
        "event_at": "at",
        "available_at": "at",
    },
}


def orders(rows: list[dict[str, Any]], source: str) -> dict[str, dict[str, Any]]:
    return {
        row["order_id"].removeprefix(f"{source}:"): row for row in rows if row["source"] == source
    }


def test_money_and_keys_are_those_of_the_files(days: Days) -> None:
    north = orders(days.after_second("silver.orders"), "north").values()
    query = f"select currency, count(*), sum(total) from ({NEWEST}) group by currency"
    wanted = duckdb.sql(query.format(raw=days.root / "raw" / "north")).fetchall()
    found = {
        code: [row["net_amount"] for row in north if row["currency"] == code]
        for code in ("USD", "EUR")
    }
    assert {(code, len(amounts), sum(amounts)) for code, amounts in found.items()} == set(wanted)


def test_two_shops_with_equal_ids_lie_side_by_side(days: Days) -> None:
    rows = days.after_first("silver.orders")
    found = {source: orders(rows, source)["1"]["net_amount"] for source in ("north", "south")}
    assert found == {"north": Decimal("12.30"), "south": Decimal("77.00")}


def test_columns_by_other_names_load_by_mapping_alone(days: Days) -> None:
    def shown(source: str) -> dict[str, tuple[Any, ...]]:
        kept = ("net_amount", "net_amount_first", "currency", "event_at", "version_at")
        found = orders(days.after_first("silver.orders"), source)
        return {key: tuple(row[name] for name in kept) for key, row in found.items()}

    assert shown("odd") == shown("north") != {}


def test_the_newest_version_stands_and_the_lowest_is_kept_even_when_it_comes_last(
    days: Days,
) -> None:
    before = orders(days.after_first("silver.orders"), "north")["1"]
    after = orders(days.after_second("silver.orders"), "north")["1"]
    assert (before["net_amount"], before["net_amount_first"]) == (
        Decimal("12.30"),
        Decimal("10.10"),
    )
    assert (after["net_amount"], after["net_amount_first"]) == (Decimal("12.30"), Decimal("9.00"))


def test_what_no_order_can_be_is_refused_with_its_reason(days: Days) -> None:
    refused = [
        row for row in days.after_first("ops.quarantine") if row["target"] == "silver.orders"
    ]
    assert sorted(row["reasons"] for row in refused) == sorted(
        reason for *_, reason in exports.UNREASONABLE.values()
    )
    assert not set(exports.UNREASONABLE) & set(orders(days.after_second("silver.orders"), "north"))
    assert {row["input"] for row in refused} == {"orders-1.csv"}


def test_a_line_that_a_newer_receipt_lost_stays_with_the_time_it_went(days: Days) -> None:
    before, after = (
        {row["line_id"]: row for row in rows}
        for rows in (
            days.after_first("silver.order_lines"),
            days.after_second("silver.order_lines"),
        )
    )
    assert set(before) == set(after) == {"north:5-a", "north:5-b"}
    assert {row["removed_at"] for row in before.values()} == {None}
    assert (after["north:5-a"]["removed_at"], str(after["north:5-b"]["removed_at"])[:10]) == (
        None,
        "2025-01-02",
    )
    assert after["north:5-b"]["net_amount"] == Decimal("2.50")


def test_a_group_is_one_row_with_what_its_rows_say_together(days: Days) -> None:
    devices = {
        row["party_id"]: str(row["event_at"])[:10]
        for row in days.after_first("silver.parties")
        if row["party_kind"] == "device"
    }
    assert devices == {"north:d1": "2025-01-04", "north:d2": "2025-01-06"}


def test_rows_read_are_rows_landed_older_filtered_or_refused(days: Days) -> None:
    checks = {
        (row["run_number"], row["subject"]): row for row in days.after_second("ops.dq_results")
    }
    assert all(row["is_passed"] for row in checks.values())
    assert checks[1, "north > silver.orders"]["detail"].split(": ")[1] == (
        "read 8 = 1 filtered:not_free + 2 landed + 1 older_version + 4 quarantined; 2 keys landed"
    )
    assert checks[1, "north > silver.order_lines"]["detail"].split(": ")[1] == (
        "read 2 = 1 filtered:no_items + 1 landed; 2 keys landed"
    )
    assert checks[1, "north > silver.parties"]["expected"] == 8 + 3
    assert checks[2, "north > silver.orders"]["detail"].split(": ")[1] == (
        "read 3 = 1 landed + 2 older_version; 1 keys landed"  # all versions of the order, each once
    )
    for run, keys in ((1, 5), (2, 1)):  # of all three shops
        assert checks[run, "silver.orders"]["detail"] == (
            f"silver.orders: {keys} keys landed, {keys} are in silver"
        )


def test_a_row_that_is_lost_on_the_way_or_in_a_write_stops_the_run(spark: SparkSession) -> None:
    mapping = parse_mapping("shop", "orders", {**ORDERS, "targets": [TARGET]})
    feed = Feed(mapping, mapping.targets[0], "bronze.shop_orders", spark.range(0))
    frames = {SILVER_ORDERS: feed.bronze}
    plan = StandardisePlan([feed], frames, frames, {})
    read = Row(
        source="shop", target="bronze.shop_orders", outcome="read", rows=9, older_rows=0, keys=0
    )
    went = {"filtered:test": (2, 0, 0), "quarantined": (1, 0, 1), "landed": (5, 1, 5)}
    rows = [
        Row(
            source="shop",
            target="silver.orders",
            outcome=outcome,
            rows=rows,
            older_rows=older,
            keys=keys,
        )
        for outcome, (rows, older, keys) in went.items()
    ]

    def passed(outcomes: list[Row], written: int) -> list[bool]:
        checks = check_equations(plan, outcomes, {SILVER_ORDERS: written})
        return [check["is_passed"] for check in checks]

    assert passed([read, *rows], 5) == [True, True]
    assert passed([read, *rows], 4) == [True, False]
    assert passed([read, *rows[1:]], 5) == [False, True]
    assert passed(rows, 5) == [False, True]
    with pytest.raises(InputError, match="5 keys landed, 4 are in silver"):
        checks = check_equations(plan, [read, *rows], {SILVER_ORDERS: 4})
        stop_if_lost(checks, "bronze and silver")


def test_sql_that_cannot_be_is_named_before_a_row_is_read(spark: SparkSession) -> None:
    target = {
        **TARGET,
        "filters": {"sane": "at"},
        "columns": {
            "order_id": "id",
            "channel": "upper(id",
            "currency": "'USD'",
            "net_amount": "at",
            "discount_amount": "price",
            "event_at": "at",
            "available_at": "ok",
        },
    }
    raw = parse_mapping("shop", "orders", {**ORDERS, "targets": [target]})
    problems = find_mapping_problems(
        raw, raw.targets[0], spark.createDataFrame([], raw.table.schema)
    )
    named = {problem.split(": ")[2].split(" is ")[0] for problem in problems}
    assert named == {"sane", "channel", "net_amount", "discount_amount", "available_at"}


def test_named_sql_that_nothing_can_be_made_of_is_named(spark: SparkSession) -> None:
    raw = parse_mapping(
        "shop", "orders", {**ORDERS, "let": {"net": "amount - 1"}, "targets": [TARGET]}
    )
    rows = spark.createDataFrame([], raw.table.schema)
    (problem,) = find_mapping_problems(raw, raw.targets[0], rows)
    assert problem.startswith("shop/orders.yml: let: ") and "amount" in problem
