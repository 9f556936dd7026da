"""Figures and cohorts of the job itself, compared with hand-written queries over the rows without
poison.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from scipy.stats import binomtest

from holdfast.transformations.kpis.registry import BY_NAME
from holdfast.transformations.tables.gold import COHORTS, KPIS
from tests.fixtures import figures as fixture
from tests.fixtures import shop as small
from tests.jobs import kpi_queries

KEY: Final = ("period_kind", "period_start_on", "dimension", "dimension_value", "currency")
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
# What each figure waits for: days after the first day of its period, or after its last.
WAITS: Final = {
    "churn_rate": ("start", 90),
    "second_order_rate": ("end", 90),
    "realised_value_ratio": ("end", 90),
    "value_forecast_error": ("end", 90),
    "early_value_to_cost": ("end", 90),
    "value_to_cost": ("end", 9999),
    "worthwhile_acquisition_cost": ("end", 9999),
}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def found(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """gold.kpis and gold.cohorts of clean rows and poison together."""
    clean, poison = fixture.make_rows()
    tables = [(table, [*values, *poison[table]]) for table, values in clean.items()]
    root: Path = tmp_path_factory.mktemp("kpis") / "root"
    runner = small.publish(spark, root, tables, ["build_kpis"], day=fixture.DAY)
    kpis, cohorts = (runner.store.read(table).collect() for table in (KPIS, COHORTS))
    return [row.asDict() for row in kpis], [row.asDict() for row in cohorts]


@pytest.fixture(scope="module")
def kpis(found: tuple[Any, Any]) -> list[Row]:
    return list(found[0])


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """The clean rows alone, by the short names of their tables; amounts are decimals."""
    connection = duckdb.connect()
    for table, values in fixture.make_rows()[0].items():
        frame = pd.DataFrame([{k: _exact(v) for k, v in row.items()} for row in values])
        connection.register(table.short_name, frame.astype(object).where(frame.notna(), None))
    connection.execute(f"create table day as select date '{fixture.DAY}' as d")
    connection.execute(kpi_queries.VIEWS)
    yield connection
    connection.close()


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def by_key(kpis: list[Row], name: str) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[column] for column in KEY): row for row in kpis if row["kpi_name"] == name}


def test_every_kpi_has_its_query() -> None:
    assert set(kpi_queries.QUERIES) == set(BY_NAME)


@pytest.mark.parametrize("name", kpi_queries.QUERIES)
def test_a_figure_is_what_the_query_gives_to_the_last_unit(
    kpis: list[Row], db: duckdb.DuckDBPyConnection, name: str
) -> None:
    mine, is_sum = by_key(kpis, name), BY_NAME[name].kind == "sum"
    asked = db.execute(kpi_queries.QUERIES[name]).fetchall()
    theirs = {row[:5]: row[5:] for row in asked if row[5] or row[6]}
    assert len(theirs) > 10
    assert set(mine) == set(theirs)
    for key, (above, below, customers) in theirs.items():
        row = mine[key]
        assert row["numerator"] == Decimal(str(above)), key
        assert row["denominator"] == (None if is_sum else Decimal(str(below))), key
        assert row["customers"] == customers, key
        assert row["value"] == _quotient(Decimal(str(above)), below), key


def _quotient(above: Decimal, below: Any) -> Decimal | None:
    if below is None:
        return above
    is_known = below > 0
    exact = above / Decimal(str(below)) if is_known else Decimal(0)
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP) if is_known else None


def test_values_of_an_exclusive_dimension_add_up_to_the_total(kpis: list[Row]) -> None:
    frame = pd.DataFrame(kpis).fillna({"denominator": 0})
    keys = ["kpi_name", "period_kind", "period_start_on", "currency"]
    totals = frame[frame["dimension"] == "all"].set_index(keys)[["numerator", "denominator"]]
    cut = frame[(frame["dimension"] != "all") & frame["is_exclusive"]]
    sums = cut.groupby([*keys, "dimension"])[["numerator", "denominator"]].sum().reset_index()
    joined = sums.set_index(keys).join(totals, rsuffix="_all", how="left")
    assert set(cut["dimension"]) == {
        *("acquired_through", "channel", "tenure", "product_line", "message_channel"),
        "value_decile",
    }
    assert (joined["numerator"] == joined["numerator_all"]).all()
    assert (joined["denominator"] == joined["denominator_all"]).all()
    overlapping = frame[(frame["dimension"] == "product_line") & ~frame["is_exclusive"]]
    assert "orders" in set(overlapping["kpi_name"]) and "return_rate" not in set(
        overlapping["kpi_name"]
    )


def test_a_figure_is_complete_once_all_it_waits_for_has_passed(kpis: list[Row]) -> None:
    for row in kpis:
        start = row["period_start_on"]
        number = start.year * 12 + start.month - 1 + MONTHS[row["period_kind"]]
        end = date(number // 12, number % 12 + 1, 1)
        edge, days = WAITS.get(row["kpi_name"], ("end", 0))
        if row["kpi_name"].startswith("recency"):
            edge = "start"
        until = {"start": start, "end": end}[edge] + timedelta(days=days)
        assert row["is_complete"] == (until <= fixture.DAY), row
    assert {row["is_complete"] for row in kpis} == {True, False}


def test_intervals_of_shares_are_those_of_wilson(kpis: list[Row]) -> None:
    shares = [row for row in kpis if BY_NAME[row["kpi_name"]].kind == "share"]
    for row in shares[::37]:
        expected = binomtest(int(row["numerator"]), int(row["denominator"])).proportion_ci(
            0.9, "wilson"
        )
        assert float(row["low"]) == pytest.approx(expected.low, abs=1e-6)
        assert float(row["high"]) == pytest.approx(expected.high, abs=1e-6)


def test_intervals_of_ratios_follow_from_how_customers_differ(
    kpis: list[Row], db: duckdb.DuckDBPyConnection
) -> None:
    found = by_key(kpis, "average_order_value")
    checked = 0
    for (kind, start, dim, _, currency), row in found.items():
        if (kind, dim) != ("quarter", "all"):
            continue
        per_customer = db.execute(
            "select sum(amount)::double, count(*)::double from o join p on ordered_on >= s and "
            "ordered_on < e where kind = 'quarter' and s = ? and currency = ? group by customer_id",
            [start, currency],
        ).fetchnumpy()
        above, below = per_customer.values()
        ratio, many = above.sum() / below.sum(), len(above)
        if many == 1:
            assert row["low"] is None and row["high"] is None
            continue
        left = ((above - ratio * below) ** 2).sum() * many / (many - 1)
        error = 1.6448536 * np.sqrt(left) / below.sum()
        assert float(row["low"]) == pytest.approx(ratio - error, abs=1e-4)
        assert float(row["high"]) == pytest.approx(ratio + error, abs=1e-4)
        checked += 1
    assert checked > 5


def test_costs_of_campaigns_are_known_and_the_number_of_customers_is_not(kpis: list[Row]) -> None:
    found = [row for row in by_key(kpis, "acquisition_cost").values() if row["denominator"] > 1]
    assert found
    for row in found:
        value, customers = float(row["value"]), float(row["denominator"])
        error = 1.6448536 * value / np.sqrt(customers - 1)
        assert float(row["low"]) == pytest.approx(value - error, abs=1e-4)
        assert float(row["high"]) == pytest.approx(value + error, abs=1e-4)


def test_a_month_without_orders_has_no_figures_of_orders(kpis: list[Row]) -> None:
    empty = [
        row["kpi_name"]
        for row in kpis
        if row["period_start_on"] == date(2024, 9, 1) and row["period_kind"] == "month"
    ]
    assert "churn_rate" in empty
    assert not {"orders", "net_revenue", "average_order_value", "order_frequency"} & set(empty)


def test_cohorts_are_what_the_query_gives_and_add_up_to_the_orders(
    found: tuple[Any, Any], db: duckdb.DuckDBPyConnection
) -> None:
    _, cohorts = found
    theirs = {row[:3]: row[3:] for row in db.execute(kpi_queries.COHORTS).fetchall()}
    mine = {
        (row["cohort_on"], row["months_since"], row["currency"]): (
            *(row["active_customers"], row["orders"], row["revenue_amount"]),
        )
        for row in cohorts
        if row["orders"]
    }
    assert mine == theirs
    total = db.execute("select currency, count(*), sum(amount) from o group by all").fetchall()
    for currency, orders, revenue in total:
        own = [row for row in cohorts if row["currency"] == currency]
        assert sum(row["orders"] or 0 for row in own) == orders
        assert sum(row["revenue_amount"] or 0 for row in own) == revenue
    censored = {row["month_on"] for row in cohorts if not row["is_observed"]}
    assert min(censored) == date(2026, 1, 1)
    assert all(row["projected_active_customers"] is None for row in cohorts if row["is_observed"])
