"""Labels against a model in plain Python, and their edges by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.features.labels import churn_and_value, outcome_under_old_map
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.silver import IDENTITY_MAP, ORDERS, REFUND_LINES
from tests.factories import rows
from tests.frames import assert_same_rows

D = date(2025, 7, 1)
DAYS = [D - timedelta(days=120), D]
MIDNIGHT = datetime(2025, 7, 1, tzinfo=UTC)
H, ELIGIBLE = 90, 180
Order = dict[str, Any]
Label = tuple[int, Decimal, bool, bool | None]  # orders, revenue, eligible, churned


def order(customer: int, at: datetime, **more: Any) -> Order:
    return {
        "party_id": f"{customer}",
        "event_at": at,
        "available_at": at,
        "net_amount": Decimal(10),
        "currency": "USD",
        "cancelled_at": None,
        **more,
    }


def expected(orders: list[Order], refunds: list[Order], day: date) -> Label:
    """Labels of one customer by their definition."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end, first = start + timedelta(days=H), start - timedelta(days=ELIGIBLE)
    after = [o for o in orders if start <= o["event_at"] < end and o["cancelled_at"] is None]
    before = [
        o
        for o in orders
        if first <= o["event_at"] < start
        and o["available_at"] < start
        and (o["cancelled_at"] is None or o["cancelled_at"] >= start)
    ]
    kept = {o["order_id"] for o in orders if o["cancelled_at"] is None}
    given = [
        r
        for r in refunds
        if start <= r["event_at"] < end and r["order_id"] in kept and r["currency"] == "USD"
    ]
    revenue = sum((o["net_amount"] for o in after if o["currency"] == "USD"), Decimal(0))
    revenue -= sum((r["refund_amount"] for r in given), Decimal(0))
    return len(after), revenue, bool(before), (not after) if before else None


BY_HAND: list[tuple[str, list[Order], Label]] = [
    (
        "a window begins at midnight of its day and ends before the day H later",
        [
            order(0, MIDNIGHT),
            order(0, MIDNIGHT + timedelta(days=H)),
            order(0, MIDNIGHT - timedelta(days=1)),
        ],
        (1, Decimal(10), True, False),
    ),
    (
        "whoever bought nothing in the eligibility window is not asked",
        [order(0, MIDNIGHT - timedelta(days=ELIGIBLE, seconds=1))],
        (0, Decimal(0), False, None),
    ),
    (
        "its first instant counts",
        [order(0, MIDNIGHT - timedelta(days=ELIGIBLE))],
        (0, Decimal(0), True, True),
    ),
    (
        "an order cancelled after its window is no order of the window",
        [
            order(0, MIDNIGHT - timedelta(days=9)),
            order(0, MIDNIGHT + timedelta(days=9), cancelled_at=MIDNIGHT + timedelta(days=300)),
        ],
        (0, Decimal(0), True, True),
    ),
    (
        "what is cancelled after the day still makes its buyer eligible, as known on the day",
        [order(0, MIDNIGHT - timedelta(days=9), cancelled_at=MIDNIGHT)],
        (0, Decimal(0), True, True),
    ),
    (
        "what was known too late does not",
        [order(0, MIDNIGHT - timedelta(days=9), available_at=MIDNIGHT)],
        (0, Decimal(0), False, None),
    ),
    (
        "an order in another currency is an order, and no revenue",
        [
            order(0, MIDNIGHT - timedelta(days=9)),
            order(0, MIDNIGHT + timedelta(days=9), currency="EUR"),
        ],
        (1, Decimal(0), True, False),
    ),
]


def random_orders(dice: Random, customer: int) -> list[Order]:
    found = []
    for _ in range(dice.randint(0, 9)):
        at = MIDNIGHT + timedelta(days=dice.randint(-320, 100), hours=dice.choice([0, 0, 13]))
        found.append(
            order(
                customer,
                at,
                available_at=at + timedelta(days=dice.choice([0, 0, 0, 3, 60])),
                net_amount=Decimal(dice.randint(1, 9999)) / 100,
                currency=dice.choice(["USD", "USD", "EUR"]),
                cancelled_at=at + timedelta(days=dice.choice([1, 30, 90]))
                if dice.random() < 0.3
                else None,
            )
        )
    return found


