"""The main currency is one: of a snapshot, and of the purchase history beside it."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from pyspark.sql import SparkSession

from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import stream_events
from holdfast.transformations.identity.join import with_customer
from holdfast.transformations.states import while_standing
from holdfast.transformations.tables.silver import FACT_STATES, IDENTITY_MAP, ORDERS
from tests.factories import rows
from tests.transformations.features.money_cases import states

DAYS = [date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)]
START = datetime(2025, 1, 1, tzinfo=UTC)


def random_order(dice: Random, number: int) -> dict[str, Any]:
    at = START + timedelta(days=dice.randint(0, 240), hours=dice.choice([0, 9, 23]))
    lasts = timedelta(days=dice.choice([1, 20, 90]))
    return {
        "order_id": f"o{number}",
        "party_id": f"{dice.randint(1, 80)}",
        "event_at": at,
        "available_at": at + timedelta(days=dice.choice([0, 0, 0, 40])),
        "currency": dice.choice(["EUR", "JPY", "USD"]),
        "net_amount": dice.randint(1, 99),
        "cancelled_at": at + lasts if dice.random() < 0.2 else None,
    }


def test_snapshots_and_purchase_histories_have_the_same_main_currency(spark: SparkSession) -> None:
    dice = Random(11)
    drawn = [random_order(dice, number) for number in range(400)]
    turns = [row for row in drawn if row["cancelled_at"]]
    stood = [
        state
        for row in turns
        for state in states(ORDERS, row["order_id"], row["available_at"], row["cancelled_at"])
    ]
    orders, fact_states = rows(spark, ORDERS, drawn), rows(spark, FACT_STATES, stood)
    people = [{"party_id": f"{n}", "customer_id": n} for n in range(1, 81)]
    identity_map = rows(spark, IDENTITY_MAP, people)
    facts = {ORDERS: orders, FACT_STATES: fact_states}
    taken = snapshots(stream_events(facts), identity_map, DAYS).collect()
    dated = while_standing(orders, fact_states, ORDERS)
    past = purchase_history(with_customer(dated, identity_map), DAYS).collect()
    mine, theirs = (
        {(row.customer_id, row.as_of): row.currency for row in found} for found in (taken, past)
    )
    assert mine == theirs and len(mine) > 150
    assert set(mine.values()) == {"EUR", "JPY", "USD"}
    spent = {(row.customer_id, row.as_of): row.spend_365d for row in taken}
    units = {"EUR": 100, "JPY": 1, "USD": 100}
    for row in past:
        assert row.total_spend / units[row.currency] == spent[row.customer_id, row.as_of]
