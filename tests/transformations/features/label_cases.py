"""Orders of one customer and the labels they make: by hand, and by definition in plain Python."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from holdfast.transformations.tables.silver import ENDED, ORDERS, STANDING

D = date(2025, 7, 1)
DAYS = [D - timedelta(days=120), D]
MIDNIGHT = datetime(2025, 7, 1, tzinfo=UTC)
H, ELIGIBLE = 90, 180
Order = dict[str, Any]
Label = tuple[int, Decimal, bool, bool | None]  # orders, revenue, eligible, churned


def order(customer: int, at: datetime, **more: Any) -> Order:
    """A row of silver.orders."""
    return {
        "party_id": f"{customer}",
        "event_at": at,
        "available_at": at,
        "net_amount": Decimal(10),
        "currency": "USD",
        "turns": [],  # instants at which it was cancelled, stood again, was cancelled ...
        **more,
    }


def stands(order: Order, at: datetime | None = None) -> bool:
    """Whether an order stood just before an instant, or stands in the end."""
    return len([turn for turn in order["turns"] if at is None or turn < at]) % 2 == 0


def stored(order: Order) -> dict[str, Any]:
    """The order's row of silver.orders."""
    end = "cancelled_at" if order["as"] == ENDED else "withdrawn_at"
    row = {name: value for name, value in order.items() if name in ORDERS.names}
    return row if stands(order) else {**row, end: order["turns"][-1]}


def states(order: Order) -> list[dict[str, Any]]:
    """The states of an order that turned."""
    begins = [order["available_at"], *order["turns"]]
    return [
        {
            "fact_table": "orders",
            "fact_id": order["order_id"],
            "status": order["as"] if place % 2 else STANDING,
            "valid_from": at,
            "valid_to": begins[place + 1] if place + 1 < len(begins) else None,
        }
        for place, at in enumerate(begins)
        if order["turns"]
    ]


def expected(orders: list[Order], refunds: list[Order], day: date) -> Label:
    """Labels of one customer by their definition."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end, first = start + timedelta(days=H), start - timedelta(days=ELIGIBLE)
    after = [o for o in orders if start <= o["event_at"] < end and stands(o)]
    before = [
        o
        for o in orders
        if first <= o["event_at"] < start and o["available_at"] < start and stands(o, start)
    ]
    gone = {o["order_id"] for o in orders if not stands(o)}
    given = [
        r
        for r in refunds
        if start <= r["event_at"] < end
        and r["order_id"] not in gone
        and r["currency"] == "USD"
        and r["refund_kind"] != "shipping"
    ]
    ours = [o for o in after if o["currency"] == "USD"]
    revenue = sum((o["net_amount"] - SOLD_CARDS.get(o["order_id"], 0) for o in ours), Decimal(0))
    revenue -= sum((r["refund_amount"] for r in given), Decimal(0))
    return len(after), revenue, bool(before), (not after) if before else None


SOLD_CARDS = {"o16": Decimal(4)}  # of the last case
CARDS: list[dict[str, Any]] = [
    {
        "line_id": f"card-{number}",
        "order_id": "o16",
        "is_gift_card": True,
        "net_amount": 4,
        "event_at": "2025-07-10",
        "removed_at": removed,
    }
    for number, removed in ((1, None), (2, "2025-07-11"))
]
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
            order(0, MIDNIGHT + timedelta(days=9), turns=[MIDNIGHT + timedelta(days=300)]),
        ],
        (0, Decimal(0), True, True),
    ),
    (
        "what is cancelled after the day still makes its buyer eligible, as known on the day",
        [order(0, MIDNIGHT - timedelta(days=9), turns=[MIDNIGHT])],
        (0, Decimal(0), True, True),
    ),
    (
        "a cancellation taken back before the day is none",
        [
            order(
                0,
                MIDNIGHT - timedelta(days=9),
                turns=[MIDNIGHT - timedelta(days=8), MIDNIGHT - timedelta(days=7)],
            )
        ],
        (0, Decimal(0), True, True),
    ),
    (
        "one taken back at the day was still one on it",
        [order(0, MIDNIGHT - timedelta(days=9), turns=[MIDNIGHT - timedelta(days=8), MIDNIGHT])],
        (0, Decimal(0), False, None),
    ),
    (
        "an order that stands again in the end is one order of its window",
        [
            order(0, MIDNIGHT - timedelta(days=9)),
            order(
                0,
                MIDNIGHT + timedelta(days=9),
                turns=[MIDNIGHT + timedelta(days=10), MIDNIGHT + timedelta(days=200)],
            ),
        ],
        (1, Decimal(10), True, False),
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
    (
        "gift cards in an order are no revenue",
        [order(0, MIDNIGHT - timedelta(days=9)), order(0, MIDNIGHT + timedelta(days=9))],
        (1, Decimal(6), True, False),
    ),
]
