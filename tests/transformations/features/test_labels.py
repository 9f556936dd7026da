"""Labels against a model in plain Python, and their edges by hand."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final, NamedTuple

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.features.labels import churn_and_value, outcome_under_old_map
from holdfast.transformations.sales import place_refunds, with_sales
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.silver import (
    ENDED,
    FACT_STATES,
    IDENTITY_MAP,
    ORDER_LINES,
    ORDERS,
    REFUND_LINES,
    WITHDRAWN,
)
from tests.factories import rows
from tests.frames import assert_same_rows
from tests.transformations.features.label_cases import (
    BY_HAND,
    CARDS,
    DAYS,
    ELIGIBLE,
    MIDNIGHT,
    D,
    H,
    Label,
    Order,
    expected,
    order,
    stands,
    states,
    stored,
)

RUNNING_ON: Final = D + timedelta(days=30)


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
                turns=[
                    at + timedelta(days=70 + days)
                    for days in sorted(dice.sample([1, 30, 90, 120], dice.choice([0, 0, 1, 2, 3])))
                ],
            )
        )
    return found


def refund(order: Order, at: datetime, dice: Random) -> dict[str, Any]:
    """A refund of the order, or of none that is known: then it is its own party's."""
    known = dice.random() < 0.7
    return {
        "refund_line_id": f"r{order['order_id']}",
        "order_id": order["order_id"] if known else dice.choice([None, "elsewhere"]),
        "party_id": "order" if known else order["party_id"],
        "currency": order["currency"] if dice.random() < 0.8 else "CAD",
        "refund_amount": Decimal(2),
        "refund_kind": dice.choice(["return", "adjustment", "shipping", None]),
        "event_at": at,
    }


class Found(NamedTuple):
    """Orders by customer, refunds, and labels by customer and day: as all is known, and as the
    window of the younger day runs.
    """

    orders: dict[int, list[Order]]
    refunds: list[Order]
    labels: dict[tuple[int, date], Any]
    running: dict[tuple[int, date], Any]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    """Customers by hand first, then 150 random ones."""
    dice = Random(5)
    orders = {
        number: [{**each, "party_id": f"{number}"} for each in given]
        for number, (_, given, _) in enumerate(BY_HAND, 1)
    }
    orders.update({number: random_orders(dice, number) for number in range(100, 250)})
    flat = [row for own in orders.values() for row in own]
    for number, row in enumerate(flat):
        row["order_id"] = f"o{number}"
        row["as"] = dice.choice([ENDED, WITHDRAWN])
    refunds = [
        refund(row, row["event_at"] + timedelta(days=dice.randint(0, 100)), dice)
        for row in flat
        if int(row["party_id"]) >= 100 and dice.random() < 0.3
    ]
    members = [{"party_id": f"{n}", "customer_id": n, "run_number": 3} for n in orders]
    snapshot_keys = spark.createDataFrame(
        [(day, n, "USD") for n in orders for day in DAYS],
        "as_of date, customer_id long, currency string",
    )
    lines = rows(spark, ORDER_LINES, CARDS)
    sales = with_sales(rows(spark, ORDERS, [stored(row) for row in flat]), lines)
    payments = (
        sales,
        place_refunds(rows(spark, REFUND_LINES, refunds), sales, lines),
        rows(spark, FACT_STATES, [state for row in flat for state in states(row)]),
        rows(spark, IDENTITY_MAP, members),
    )

    def labels_on(day: date) -> dict[tuple[int, date], Any]:
        labels = churn_and_value(*payments, snapshot_keys, H, ELIGIBLE, day)
        taken = conform(stamp_run(labels, LABELS, 7, None), LABELS).collect()
        return {(row["customer_id"], row["as_of"]): row for row in taken}

    return Found(orders, refunds, labels_on(D + timedelta(days=H)), labels_on(RUNNING_ON))


def label(row: Any) -> Label:
    return row["orders"], row["revenue_amount"], row["is_eligible"], row["is_churned"]


@pytest.mark.parametrize(
    "number", range(1, len(BY_HAND) + 1), ids=lambda number: BY_HAND[number - 1][0]
)
def test_a_label_by_hand(found: Found, number: int) -> None:
    assert label(found.labels[number, D]) == BY_HAND[number - 1][2]


def first_order(orders: list[Order], day: date, end: date) -> int | None:
    """Days from `day` to the first order that lies before `end` and stands."""
    days = [o["event_at"].date() for o in orders if stands(o)]
    return min(((on - day).days for on in days if day <= on < end), default=None)


def test_the_first_order_of_a_window_is_so_many_days_after_its_day(found: Found) -> None:
    days = {key: row["days_to_order"] for key, row in found.labels.items()}
    assert days == {
        (number, day): first_order(own, day, day + timedelta(days=H))
        for number, own in found.orders.items()
        for day in DAYS
    }


def test_of_a_window_that_runs_it_is_known_who_has_ordered_and_nothing_else(found: Found) -> None:
    for (number, day), row in found.running.items():
        if day == D:
            assert label(row)[:2] == (None, None) and row["is_churned"] is None
            assert row["days_to_order"] == first_order(found.orders[number], D, RUNNING_ON)
            assert row["is_eligible"] == found.labels[number, D]["is_eligible"]
        else:
            assert row == found.labels[number, day]
    ordered = [row["days_to_order"] is not None for row in found.running.values()]
    assert any(ordered) and not all(ordered)


def test_labels_are_what_their_definition_says(found: Found) -> None:
    orders, refunds, labels, _ = found
    assert set(labels) == {(number, day) for number in orders for day in DAYS}
    wrong = [
        (number, day)
        for number, own in orders.items()
        for day in DAYS
        if label(labels[number, day]) != expected(own, [r for r in refunds if _is_of(r, own)], day)
    ]
    assert wrong == []
    assert len({label(row) for row in labels.values()}) > 50


def _is_of(refund: dict[str, Any], orders: list[Order]) -> bool:
    mine = {order["party_id"] for order in orders}
    return refund["party_id"] in mine or refund["order_id"] in {o["order_id"] for o in orders}


def test_a_label_carries_its_runs_and_the_day_it_matures(found: Found) -> None:
    row = found.labels[1, D]
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
