"""Contact with customers: web and app events, messages, tickets and surveys."""

from typing import Final

from holdfast.transformations.tables.columns import (
    BOOL,
    DOUBLE,
    FACT,
    INSTANT,
    INT,
    PARTY,
    STRING,
    key,
    reference,
    token,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Table, Upsert
from holdfast.transformations.tables.vocabulary import (
    MESSAGE_CHANNELS,
    MESSAGE_EVENT_TYPES,
    PRIORITIES,
    SURVEY_TYPES,
    WEB_EVENT_TYPES,
)

WEB_EVENTS: Final = Table(
    "silver.web_events",
    "One row per page, screen or action on site or in the app.",
    "Logged in and anonymous; an anonymous device is a party of its own until it logs in.",
    (
        key("event_id", "The event."),
        PARTY,
        *FACT,
        vocabulary("event_type", "What was done", WEB_EVENT_TYPES),
        reference("session_id", "Visit the event belongs to, as the source says."),
        reference("product_id", "Product looked at."),
        Column("category", STRING, "Category looked at."),
        Column("device_type", STRING, "Kind of device, as the source names it."),
        Column("feature", STRING, "Product feature used."),
        Column("is_core_feature", BOOL, "The feature is one of the core features."),
        token("search_token", "text", "Token of the search text."),
    ),
    keys=("event_id",),
    write=Upsert(),
    cluster_by=("event_at",),
    subject="party_id",
)

MESSAGE_EVENTS: Final = Table(
    "silver.message_events",
    "One row per message sent, opened, clicked or refused.",
    "E-mail, SMS, push and post.",
    (
        key("event_id", "The event."),
        PARTY,
        *FACT,
        vocabulary("channel", "By which it was sent", MESSAGE_CHANNELS),
        vocabulary("event_type", "What became of it", MESSAGE_EVENT_TYPES),
        reference("campaign_id", "Campaign or flow."),
        Column("is_machine_open", BOOL, "Opened by a mail proxy."),
    ),
    keys=("event_id",),
    write=Upsert(),
    cluster_by=("event_at",),
    subject="party_id",
)

_OPINION: Final = (
    Column("topic", STRING, "price, feature, service, quality or other, from the text."),
    Column(
        "negativity",
        DOUBLE,
        "Share of negative among opinion words of the text.",
        unit="share",
        check="negativity between 0 and 1",
    ),
)

TICKETS: Final = Table(
    "silver.tickets",
    "One row per support ticket.",
    "Open until solved_at; the text stays in the vault.",
    (
        key("ticket_id", "The ticket."),
        PARTY,
        *FACT,
        vocabulary("priority", "How urgent", PRIORITIES, nullable=True),
        *_OPINION,
        token("text_token", "text", "Token of subject and description."),
        Column("solved_at", INSTANT, "When it was solved, by the newest version."),
    ),
    keys=("ticket_id",),
    write=Upsert(mutable=("priority",), end="solved_at", dated="priority"),
    subject="party_id",
)

SURVEY_RESPONSES: Final = Table(
    "silver.survey_responses",
    "One row per answered survey.",
    "NPS, CSAT, CES and reviews of the shop; reviews of products stand in silver.reviews.",
    (
        key("response_id", "The answer."),
        PARTY,
        *FACT,
        vocabulary("survey_type", "What was asked", SURVEY_TYPES),
        Column("score", INT, "The score given, on the survey's own scale."),
        Column(
            "score_share",
            DOUBLE,
            "The score on 0..1.",
            unit="share",
            check="score_share between 0 and 1",
        ),
        *_OPINION,
        token("text_token", "text", "Token of the comment."),
    ),
    keys=("response_id",),
    write=Upsert(),
    subject="party_id",
)

REVIEWS: Final = Table(
    "silver.reviews",
    "One row per review of a product.",
    "Stars and words of a customer about a product; the text stays in the vault.",
    (
        key("review_id", "The review."),
        PARTY,
        *FACT,
        reference("product_id", "The product, as the system of the reviews names it."),
        Column(
            "rating",
            INT,
            "Stars, 1 to 5, by the newest version.",
            nullable=False,
            unit="stars",
            check="rating between 1 and 5",
        ),
        Column("is_verified", BOOL, "The system of the reviews knows of the purchase."),
        *_OPINION,
        token("text_token", "text", "Token of the text."),
    ),
    keys=("review_id",),
    write=Upsert(mutable=("rating",)),
    subject="party_id",
)
