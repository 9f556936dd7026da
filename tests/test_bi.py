"""The statements of docs/bi.md run as they stand there, in DuckDB and in Spark."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.tables.gold import (
    BAND_CHANGES,
    COHORTS,
    CUSTOMER_REFUNDS,
    CUSTOMER_SEGMENTS,
    KPIS,
    SEGMENT_MIGRATIONS,
    TABLES,
)
from holdfast.transformations.tables.table import Table
from tests.architecture.rule import REPOSITORY
from tests.fixtures import shop as small

PAGE: Final = (REPOSITORY / "docs" / "bi.md").read_text(encoding="utf-8")
QUESTION: Final = r"^## (\d+)\. [^#]+?```sql\n([^`]+)```\n\nColumns: (`[^#]+?`)\n"
STATEMENTS: Final = {
    int(number): sql for number, sql, _ in re.findall(QUESTION, PAGE, re.MULTILINE)
}
COLUMNS: Final = {
    int(number): re.findall(r"`(\w+)`", names)
    for number, _, names in re.findall(QUESTION, PAGE, re.MULTILINE)
}
CONTRACTS: Final = {table.short_name: table for table in TABLES}
Rows = list[dict[str, Any]]


def view(table: Table) -> str:
    return table.name.replace(".", "_")


def of_month(kpi: str, value: float, dimension: str = "all", of: str = "all") -> dict[str, Any]:
    cut = {"dimension": dimension, "dimension_value": of}
    period = {"period_kind": "month", "period_start_on": date(2025, 9, 1)}
    figure = {"kpi_name": kpi, "value": value, "low": value / 2, "high": 2 * value}
    return {**cut, **period, **figure, "customers": 8, "is_complete": True}


def of_cohort(months: int, active: int | None, *, is_observed: bool = True) -> dict[str, Any]:
    counts = {"months_since": months, "customers": 8, "active_customers": active}
    return {"cohort_on": date(2025, 11, 1), "currency": "USD", "is_observed": is_observed, **counts}


def refund(number: int, counts_as: str, amount: int) -> dict[str, Any]:
    of = {"refund_id": f"shop:x{number}", "counts_as": counts_as, "refund_amount": amount}
    return {**of, "customer_id": 1, "refunded_on": date(2025, 12, 31), "currency": "USD"}


def moved(customer: int, day: date = small.DAY, *, is_worse: bool | None = True) -> dict[str, Any]:
    bands = {"from_band": "medium", "to_band": "high", "to_probability": customer / 32}
    key = {"as_of": day, "customer_id": customer, "horizon_days": 90}
    return {**key, **bands, "is_worse": is_worse}


def went(to: str, customers: int, kind: str = "segment", day: date = small.DAY) -> dict[str, Any]:
    labels = {"label_kind": kind, "from_label": "often", "to_label": to}
    return {"as_of": day, "from_on": date(2025, 12, 1), "customers": customers, **labels}


EARLIER: Final = date(2025, 12, 1)
# What the small shop has no rows of.
BY_HAND: Final[list[tuple[Table, Rows]]] = [
    (
        CUSTOMER_SEGMENTS,
        [
            *(
                {
                    "as_of": day,
                    "customer_id": i,
                    "segment": "often" if i in (1, 2, 3) else "rarely",
                    "value_tier": "top" if i in (16, 18, 20) else "bottom" if i <= 4 else None,
                }
                for i in small.PEOPLE
                for day in (EARLIER, small.DAY)
            )
        ],
    ),
    (
        SEGMENT_MIGRATIONS,
        [went("rarely", 3), went("new", 1, "lifecycle"), went("x", 9, day=EARLIER)],
    ),
    (BAND_CHANGES, [moved(16), moved(18), moved(8, is_worse=False), moved(4, EARLIER), moved(24)]),
    (CUSTOMER_REFUNDS, [refund(1, "order", 4), refund(2, "customer", 2), refund(3, "shipping", 5)]),
    (
        KPIS,
        [
            of_month("second_order_rate", 0.25),
            of_month("second_order_rate", 0.5, "acquired_through", "email"),
            of_month("message_open_rate", 0.4, "message_channel", "email"),
            of_month("message_click_rate", 0.1, "message_channel", "email"),
            of_month("message_click_rate", 0.2, "message_channel", "sms"),
        ],
    ),
    (COHORTS, [of_cohort(0, 8), of_cohort(1, 2), of_cohort(2, None, is_observed=False)]),
]


@pytest.fixture(scope="module")
def bi(shop: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small shop as the page opens it, and beside it the rows by hand."""
    snippet = re.findall(r"```python\n(import duckdb\n[^`]+)```", PAGE)[0]
    names: dict[str, Any] = {}
    exec(snippet.replace("ROOT", str(shop)), names)
    connection: duckdb.DuckDBPyConnection = names["bi"]
    for table, rows in BY_HAND:
        connection.unregister(view(table))
        shape = ", ".join(f"{c.name} {c.type.simpleString()}" for c in table.columns)
        connection.execute(f"CREATE TABLE {view(table)} ({shape})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(
                f"INSERT INTO {view(table)} ({', '.join(row)}) VALUES ({marks})", [*row.values()]
            )
    yield connection
    connection.close()


