"""A run that loses a whole table to filters or checks says so in red, and stops where settings ask
for it.
"""

from io import StringIO
from pathlib import Path

import pytest
from deltalake import DeltaTable
from pyspark.sql import Row, SparkSession
from rich.console import Console

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.jobs.runtime.config.errors import EXIT_INPUT, InputError
from holdfast.jobs.runtime.runs.progress import Lines
from holdfast.jobs.stages.ingest import find_unloaded
from holdfast.jobs.stages.silver_checks import find_emptied
from holdfast.jobs.stages.standardise import Feed, StandardisePlan
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.tables.silver import ORDERS, PARTIES
from tests.fixtures import unlisted
from tests.jobs.test_standardise import ORDERS as RAW
from tests.jobs.test_standardise import TARGET

PEOPLE = {
    "table": "silver.parties",
    "columns": {"party_kind": "'guest'", "event_at": "at", "available_at": "at"},
}


def test_a_filter_that_takes_every_order_stops_the_run_before_it_is_published(
    spark: SparkSession, root: Path
) -> None:
    tests = [unlisted.order(f"{i}", "9101", "40.00", 2) | {"test": "true"} for i in range(3)]
    unlisted.put(root / "raw" / "shopify", "shopify/orders", tests)
    asked = ["run.stop_on_alarm=true"]
    with open_runner("mini", str(root), asked, as_of="latest", quiet=True) as runner:
        runner.progress.console = Console(file=StringIO(), force_terminal=True, width=200)
        with pytest.raises(InputError, match="3 filtered:not_a_test") as raised:
            runner.run(["ingest", "standardise"])
        assert raised.value.exit_code == EXIT_INPUT
        assert "\x1b[1;31m    Nothing came through: shopify > silver.orders" in (
            runner.progress.console.file.getvalue()
        )
        assert runner.ledger.published is None
    checks = DeltaTable(root / "ops" / "dq_results").to_pyarrow_table().to_pylist()
    assert [row["subject"] for row in checks if not row["is_passed"]] == ["shopify > silver.orders"]


def emptied(spark: SparkSession, read: int, outcome: str, there: int, target: str) -> list[str]:
    """What is raised of so many rows of one outcome, where silver holds others of the source."""
    targets = [TARGET if target == "silver.orders" else PEOPLE]
    raw = parse_mapping("shop", "orders", {**RAW, "targets": targets})
    table = raw.targets[0].table
    held = spark.createDataFrame([("shop",)] * there, "source string")
    plan = StandardisePlan(
        [Feed(raw, raw.targets[0], "bronze.shop_orders", held)], {}, {table: held}, {}
    )
    sides = {"source": "shop", "older_rows": 0, "keys": 0, "rows": read}
    rows = [
        Row(**sides, target="bronze.shop_orders", outcome="read"),
        Row(**sides, target=table.name, outcome=outcome),
    ]
    return [check["detail"] for check in find_emptied(plan, rows, {table: held})]


def test_only_what_leaves_nothing_of_a_table_or_of_a_large_delivery_is_an_alarm(
    spark: SparkSession,
) -> None:
    orders, people = ORDERS.name, PARTIES.name
    assert emptied(spark, 5, "quarantined", 0, orders) == [
        "Nothing came through: shop > silver.orders: read 5 = 5 quarantined; 0 keys landed"
    ]
    assert emptied(spark, 5, "filtered:paid", 1, orders) == []
    assert len(emptied(spark, 500, "filtered:paid", 1, orders)) == 1
    assert emptied(spark, 500, "landed", 0, orders) == []
    assert len(emptied(spark, 500, "withdrawn:filtered:paid", 1, orders)) == 1
    assert emptied(spark, 500, "filtered:is_a_guest", 0, people) == []
    assert emptied(spark, 500, "filtered:no_items", 0, orders) == []


def test_a_filter_that_leaves_the_rows_to_another_table_of_facts_is_no_alarm(
    spark: SparkSession,
) -> None:
    consents = {
        "table": "silver.consent_events",
        "filters": {"subscribed": "false"},
        "columns": {
            "consent_event_id": "id",
            "purpose": "'marketing'",
            "channel": "'email'",
            "state": "'granted'",
            "event_at": "at",
            "available_at": "at",
        },
    }
    raw = parse_mapping("shop", "orders", {**RAW, "targets": [TARGET, consents]})
    held = spark.createDataFrame([("shop",)], "source string")
    tables = {target.table: held for target in raw.targets}
    feeds = [Feed(raw, target, "bronze.shop_orders", held) for target in raw.targets]
    plan = StandardisePlan(feeds, {}, tables, {})

    def alarms(**outcomes: str) -> list[str]:
        sides = {"source": "shop", "older_rows": 0, "keys": 0, "rows": 500}
        rows = [
            Row(**sides, target=f"silver.{name}", outcome=outcome)
            for name, outcome in outcomes.items()
        ]
        return [check["subject"] for check in find_emptied(plan, rows, tables)]

    assert alarms(orders="landed", consent_events="filtered:subscribed") == []
    assert alarms(orders="landed", consent_events="quarantined") == ["shop > silver.consent_events"]
    assert alarms(orders="filtered:paid", consent_events="filtered:subscribed") == [
        "shop > silver.consent_events",
        "shop > silver.orders",
    ]


def test_an_export_of_which_every_row_is_refused_is_an_alarm() -> None:
    def account(table: str, refused: int, loaded: int, repeats: int) -> dict[str, object]:
        out = {"rows_quarantined": refused, "rows_loaded": loaded, "rows_duplicate": repeats}
        return {"source": "shop", "raw_table": table, **out}

    accounts = [
        account("orders", 7, 0, 0),
        account("orders", 5, 0, 0),
        account("lines", 7, 0, 0),
        account("lines", 0, 3, 0),
        account("users", 1, 0, 9),
        account("empty", 0, 0, 0),
    ]
    assert find_unloaded(accounts) == [
        "shop/orders: none of 12 rows could be loaded; ops.quarantine says why"
    ]


def test_an_alarm_is_seen_where_remarks_are_kept_quiet() -> None:
    console = Console(file=StringIO())
    lines = Lines(quiet=True, console=console)
    lines.say("a remark")
    lines.say("an [alarm]", is_alarm=True)
    assert console.file.getvalue().strip() == "an [alarm]"
