"""Gold is what every reader says it is: Spark, delta-rs twice, Polars and DuckDB, at the published
version.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder
from pyspark.sql import SparkSession

from holdfast.jobs.cli.gold_file import write_gold
from holdfast.jobs.runtime.storage.store import WriteId
from holdfast.transformations.tables.gold import (
    ACTION_EFFECTS,
    BAND_CHANGES,
    CALENDAR,
    CALL_QUEUE,
    TABLES,
)
from tests.duck import load_delta
from tests.fixtures import shop as small

# A first day has no changes of bands, and no play is for customers whose labels nobody knows.
EMPTY = {table.name for table in (BAND_CHANGES, ACTION_EFFECTS, CALL_QUEUE)}

Read = Callable[[str, int], pa.Table]


def delta_rs(path: str, version: int) -> pa.Table:
    return DeltaTable(path, version=version).to_pyarrow_table()


def delta_rs_sql(path: str, version: int) -> pa.Table:
    table = DeltaTable(path, version=version)
    return pa.table(QueryBuilder().register("t", table).execute("SELECT * FROM t"))


def polars(path: str, version: int) -> pa.Table:
    return pl.read_delta(path, version=version).to_arrow()


def duck(path: str, version: int) -> pa.Table:
    with duckdb.connect() as connection:
        load_delta(connection)
        return connection.sql(
            f"SELECT * FROM delta_scan('{path}', version => {version})"
        ).to_arrow_table()


@dataclass(frozen=True)
class Published:
    """The shop's gold tables: where they lie, at which version, and what Spark reads there."""

    root: Path
    versions: dict[str, int]
    spark_rows: dict[str, pa.Table]

    def path(self, name: str) -> str:
        return str(self.root / name.replace(".", "/"))

    @cached_property
    def tables(self) -> list[DeltaTable]:
        return [
            DeltaTable(self.path(name), version=version) for name, version in self.versions.items()
        ]


@pytest.fixture(scope="module")
def published(spark: SparkSession, shop: Path) -> Iterator[Published]:
    """The shop, its calendar emptied after publication: who reads the newest version reads
    something else.
    """
    runner = small.opened(spark, shop)
    versions = {
        name: version
        for name, version in runner.ledger.manifest.items()
        if name.startswith("gold.")
    }
    nothing = spark.createDataFrame([], CALENDAR.schema)
    runner.store.write(CALENDAR, nothing, WriteId(1, "tests.later"))
    contracts = {table.name: table for table in TABLES}
    yield Published(
        shop,
        versions,
        {name: runner.store.read(contracts[name], v).toArrow() for name, v in versions.items()},
    )
    runner.store.restore(CALENDAR, versions[CALENDAR.name])


def alike(table: pa.Table, like: pa.Table) -> list[dict[str, Any]]:
    """Rows in an order of their own, in the types of `like`: readers differ in how they name
    strings and zones.
    """
    shaped = table.select(like.column_names).cast(like.schema)
    return sorted(shaped.to_pylist(), key=repr)


@pytest.mark.parametrize("read", [delta_rs, delta_rs_sql, polars, duck])
def test_every_reader_sees_the_same_rows(published: Published, read: Read) -> None:
    assert len(published.versions) == len(TABLES) - 1  # all but the manifest itself
    for name, version in published.versions.items():
        expected = published.spark_rows[name]
        found = read(published.path(name), version)
        assert expected.num_rows > 0 or name in EMPTY, name
        assert found.column_names == expected.column_names, name
        assert alike(found, expected) == alike(expected, expected), name


def test_a_shared_file_holds_the_same_rows(published: Published, tmp_path: Path) -> None:
    file = tmp_path / "gold.duckdb"
    run = write_gold(str(published.root), "", file)
    with duckdb.connect(file, read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, expected in published.spark_rows.items():
            found = connection.sql(f"SELECT * FROM {name}").to_arrow_table()
            assert found.column_names == expected.column_names, name
            assert alike(found, expected) == alike(expected, expected), name
        newest = connection.sql("SELECT max(run_number) FROM published_runs").fetchall()
    assert newest == [(run,)]


def test_a_bare_path_is_the_newest_version_and_not_the_published_one(published: Published) -> None:
    assert DeltaTable(published.path(CALENDAR.name)).to_pyarrow_table().num_rows == 0
    assert published.spark_rows[CALENDAR.name].num_rows > 700


def test_the_oldest_protocol_is_enough(published: Published) -> None:
    assert {table.protocol().min_reader_version for table in published.tables} == {1}


def test_no_column_is_double_nested_or_without_a_comment(published: Published) -> None:
    fields = [
        (table.metadata().name, field)
        for table in published.tables
        for field in table.schema().fields
    ]
    assert [field.name for _, field in fields if not field.metadata.get("comment")] == []
    plain = {"string", "long", "integer", "date", "timestamp", "boolean"}
    assert {
        kind for _, field in fields if not (kind := str(field.type.type)).startswith("decimal")
    } <= plain


REVENUE_AT_RISK = """
    SELECT c.main_channel, c.currency,
      sum(round(s.churn_probability * v.value_if_stays_amount, 2)) AS at_risk
    FROM customer_360 c
    JOIN churn_scores s ON s.customer_id = c.customer_id AND s.as_of = c.as_of
    JOIN customer_values v
      ON v.customer_id = c.customer_id AND v.as_of = c.as_of AND v.currency = c.currency
    WHERE v.horizon_days = s.horizon_days AND c.score_status = 'scored' GROUP BY ALL"""


def test_revenue_at_risk_by_channel_by_equality_joins_in_duckdb_alone(published: Published) -> None:
    with duckdb.connect() as connection:
        load_delta(connection)
        for name, version in published.versions.items():
            connection.execute(
                f"CREATE VIEW {name.partition('.')[2]} AS "
                f"SELECT * FROM delta_scan('{published.path(name)}', version => {version})"
            )
        found = {
            (channel, currency): float(amount)
            for channel, currency, amount in connection.sql(REVENUE_AT_RISK).fetchall()
        }
    by_hand: dict[tuple[str, str], float] = {}
    for i in small.SCORED:
        key = (small.CHANNELS[i % 3], "EUR" if i == 20 else "USD")
        by_hand[key] = by_hand.get(key, 0) + i / 32 * 40 * i
    in_spark: dict[tuple[str, str], float] = {}
    for row in published.spark_rows["gold.customer_360"].to_pylist():
        if row["value_at_risk_amount"] is not None:
            key = (row["main_channel"], row["currency"])
            in_spark[key] = in_spark.get(key, 0) + float(row["value_at_risk_amount"])
    assert found == pytest.approx(by_hand, abs=0.05) and found == pytest.approx(in_spark, abs=1e-6)
