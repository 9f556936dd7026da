"""Visits, messages and community: how much customers have to do with the shop."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change, shift
from holdfast.transformations.tables.silver import (
    MESSAGE_EVENTS,
    ORDERS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)

INTERACTIONS: Final = (ORDERS, WEB_EVENTS, MESSAGE_EVENTS, TICKETS, SURVEY_RESPONSES)
IDLE_DAYS: Final = (
    "least(recency_days, session_recency, email_engaged_recency, ticket_recency, survey_recency)"
)
# An order in the web shop is part of a visit.
INTERACTION_GAP: Final = (
    "least(tenure_days, 365) / greatest(greatest(orders_365d, visits_365d + pos_order_365d)"
    " + email_engaged_365d + ticket_365d + surveys_365d, 1)"
)

FEATURES: Final = (
    Feature(
        "idle_days",
        IDLE_DAYS,
        INTERACTIONS,
        "days",
        "engagement",
        "Days since any interaction: an order, visit, opened or clicked message, ticket or answer.",
    ),
    Feature(
        "interaction_gap_days",
        INTERACTION_GAP,
        INTERACTIONS,
        "days",
        "engagement",
        "Mean days between interactions, a year.",
    ),
    Feature(
        "idle_ratio",
        f"{IDLE_DAYS} / ({INTERACTION_GAP})",
        INTERACTIONS,
        "ratio",
        "engagement",
        "Days since any interaction against the customer's own mean gap.",
        baseline="interaction_gap_days",
    ),
    Feature(
        "visits_30d", "visits_30d", (WEB_EVENTS,), "visits", "engagement", "Visits of 30 days."
    ),
    Feature(
        "visits_change",
        change("visits_30d", "visits_365d", 30),
        (WEB_EVENTS,),
        "log ratio",
        "engagement",
        "Visits of 30 days against the customer's own year.",
        baseline="visits_365d",
    ),
    Feature(
        "visits_180d", "visits_180d", (WEB_EVENTS,), "visits", "engagement", "Visits of 180 days."
    ),
    Feature(
        "visits_365d", "visits_365d", (WEB_EVENTS,), "visits", "engagement", "Visits of a year."
    ),
    Feature(
        "email_rate_90d",
        "email_engaged_90d / nullif(email_received_90d, 0)",
        (MESSAGE_EVENTS,),
        "ratio",
        "engagement",
        "Opens and clicks for each message received, 90 days.",
        baseline="response_rate_365d",
    ),
    Feature(
        "email_rate_change",
        shift(
            "email_engaged_90d / nullif(email_received_90d, 0)",
            "email_engaged_365d / nullif(email_received_365d, 0)",
        ),
        (MESSAGE_EVENTS,),
        "ratio",
        "engagement",
        "Opens and clicks for each message, against the customer's own year.",
    ),
    Feature(
        "visit_seconds_30d",
        "visit_seconds_30d",
        (WEB_EVENTS,),
        "seconds",
        "engagement",
        "Mean length of a visit, 30 days.",
    ),
    Feature(
        "visit_seconds_change",
        "ln((visit_seconds_30d + 10) / (visit_seconds_365d + 10))",
        (WEB_EVENTS,),
        "log ratio",
        "engagement",
        "Length of a visit against the customer's own year.",
    ),
    Feature(
        "pages_per_visit_30d",
        "pages_30d / nullif(visits_30d, 0)",
        (WEB_EVENTS,),
        "pages",
        "engagement",
        "Pages per visit, 30 days.",
    ),
    Feature(
        "pages_per_visit_change",
        (
            "ln((pages_30d / nullif(visits_30d, 0) + 0.5) / "
            "(pages_365d / nullif(visits_365d, 0) + 0.5))"
        ),
        (WEB_EVENTS,),
        "log ratio",
        "engagement",
        "Pages per visit against the customer's own year.",
    ),
    Feature(
        "community_90d",
        "community_90d",
        (WEB_EVENTS,),
        "events",
        "engagement",
        "Community events of 90 days.",
    ),
    Feature(
        "community_change",
        change("community_90d", "community_365d", 90),
        (WEB_EVENTS,),
        "log ratio",
        "engagement",
        "Community events against the customer's own year.",
    ),
)
