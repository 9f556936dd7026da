"""Two worlds that share their past: a random shop, and the same shop with everything that may come
after the day D.

A twin's rows are the other's, under party ids of its own, and poison: rows dated on or after D,
rows dated before and received later, newer versions of old rows, and states that begin later
(cancelled, solved, removed, withdrawn, taken back). Which columns may change, and to what, follows
from the contracts, so a new fact column is poisoned as soon as it is declared.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from pyspark.sql import types as T

from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.tables.silver import (
    FACT_STATES,
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
    REFUND_LINES,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)
from holdfast.transformations.tables.table import Column, Table, Upsert
from tests.transformations.features.twin_states import ended, turned

Rows = dict[Table, list[dict[str, Any]]]
D: Final = datetime(2025, 7, 1, tzinfo=UTC)
LATER: Final = datetime(2025, 10, 1, tzinfo=UTC)
PEOPLE: Final = range(1, 17)
QUIET: Final = range(1, 5)  # bought twice, long ago, and never refused a message
WEB: Final = (
    "page",
    "product_viewed",
    "price_view",
    "competitor",
    "community",
    "feature_use",
    "feature_adopted",
    "search",
)
MAIL: Final = ("received", "received", "opened", "clicked")
REFUSED: Final = ("unsubscribed", "spam")
TOPICS: Final = ("price", "feature", "service", "quality", "other")


def past(dice: Random) -> Rows:
    """What happened before D and was known by then."""
    rows: Rows = {table: [] for table in FACTS}
    rows[PRODUCTS] = [
        {
            "product_id": f"p{i}",
            "event_at": datetime(2023, 1, 1, tzinfo=UTC),
            "category": f"shelf {i % 4}",
        }
        for i in range(12)
    ]
    for person in PEOPLE:
        for at in _instants(dice, 2 if person in QUIET else 12):
            _order(rows, dice, person, at - timedelta(days=100) if person in QUIET else at)
        for table, count in (
            (WEB_EVENTS, 48),
            (MESSAGE_EVENTS, 24),
            (TICKETS, 6),
            (SURVEY_RESPONSES, 6),
            (SUBSCRIPTIONS, 4),
            (SUBSCRIPTION_CHARGES, 6),
            (LOYALTY_LEDGER, 8),
        ):
            rows[table] += [_row(table, dice, person, at) for at in _instants(dice, count)]
    rows[FACT_STATES] = [
        state for table in rows for row in rows[table] for state in ended(table, row, dice, D)
    ]
    return rows


def poisoned(rows: Rows, dice: Random) -> Rows:
    """The same past, and what comes after D."""
    return {
        **{
            table: [*(_newer(table, row, dice) for row in values), *_added(table, values, dice)]
            for table, values in rows.items()
            if table is not FACT_STATES
        },
        FACT_STATES: list(turned(rows, dice, D)),
    }


def of_twin(table: Table, row: dict[str, Any], twin: str) -> dict[str, Any]:
    """A row as one world's own: its ids and parties carry the twin's name; products are the twin's
    too.
    """
    ids = {name: f"{twin}:{row[name]}" for name in row if table[name].scoped or name == "party_id"}
    return {**row, **ids}


def _instants(dice: Random, count: int) -> list[datetime]:
    """Instants before D, many of them in the last 90 days."""
    reach = [90 if dice.random() < 0.4 else 640 for _ in range(count)]
    return sorted(D - timedelta(minutes=dice.randint(1, 60 * 24 * days)) for days in reach)


def _order(rows: Rows, dice: Random, person: int, at: datetime) -> None:
    number = f"o{len(rows[ORDERS])}"
    rows[ORDERS].append(
        {
            "order_id": number,
            "party_id": f"{person}",
            "event_at": at,
            "channel": dice.choice(["web", "pos"]),
            "net_amount": dice.randint(500, 9000) / 100,
            "discount_amount": dice.choice([0, 0, 5]),
            "currency": dice.choice(["USD", "USD", "EUR"]),
            "has_coupon": dice.random() < 0.4,
            "version_at": at,
        }
    )
    for line in range(dice.randint(1, 3)):
        rows[ORDER_LINES].append(
            {
                "line_id": f"{number}-{line}",
                "order_id": number,
                "event_at": at,
                "product_id": f"p{dice.randint(0, 35)}",
                "category": dice.choice([None, "garden", "kitchen", "toys"]),
                "quantity": 1,
                "net_amount": 5,
                "discount_amount": 0,
                "version_at": at,
            }
        )
    if dice.random() < 0.5 and at + timedelta(days=2) < D:
        rows[REFUND_LINES].append(
            {
                "refund_line_id": f"r{number}",
                "order_id": number,
                "event_at": at + timedelta(days=2),
                "refund_kind": dice.choice(["return", "cancel"]),
                "refund_amount": 5,
            }
        )


def _row(table: Table, dice: Random, person: int, at: datetime) -> dict[str, Any]:
    key = {
        name: f"{person}-{at.isoformat()}-{dice.random()}"
        for name in table.keys
        if name != "valid_from"
    }
    kinds: dict[Table, dict[str, Any]] = {
        WEB_EVENTS: {
            "event_type": dice.choice(WEB),
            "session_id": f"s{person}-{at:%F}",
            "feature": f"f{dice.randint(0, 5)}",
            "is_core_feature": True,
        },
        MESSAGE_EVENTS: {"event_type": dice.choice(MAIL if person in QUIET else (*MAIL, *REFUSED))},
        TICKETS: {
            "priority": dice.choice(["low", "urgent"]),
            "topic": dice.choice(TOPICS),
            "negativity": dice.random(),
        },
        SURVEY_RESPONSES: {"score_share": dice.random(), "negativity": dice.random()},
        SUBSCRIPTIONS: {
            "subscription_id": f"s{person}",
            "status": dice.choice(["active", "paused", "cancelled"]),
            "valid_from": at,
        },
        SUBSCRIPTION_CHARGES: {"status": dice.choice(["failed", "paid"])},
        LOYALTY_LEDGER: {"points": dice.randint(-50, 90)},
    }
    return {**key, "party_id": f"{person}", "event_at": at, **kinds[table]}


def _added(table: Table, rows: list[dict[str, Any]], dice: Random) -> Iterator[dict[str, Any]]:
    """Copies of old rows dated on or after D, the first of them at its midnight, or received only
    then, by anybody.
    """
    for number, original in enumerate(rows):
        row = (
            {**original, "party_id": f"{dice.choice(PEOPLE)}"}
            if "party_id" in original
            else original
        )
        at = D + timedelta(minutes=dice.randint(0, 60 * 24 * 91)) if number else D
        keys = {
            name: f"{row[name]}-{number}"
            for name in table.keys
            if name not in ("valid_from", "subscription_id")
        }
        if table is PRODUCTS:
            keys = {"product_id": f"p{len(rows) + number}"}  # old lines have sold it already
        when = {"valid_from": at} if "valid_from" in table.names else {}
        yield {**row, **keys, **when, "event_at": at, "available_at": at}
        early = row["event_at"] - timedelta(days=dice.randint(0, 200))
        when = {"valid_from": early} if "valid_from" in table.names else {}
        keys = (
            {"product_id": f"p{2 * len(rows) + number}"}
            if table is PRODUCTS
            else {name: f"{value}-late" for name, value in keys.items()}
        )
        yield {**row, **keys, **when, "event_at": early, "available_at": at}


def _newer(table: Table, row: dict[str, Any], dice: Random) -> dict[str, Any]:
    """An old row as a version made after D leaves it: what may change has changed, its first values
    stand.
    """
    if not isinstance(table.write, Upsert) or not table.write.mutable or dice.random() < 0.3:
        return row
    first = {f"{name}_first": row.get(name) for name in table.write.mutable}
    changed = {name: _other(table[name], row.get(name), dice) for name in table.write.mutable}
    return {
        **row,
        **first,
        **changed,
        "version_at": D,
        "version_at_first": row.get("version_at", row["event_at"]),
    }


def _other(column: Column, value: Any, dice: Random) -> Any:
    """Another value of a mutable column."""
    if isinstance(column.type, T.StringType):
        return {"urgent": "low", "low": "urgent", "failed": "paid", "paid": "failed"}.get(
            value, f"new {value}"
        )
    return round((value or 0) * 3 + 1, 2)