def at_risk(i: int) -> float:
    """Probability of leaving times the value of staying: see tests/fixtures/shop.py."""
    return i / 32 * 40 * i


def to_come(people: range) -> float:
    return sum((32 - i) / 32 * 40 * i for i in people)


DOLLARS: Final = 20 * 22 + sum(range(1, 23)) - 40  # of orders in December, all but number 20's
ANSWERS: Final[dict[int, list[tuple[Any, ...]]]] = {
    1: [(small.DAY, 24, 23, 22, 20)],
    2: [
        ("rarely", 17, round((210 - 6) / 32 / 17, 4), round((210 - 6) / 32, 1)),
        ("often", 3, 0.0625, 0.2),  # (1 + 2 + 3) / 32
    ],
    3: [(2025, 9, 8, 0.25, 0.125, 0.5, True)],
    4: [
        (2025, 3, "USD", 43, 0, 43),
        (2025, 12, "EUR", 40, 0, 40),
        (2025, 12, "USD", DOLLARS, 6, DOLLARS - 6),
    ],
    5: [("top", "EUR", 1, 40), ("top", "USD", 2, 37), ("bottom", "USD", 4, 22.5)],
    6: [
        (18, 90, "medium", "high", "USD", at_risk(18)),
        (16, 90, "medium", "high", "USD", at_risk(16)),
        (24, 90, "medium", "high", None, None),
    ],
    7: [(EARLIER, small.DAY, "often", "rarely", 3)],
    8: [(date(2025, 11, 1), 0, "USD", 8, 8, 1), (date(2025, 11, 1), 1, "USD", 8, 2, 0.25)],
    9: [
        ("app", "EUR", 1, 300, 300),  # 12 / 32 of 800
        ("web", "USD", 6, to_come(range(3, 20, 3)), to_come(range(3, 20, 3)) / 6),
        ("app", "USD", 6, to_come(range(2, 20, 3)), to_come(range(2, 20, 3)) / 6),
        ("pos", "USD", 7, to_come(range(1, 20, 3)), to_come(range(1, 20, 3)) / 7),
    ],
    10: [
        ("price", "EUR", 1, at_risk(20)),
        ("service", "USD", 10, sum(map(at_risk, range(1, 20, 2)))),
        ("price", "USD", 9, sum(map(at_risk, range(2, 20, 2)))),
    ],
    11: [(2025, 9, "email", 0.4, 0.1, None), (2025, 9, "sms", None, 0.2, None)],
    12: [(90, "USD", 1, 1, 3, 30), (365, "USD", 1, 1, 12, 120)],
}


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(float(value) if isinstance(value, Decimal) else value for value in row)


def test_the_page_asks_twelve_questions() -> None:
    assert list(STATEMENTS) == list(range(1, 13))
    assert PAGE.count("```sql") == 12


@pytest.mark.parametrize("number", STATEMENTS)
def test_a_statement_gives_the_answer_by_hand(bi: duckdb.DuckDBPyConnection, number: int) -> None:
    found = bi.sql(STATEMENTS[number])
    rows = [plain(row) for row in found.fetchall()]
    assert found.columns == COLUMNS[number]
    assert len(rows) == len(ANSWERS[number])
    for row, expected in zip(rows, ANSWERS[number], strict=True):
        assert row == pytest.approx(expected, abs=0.0051), rows


def test_spark_gives_each_statement_the_same_columns(spark: SparkSession) -> None:
    for table in TABLES:
        spark.createDataFrame([], table.schema).createOrReplaceTempView(view(table))
    found = {number: spark.sql(sql).columns for number, sql in STATEMENTS.items()}
    for table in TABLES:
        spark.catalog.dropTempView(view(table))
    assert found == COLUMNS


def test_every_join_is_by_equality_alone() -> None:
    for number, sql in STATEMENTS.items():
        joins = re.findall(
            r"\bon (.+?)(?=\b(?:left join|join|where|group|order)\b)", sql, re.DOTALL
        )
        assert len(joins) == sql.count("join "), number
        terms = [term.strip() for join in joins for term in join.split(" and ")]
        assert [t for t in terms if not re.fullmatch(r"\w\.\w+ = \w\.\w+", t)] == [], number


def test_the_diagram_joins_on_columns_that_there_are() -> None:
    edges = re.findall(r'^  (\w+) \|\|--o\{ (\w+) : "(.+)"$', PAGE, re.MULTILINE)
    assert len(edges) == PAGE.count("||--o{") > 10
    for one, many, columns in edges:
        for left, right in (pair.split(" = ") for pair in columns.split(", ")):
            assert left in CONTRACTS[one].names, (one, left)
            assert right in CONTRACTS[many].names, (many, right)