def refund(order: Order, at: datetime) -> dict[str, Any]:
    return {
        "refund_line_id": f"r{order['order_id']}",
        "order_id": order["order_id"],
        "currency": order["currency"],
        "refund_amount": Decimal(2),
        "event_at": at,
    }


@pytest.fixture(scope="module")
def found(
    spark: SparkSession,
) -> tuple[dict[int, list[Order]], list[Order], dict[tuple[int, date], Any]]:
    """Orders by customer, refunds, and labels by customer and day: customers by hand first, then
    150 random ones.
    """
    dice = Random(5)
    orders = {
        number: [{**each, "party_id": f"{number}"} for each in given]
        for number, (_, given, _) in enumerate(BY_HAND, 1)
    }
    orders.update({number: random_orders(dice, number) for number in range(100, 250)})
    flat = [row for own in orders.values() for row in own]
    for number, row in enumerate(flat):
        row["order_id"] = f"o{number}"
    refunds = [
        refund(row, row["event_at"] + timedelta(days=dice.randint(0, 100)))
        for row in flat
        if int(row["party_id"]) >= 100 and dice.random() < 0.3
    ]
    identity_map = rows(
        spark,
        IDENTITY_MAP,
        [{"party_id": f"{n}", "customer_id": n, "run_number": 3} for n in orders],
    )
    snapshot_keys = spark.createDataFrame(
        [(day, n, "USD") for n in orders for day in DAYS],
        "as_of date, customer_id long, currency string",
    )
    labels = churn_and_value(
        rows(spark, ORDERS, flat),
        rows(spark, REFUND_LINES, refunds),
        identity_map,
        snapshot_keys,
        H,
        ELIGIBLE,
    )
    taken = conform(stamp_run(labels, LABELS, 7, None), LABELS).collect()
    return orders, refunds, {(row["customer_id"], row["as_of"]): row for row in taken}


def label(row: Any) -> Label:
    return row["orders"], row["revenue_amount"], row["is_eligible"], row["is_churned"]


@pytest.mark.parametrize(
    "number", range(1, len(BY_HAND) + 1), ids=lambda number: BY_HAND[number - 1][0]
)
def test_a_label_by_hand(found: Any, number: int) -> None:
    assert label(found[2][number, D]) == BY_HAND[number - 1][2]


def test_labels_are_what_their_definition_says(found: Any) -> None:
    orders, refunds, labels = found
    assert set(labels) == {(number, day) for number in orders for day in DAYS}
    wrong = [
        (number, day)
        for number, own in orders.items()
        for day in DAYS
        if label(labels[number, day])
        != expected(own, [r for r in refunds if r["order_id"] in {o["order_id"] for o in own}], day)
    ]
    assert wrong == []
    assert len({label(row) for row in labels.values()}) > 50


def test_a_label_carries_its_runs_and_the_day_it_matures(found: Any) -> None:
    row = found[2][1, D]
    assert (row["identity_run"], row["run_number"], row["horizon_days"]) == (3, 7, H)
    assert row["matured_on"] == D + timedelta(days=H)


def test_a_customer_as_known_then_stayed_if_anybody_it_turned_out_to_be_did(
    spark: SparkSession,
) -> None:
    def map_of(customers: dict[str, int]) -> Any:
        known = [
            {"party_id": party, "customer_id": customer} for party, customer in customers.items()
        ]
        return conform(rows(spark, IDENTITY_MAP, known), IDENTITY_MAP)

    parties = ["joined", "later", "left", "right", "device", "gone"]
    orders = conform(
        rows(
            spark,
            ORDERS,
            [{"order_id": party, "party_id": party} for party in parties if party != "device"],
        ),
        ORDERS,
    )
    old_map = map_of({"joined": 1, "left": 2, "right": 2, "device": 3, "gone": 4})
    identity_map = map_of(
        {"joined": 11, "later": 11, "left": 12, "right": 13, "device": 11, "gone": 14}
    )
    outcomes = {11: False, 12: True, 13: False, 14: True}
    labels = conform(
        rows(
            spark,
            LABELS,
            [
                {"customer_id": customer, "is_churned": churned}
                for customer, churned in outcomes.items()
            ],
        ),
        LABELS,
    )
    expected = [(1, 0.0), (2, 0.0), (4, 1.0)]  # 3 only browsed, and is asked nothing
    assert_same_rows(
        outcome_under_old_map(orders, old_map, identity_map, labels),
        spark.createDataFrame(expected, "customer_id long, churned double"),
    )
