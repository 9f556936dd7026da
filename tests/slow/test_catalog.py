"""A schema of the session's catalog holds what a folder holds: it is how the bundle runs."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.cli import render
from holdfast.jobs.cli.bootstrap import run_standalone
from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.storage.transactions import WriteId
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CALENDAR, CUSTOMER_360, OUTBOX
from holdfast.transformations.tables.silver import CONSENT_STATE, ORDERS
from tests.factories import rows
from tests.fixtures import shop as small
from tests.fixtures.labelled import first_labels
from tests.frames import assert_same_rows
from tests.slow.roots import OF_THE_RUN

pytestmark = pytest.mark.slow
SCHEMA = "spark_catalog.holdfast_shop"
KEPT = {table.name: table for table in (ORDERS, OUTBOX, CUSTOMER_360)}


@pytest.fixture(scope="module")
def runner(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The small shop, published into a schema of the catalog."""
    root = tmp_path_factory.mktemp("catalog")
    spark.sql(f"CREATE DATABASE {SCHEMA} LOCATION '{root / 'schema'}'")
    tables = [*small.first_day(), *first_labels()]
    yield small.publish(spark, root / "root", tables, ["build_gold", "decide", "activate"], SCHEMA)
    spark.sql(f"DROP DATABASE {SCHEMA} CASCADE")


def test_every_published_table_equals_that_of_a_folder(
    spark: SparkSession, shop: Path, runner: Runner
) -> None:
    folder = small.opened(spark, shop)
    assert set(runner.ledger.manifest) == set(folder.ledger.manifest)
    for table in PIPELINE.tables:
        if table.name in folder.ledger.manifest:
            both = (one.store.read(table) for one in (runner, folder))
            assert_same_rows(*(frame.drop(*OF_THE_RUN, "published_at", "digest") for frame in both))
    assert not list(Path(runner.store.root).glob("*/*/_delta_log"))


def test_printed_views_read_what_was_published(spark: SparkSession, runner: Runner) -> None:
    values = settings.load("local", [f"run.catalog={SCHEMA}"]).values
    printed = render.views("sql", CALENDAR.name, runner.store.root, values)
    nothing = spark.createDataFrame([], CALENDAR.schema)
    runner.store.write(CALENDAR, nothing, WriteId(1, "tests.later"))
    try:
        for statement in printed.split(";\n\n"):
            spark.sql(statement.removesuffix(";"))
        assert spark.table(f"{SCHEMA}_published.gold_calendar").count() > 700
    finally:
        spark.sql(f"DROP DATABASE IF EXISTS {SCHEMA}_published CASCADE")
        runner.store.restore(CALENDAR, runner.ledger.manifest[CALENDAR.name])


def test_a_table_keeps_its_contract_when_its_rows_are_replaced(
    spark: SparkSession, runner: Runner
) -> None:
    assert runner.store.version(CUSTOMER_360) == 0
    found = {
        row.col_name: row.comment
        for row in spark.sql(f"DESCRIBE {runner.store.catalog.address(CUSTOMER_360)}").collect()
    }
    assert all(found[name] for name in CUSTOMER_360.names)
    properties = {
        row.key
        for row in spark.sql(
            f"SHOW TBLPROPERTIES {runner.store.catalog.address(CUSTOMER_360)}"
        ).collect()
    }
    assert "holdfast.contractVersion" in properties and any(
        key.startswith("delta.constraints.") for key in properties
    )


def test_a_write_is_found_again_a_slice_alone_is_replaced_and_a_version_comes_back(
    spark: SparkSession, runner: Runner
) -> None:
    store, january, february = runner.store, date(2026, 1, 1), date(2026, 2, 1)

    def labels(*days: date) -> DataFrame:
        return rows(
            spark,
            LABELS,
            [{"as_of": day, "customer_id": place} for place, day in enumerate(days, 1)],
        )

    store.write(LABELS, labels(january, february), WriteId(1, "t"), [january, february])
    assert store.has_write(LABELS, WriteId(1, "t"), above=None)
    store.write(LABELS, labels(february), WriteId(2, "t"), [february])
    left = [{"as_of": day, "customer_id": 1} for day in (january, february)]
    assert_same_rows(store.read(LABELS), rows(spark, LABELS, left))
    placed = rows(spark, ORDERS, [{"order_id": "new"}])
    before = store.version(ORDERS)
    assert before is not None
    for _ in range(2):
        store.write(ORDERS, placed, WriteId(1, "t"))
    assert store.read(ORDERS).filter("order_id = 'new'").count() == 1
    store.restore(ORDERS, before)
    assert store.read(ORDERS).filter("order_id = 'new'").count() == 0


def test_the_next_day_merges_and_tells_what_changed(spark: SparkSession, runner: Runner) -> None:
    about = {"party_id": "shop:3", "purpose": "marketing", "channel": "email"}
    withdrawn = [
        {**about, "valid_from": "2025-01-01", "valid_to": "2025-12-30", "is_allowed": True},
        {**about, "valid_from": "2025-12-30", "is_allowed": False},
    ]
    later = small.publish(
        spark, Path(runner.store.root), [(CONSENT_STATE, withdrawn)], ["activate"], SCHEMA
    )
    assert sorted(later.ledger.manifests) == [1, 2]
    sent = later.store.read(OUTBOX).filter("run_number = 2")
    assert_same_rows(
        sent.select("customer_id", "operation"),
        spark.createDataFrame([(3, "clear")], "customer_id long, operation string"),
    )


def test_upkeep_joins_files_and_what_was_published_stays(
    spark: SparkSession, runner: Runner
) -> None:
    few = "maintain.small_files=1"
    found = small.opened(spark, Path(runner.store.root), few, catalog=SCHEMA)
    store, published = found.store, found.ledger.manifest
    before = {name: store.read(table, published[name]).toArrow() for name, table in KEPT.items()}
    run_standalone(found, "maintain")
    detail = spark.sql(f"DESCRIBE DETAIL {store.catalog.address(OUTBOX)}").collect()[0]
    assert detail.numFiles == 1 and store.version(OUTBOX) != published[OUTBOX.name]
    for name, table in KEPT.items():
        assert store.read(table, published[name]).toArrow().equals(before[name])
