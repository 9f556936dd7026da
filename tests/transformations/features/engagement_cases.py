"""Rows of messages, visits, tickets, surveys and subscriptions, case by case, and the features they
make by hand.
"""

from holdfast.transformations.tables import silver as s
from tests.transformations.features.money_cases import Given, Snapshot, order, states

BACK = ("2025-06-02", "2025-06-05", "2025-06-10")  # on which a fact falls and comes back
CASES: dict[str, tuple[Given, Snapshot]] = {
    "a message a machine opened is not opened; a clicked one is": (
        {
            s.ORDERS: [order("h1", "2025-06-01")],
            s.MESSAGE_EVENTS: [
                {"event_type": "received", "event_at": "2025-06-02"},
                {"event_type": "received", "event_at": "2025-06-03"},
                {"event_type": "opened", "is_machine_open": True, "event_at": "2025-06-02"},
                {"event_type": "clicked", "event_at": "2025-06-02"},
            ],
        },
        {"email_rate_90d": 0.5, "recent_engagement": 1, "idle_days": 29, "idle_ratio": 29 / 15},
    ),
    "silence is counted from any interaction, and compared with the days between them": (
        {
            s.ORDERS: [order("w1", "2025-01-02", channel="pos")],  # 180 days ago
            s.TICKETS: [{"ticket_id": "w", "event_at": "2025-04-02"}],
            s.SURVEY_RESPONSES: [{"event_at": "2025-05-02", "score_share": 0.5}],
            s.MESSAGE_EVENTS: [{"event_type": "received", "event_at": "2025-06-02"}],
        },
        {"recency_days": 180, "idle_days": 60, "interaction_gap_days": 60, "idle_ratio": 1},
    ),
    "an answer in words alone is an interaction and no score, and one of nothing is none": (
        {
            s.ORDERS: [order("x1", "2025-01-02", channel="pos")],  # 180 days ago
            s.SURVEY_RESPONSES: [
                {"event_at": "2025-05-02", "score_share": 0.5, "topic": "other"},
                {"event_at": "2025-05-22", "topic": "price", "negativity": 1.0},
                {"event_at": "2025-06-01", "score": 3},  # on a scale that nobody knows
                {"event_at": "2025-06-20"},
            ],
        },
        {
            "idle_days": 30,
            "interaction_gap_days": 180 / 4,
            "idle_ratio": 30 / 45,
            "survey_score_365d": 0.5,
            "price_complaints_180d": 1,
        },
    ),
    "a visit is cut at midnight and its length is from first to last event": (
        {
            s.ORDERS: [order("i1", "2025-06-01")],
            s.WEB_EVENTS: [
                {"event_type": "page", "session_id": "v", "event_at": at}
                for at in ("2025-06-30T23:00", "2025-06-30T23:30", "2025-07-01T00:10")
            ],
        },
        {
            "visits_30d": 1,
            "visit_seconds_30d": 1800,
            "pages_per_visit_30d": 2,
            "idle_days": 1,
            "interaction_gap_days": 30,  # the order is part of the visit
        },
    ),
    "a ticket is open until it is solved": (
        {
            s.ORDERS: [order("j1", "2025-06-01")],
            s.TICKETS: [
                {
                    "ticket_id": f"j{place}",
                    "event_at": "2025-06-02",
                    "priority": "urgent",
                    "topic": "price",
                    "negativity": tone,
                }
                for place, tone in enumerate((1 / 3, 2 / 3, None))
            ],
            s.FACT_STATES: [
                *states(s.TICKETS, "j0", "2025-06-02", "2025-06-03"),
                *states(s.TICKETS, "j1", "2025-06-02", "2025-07-01"),
            ],
        },
        {
            "tickets_90d": 3,
            "open_urgent_tickets": 2,
            "price_complaints_180d": 3,
            "ticket_negativity_180d": 0.5,
        },
    ),
    "a ticket that was reopened is open, and as urgent as it was then said to be": (
        {
            s.ORDERS: [order("q1", "2025-06-01")],
            s.TICKETS: [{"ticket_id": "q", "event_at": "2025-06-02", "priority": "low"}],
            s.FACT_STATES: [
                {**state, "dated_value": priority}
                for state, priority in zip(
                    states(s.TICKETS, "q", "2025-06-02", "2025-06-03", "2025-06-10"),
                    ("low", "low", "urgent"),
                    strict=True,
                )
            ],
        },
        {"tickets_90d": 1, "open_tickets": 1, "open_urgent_tickets": 1},
    ),
    "a charge failed once it was said to have, however often, and paid later or not": (
        {
            s.ORDERS: [order("r1", "2025-06-01")],
            s.SUBSCRIPTION_CHARGES: [
                {"charge_id": key, "event_at": "2025-06-02", "status": status}
                for key, status in zip(
                    ("r1", "r2", "r3", "r4"), ("paid", "failed", "paid", "paid"), strict=True
                )
            ],
            s.FACT_STATES: [
                {
                    "fact_table": "subscription_charges",
                    "fact_id": "r1",
                    "status": s.STANDING,
                    "dated_value": status,
                    "valid_from": f"2025-06-0{place}",
                    "valid_to": f"2025-06-0{place + 1}" if place < 5 else None,
                }
                for place, status in enumerate(("skipped", "failed", "paid", "failed"), 2)
            ]
            + [
                {
                    "fact_table": "subscription_charges",
                    "fact_id": "r4",
                    "status": s.STANDING,
                    "dated_value": "failed",
                    "valid_from": "2025-07-01",
                }
            ],
        },
        {"failed_charges_90d": 2},
    ),
    "an answer or a message counts while it stands, and once where it came back": (
        {
            s.ORDERS: [order("u1", "2025-06-01")],
            s.SURVEY_RESPONSES: [
                {
                    "response_id": f"u{place}",
                    "event_at": "2025-06-02",
                    "topic": "quality",
                    "negativity": 1.0,
                    "score_share": score,
                }
                for place, score in enumerate((0.2, 0.4, 0.9))
            ],
            s.MESSAGE_EVENTS: [
                {"event_id": f"u{place}", "event_type": kind, "event_at": "2025-06-02"}
                for place, kind in enumerate(("received", "received", "opened"))
            ],
            s.FACT_STATES: [
                *states(s.SURVEY_RESPONSES, "u1", *BACK, to=s.WITHDRAWN),
                *states(s.SURVEY_RESPONSES, "u2", *BACK[:2], to=s.WITHDRAWN),
                *states(s.MESSAGE_EVENTS, "u1", *BACK[:2], to=s.WITHDRAWN),
            ],
        },
        {"quality_complaints_180d": 2, "email_rate_90d": 1.0},
    ),
    "a state that was set aside ends the one before it": (
        {
            s.ORDERS: [order("t1", "2025-01-01")],
            s.SUBSCRIPTIONS: [
                {
                    "subscription_id": "t",
                    "status": "active",
                    "valid_from": "2025-02-01",
                    "valid_to": "2025-05-01",
                    "event_at": "2025-02-01",
                },
            ],
        },
        {"active_subscriptions": 0},
    ),
    "a review complains when it is negative on the whole": (
        {
            s.ORDERS: [order("m1", "2025-06-01")],
            s.SURVEY_RESPONSES: [
                {"event_at": "2025-06-02", "topic": topic, "negativity": tone, "score_share": 0.5}
                for topic, tone in (
                    ("quality", 1.0),
                    ("quality", 0.5),
                    ("quality", None),
                    ("other", 1.0),
                    ("service", 2 / 3),
                )
            ],
        },
        {
            "quality_complaints_180d": 1,
            "service_complaints_180d": 1,
            "price_complaints_180d": 0,
            "tickets_90d": 0,
        },
    ),
    "a state that arrives late ends nothing before it came": (
        {
            s.ORDERS: [order("k1", "2025-01-01")],
            s.SUBSCRIPTIONS: [
                {
                    "subscription_id": "k",
                    "status": "active",
                    "valid_from": "2025-02-01",
                    "event_at": "2025-02-01",
                },
                {
                    "subscription_id": "k",
                    "status": "paused",
                    "valid_from": "2025-05-01",
                    "event_at": "2025-02-01",
                    "available_at": "2025-07-01",
                },
            ],
        },
        {"active_subscriptions": 1, "paused_subscriptions": 0},
    ),
    "a state ends when the next begins": (
        {
            s.ORDERS: [order("l1", "2025-01-01")],
            s.SUBSCRIPTIONS: [
                {
                    "subscription_id": "l",
                    "status": status,
                    "valid_from": at,
                    "event_at": "2025-02-01",
                    "available_at": at,
                }
                for status, at in (
                    ("active", "2025-02-01"),
                    ("paused", "2025-05-01"),
                    ("cancelled", "2025-06-20"),
                )
            ],
        },
        {"active_subscriptions": 0, "paused_subscriptions": 0, "cancelled_subscriptions_180d": 1},
    ),
}
