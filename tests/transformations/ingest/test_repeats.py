"""What of a delivery says nothing new, and what bronze holds after any deliveries in any order."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Final, NamedTuple

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.ingest import repeats
from holdfast.transformations.ingest.batch import count_outcomes, select_accepted
from holdfast.transformations.ingest.records import FILE, ROWS
from holdfast.transformations.reasons import REASONS
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.tables.ops import QUARANTINE


class Row(NamedTuple):
    """A record as it stood in a file of a month."""

    key: str
    says: str
    month: int = 0


Delivery = Sequence[Row]
COLUMNS: Final = {"id": "string", "at": "timestamp"}
ORDER: Final[dict[str, Any]] = {
    "table": "silver.orders",
    "columns": {
        "order_id": "id",
        "channel": "'web'",
        "currency": "'USD'",
        "net_amount": "1",
        "discount_amount": "0",
        "event_at": "at",
        "available_at": "at",
        "version_at": "at",
    },
}
PARTIES: Final = {
    "table": "silver.parties",
    "group_by": ["id"],
    "columns": {"party_kind": "'guest'", "event_at": "min(at)", "available_at": "min(at)"},
}


def mapping(target: dict[str, Any], **more: Any) -> RawTable:
    values = {"files": "*.csv", "format": "csv", "party": "id", "columns": {**COLUMNS, **more}}
    return parse_mapping("shop", "orders", {**values, "targets": [target]})


PLAIN: Final = mapping(ORDER)
DATED: Final = mapping(ORDER, seen={"type": "timestamp", "path": "_file_time"})
LINES: Final = mapping(PARTIES)
A, B = Row("1", "A"), Row("1", "B")


def at(month: int) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=30 * month)


class Bronze:
    """What bronze holds after each delivery, and what each counted as loaded and as duplicate."""

    def __init__(self, spark: SparkSession, raw: RawTable) -> None:
        self.spark, self.raw = spark, raw
        self.rows: list[tuple[Any, ...]] = []
        self.quarantine: DataFrame | None = None
        self.runs = 0

    def deliver(self, delivery: Delivery, *, is_few: bool = True) -> tuple[int, int]:
        """Loaded and duplicate rows of a delivery, each month a file of it."""
        self.runs += 1
        names = ("id", "row_hash", "seen", FILE)
        new = [(r.key, f"{r.key}{r.says}", at(r.month), f"{r.month:02d}.csv") for r in delivery]
        frame = self._frame(names, new).withColumns(
            {REASONS: F.array().cast("array<string>"), ROWS: F.lit(1)}
        )
        ((_, ranked),) = repeats.rank_rows([(self.raw, frame)])
        held = self._frame((*names, "run_number"), self.rows) if self.rows else None
        if held is not None and self.quarantine is not None:
            held = repeats.drop_refused_by_load(held, self.quarantine, self.raw)
        said = repeats.select_said(ranked, self.raw, held, is_few=is_few)
        marked = repeats.mark_said(
            [(self.raw, ranked)], {} if said is None else {self.raw.table.name: said}
        )
        rows = select_accepted(marked[0][1]).select(*names).collect()
        self.rows += [(*row, self.runs) for row in rows]
        outcomes = count_outcomes(marked).collect()
        return sum(o.rows_loaded for o in outcomes), sum(o.rows_duplicate for o in outcomes)

    def held(self) -> list[tuple[Any, ...]]:
        """What is in bronze of which silver is made: values, and the time of the file."""
        is_dated = self.raw.file_time is not None
        return sorted({(row[1], row[2].astimezone(UTC) if is_dated else None) for row in self.rows})

    def _frame(self, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> DataFrame:
        kinds = {"seen": "timestamp", "run_number": "bigint"}
        schema = ", ".join(f"{name} {kinds.get(name, 'string')}" for name in names)
        return self.spark.createDataFrame(list(rows), schema)


def test_rows_that_bronze_holds_are_duplicates_and_are_not_stored_again(
    spark: SparkSession,
) -> None:
    bronze = Bronze(spark, PLAIN)
    assert bronze.deliver([Row("1", "a"), Row("2", "a")]) == (2, 0)
    assert bronze.deliver([Row("1", "a"), Row("2", "b"), Row("3", "a")]) == (2, 1)
    assert bronze.deliver([Row("1", "a"), Row("2", "b"), Row("3", "a")], is_few=False) == (0, 3)
    assert len(bronze.rows) == 4


@pytest.mark.parametrize("raw", [PLAIN, DATED], ids=["plain", "dated"])
def test_a_record_that_came_back_to_what_it_said_is_no_duplicate(
    spark: SparkSession, raw: RawTable
) -> None:
    bronze = Bronze(spark, raw)
    rows = [A._replace(month=1), B._replace(month=2), A._replace(month=3), A._replace(month=4)]
    assert [bronze.deliver([row]) for row in rows] == [(1, 0), (1, 0), (1, 0), (0, 1)]


def test_old_versions_of_a_record_that_come_with_its_newest_are_duplicates(
    spark: SparkSession,
) -> None:
    bronze = Bronze(spark, PLAIN)
    counts = [bronze.deliver(rows) for rows in ([A], [A, B], [A, B], [B, A])]
    assert counts == [(1, 0), (1, 1), (0, 2), (0, 2)]


def test_of_versions_that_came_at_once_none_came_back(spark: SparkSession) -> None:
    for one in (A, B):
        bronze = Bronze(spark, PLAIN)
        assert [bronze.deliver(rows) for rows in ([A, B], [one])] == [(2, 0), (0, 1)]


def test_a_key_that_no_column_gives_leaves_the_row_to_its_hash(spark: SparkSession) -> None:
    columns = {**ORDER["columns"], "order_id": "idd"}
    bronze = Bronze(spark, mapping({**ORDER, "columns": columns}))
    assert [bronze.deliver([row]) for row in (A, B, A)] == [(1, 0), (1, 0), (0, 1)]


def test_parts_of_a_group_count_once_whatever_came_between(spark: SparkSession) -> None:
    bronze = Bronze(spark, LINES)
    assert [bronze.deliver([row]) for row in (A, B, A)] == [(1, 0), (1, 0), (0, 1)]


def test_a_row_that_was_refused_for_the_day_of_its_loading_is_tried_again(
    spark: SparkSession, rows: Callable[..., DataFrame]
) -> None:
    bronze = Bronze(spark, PLAIN)
    delivery = [Row(key, "A") for key in ("1", "2", "3", "4")]
    assert bronze.deliver(delivery) == (4, 0)
    filled = {"run_number": 1, "source": "shop", "raw_table": "orders", "input": "a", "at": at(0)}
    kept = [
        {**filled, "stage": "standardise", "row_hash": "1A:2", "reasons": "null:x,future_date"},
        {**filled, "stage": "standardise", "row_hash": "2A", "reasons": "check:net_amount"},
        {**filled, "stage": "ingest", "row_hash": "3A", "reasons": "future_date"},
        {
            **filled,
            "stage": "standardise",
            "row_hash": "4A",
            "reasons": "future_date",
            "source": "",
        },
    ]
    bronze.quarantine = rows(QUARANTINE, kept)
    assert bronze.deliver(delivery) == (1, 3)
    assert [row[1] for row in bronze.rows[4:]] == ["1A"]


@pytest.mark.parametrize("raw", [PLAIN, DATED], ids=["plain", "dated"])
def test_bronze_holds_the_same_whatever_the_order_of_files_and_deliveries(
    spark: SparkSession, raw: RawTable
) -> None:
    files = [
        [Row("1", "A", 1), Row("2", "x", 1)],
        [Row("1", "B", 2), Row("2", "x", 2)],
        [Row("1", "A", 3), Row("2", "x", 3), Row("3", "x", 3)],
    ]
    bronze, orders = Bronze(spark, raw), list(permutations(files))
    for step in range(len(files)):  # each order has records of its own
        bronze.deliver(
            [
                row._replace(key=f"{place}-{row.key}")
                for place, order in enumerate(orders)
                for row in order[step]
            ]
        )
    for place in range(len(orders)):
        said = {(row.key, row.says, row.month) for rows in files for row in rows}
        wanted = {
            (f"{place}-{key}{says}", at(month) if raw.file_time else None)
            for key, says, month in said
        }
        assert {one for one in bronze.held() if one[0].startswith(f"{place}-")} == wanted


def test_files_that_come_at_once_are_in_the_order_of_their_time(spark: SparkSession) -> None:
    bronze = Bronze(spark, DATED)
    rows = [A._replace(month=1), B._replace(month=2), A._replace(month=3), A._replace(month=4)]
    assert bronze.deliver(rows) == (3, 1)
    assert bronze.held() == [("1A", at(1)), ("1A", at(3)), ("1A", at(4)), ("1B", at(2))]
