import math
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from chispa import assert_approx_df_equality
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.features.purchase_cells import purchase_cells, purchase_history
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.features import PURCHASE_CELLS

DAYS = [date(2025, 3, 1), date(2025, 6, 1)]
KEY = ("frequency", "recency_weeks", "age_weeks", "spend_bin")
COLUMNS = (
    "customer_id long, currency_first string, event_at timestamp, available_at timestamp, "
    "net_amount_first decimal(18,2), stands_from timestamp, stands_to timestamp, time_zone string"
)


def order(
    customer: int,
    at: str,
    amount: str,
    *,
    available: str | None = None,
    begins: str | None = None,
    cancelled: str | None = None,
    currency: str = "USD",
) -> tuple[Any, ...]:
    instants = [
        datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
        for text in (at, available or at, begins, cancelled)
    ]
    return (customer, currency, *instants[:2], Decimal(amount), *instants[2:], None)


@pytest.fixture(scope="module")
def history(spark: SparkSession) -> Callable[[list[tuple[Any, ...]]], dict[tuple[date, int], Any]]:
    def collected(orders: list[tuple[Any, ...]]) -> dict[tuple[date, int], Any]:
        found = purchase_history(spark.createDataFrame(orders, COLUMNS), DAYS).collect()
        assert len({(row.as_of, row.customer_id) for row in found}) == len(found)
        return {(row.as_of, row.customer_id): row for row in found}

    return collected


def test_a_day_sees_what_happened_and_was_known_before_it(history: Any) -> None:
    march, june = DAYS
    seen = history(
        [
            order(1, "2025-01-10T09:00", "10.00"),
            order(1, "2025-01-10T20:00", "5.00"),  # one purchase day
            order(1, "2025-02-20T12:00", "30.10"),
            order(
                1, "2025-02-25T12:00", "70.00", available="2025-03-01T00:00"
            ),  # known too late for March
            order(1, "2025-05-31T23:59", "20.00"),
            order(1, "2025-06-01T00:00", "99.00"),  # the day itself is not seen
            order(
                2, "2025-02-01T12:00", "40.00", cancelled="2025-03-02T00:00"
            ),  # still good in March
            order(
                2, "2025-02-01T12:00", "40.00", begins="2025-05-01T00:00"
            ),  # its cancellation taken back
            order(3, "2025-03-01T00:00", "1.00"),
            order(5, "2025-02-01T12:00", "6.00", cancelled="2025-02-02T00:00"),
            order(4, "2025-01-01T00:00", "9.00"),
            order(4, "2025-01-02T00:00", "8.00", currency="EUR"),
            order(4, "2025-01-03T00:00", "7.00", currency="EUR"),
        ]
    )
    one = seen[march, 1]
    assert (one.frequency, one.recency_days, one.age_days) == (1, 41, 50)
    assert (one.repeat_spend, one.mean_spend, one.total_spend) == (3010, 3010, 4510)
    later = seen[june, 1]
    assert (later.frequency, later.recency_days, later.age_days) == (3, 141, 142)
    assert later.mean_spend == pytest.approx((3010 + 7000 + 2000) / 3)
    assert later.last_purchase_on == date(2025, 5, 31)
    assert seen[march, 2].frequency == 0 and seen[march, 2].mean_spend is None
    assert (seen[june, 2].frequency, seen[june, 2].total_spend) == (0, 4000)
    assert (march, 3) not in seen and (june, 3) in seen and (june, 5) not in seen
    assert (seen[june, 4].currency, seen[june, 4].total_spend) == ("EUR", 1500)


def random_orders(random: Random, customers: int) -> list[tuple[Any, ...]]:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        (customer, "USD", at, at, Decimal(random.randint(0, 20_000)) / 100, None, None, None)
        for customer in range(1, customers + 1)
        for _ in range(random.randint(1, 9))
        for at in [start + timedelta(hours=random.randint(0, 150 * 24 - 1))]
    ]


def cells_by_hand(
    orders: list[tuple[Any, ...]], as_of: date
) -> tuple[Counter[Any], dict[Any, float]]:
    spends: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for customer, _, at, _, amount, *_ in orders:
        if at.date() < as_of:
            spends[customer][at.date()] += int(amount * 100)
    customers: Counter[Any] = Counter()
    logs: dict[Any, float] = defaultdict(float)
    for by_day in spends.values():
        first, last = min(by_day), max(by_day)
        x = len(by_day) - 1
        mean = sum(spend for day, spend in by_day.items() if day > first) / max(x, 1)
        key = (
            x,
            (last - first).days // 7,
            (as_of - first).days // 7,
            math.floor(math.log(mean) / 0.01) if mean else -1,
        )
        customers[key] += 1
        logs[key] += math.log(mean) if mean else 0.0
    return customers, logs


def cells_of(spark: SparkSession, orders: list[tuple[Any, ...]]) -> DataFrame:
    """The cells of both days by hand."""
    by_day = ((day, *cells_by_hand(orders, day)) for day in DAYS)
    counted = [
        (day, *key, number, logs[key])
        for day, customers, logs in by_day
        for key, number in customers.items()
    ]
    kinds = {name: PURCHASE_CELLS[name].type.simpleString() for name in (*KEY, "customers")}
    named = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    return spark.createDataFrame(counted, f"as_of date, {named}, log_spend double")


def test_cells_are_the_customers_counted(spark: SparkSession) -> None:
    orders = random_orders(Random(1), 60)
    history: DataFrame = purchase_history(spark.createDataFrame(orders, COLUMNS), DAYS)
    cells = conform(stamp_run(purchase_cells(history), PURCHASE_CELLS, 1, None), PURCHASE_CELLS)
    log_spend = F.coalesce(F.col("log_spend").cast("double"), F.lit(0.0)).alias("log_spend")
    assert_approx_df_equality(
        cells.select("as_of", *KEY, "customers", log_spend),
        cells_of(spark, orders),
        precision=1e-6,
        ignore_row_order=True,
        ignore_nullable=True,
    )
    weeks = F.floor(F.col("age_days") / F.col("customers") / 7)
    assert cells.filter(weeks != F.col("age_weeks")).isEmpty()
