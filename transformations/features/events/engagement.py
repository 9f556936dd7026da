"""Events of visits, messages, tickets and surveys."""

from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import (
    event,
    event_rows,
    millionths,
)
from holdfast.transformations.local_day import local_day

TOPICS: Final = ("price", "feature", "service", "quality")
PAGES: Final = ("page", "product_viewed", "price_view", "search")
VIEWS: Final = ("product_viewed", "price_view", "competitor", "community")


def web_events(web: DataFrame) -> list[DataFrame]:
    """Visits are cut at midnight and at availability, so that a later page changes no
    earlier day; a page of no visit is none of a visit's pages.
    """
    visit = (
        web.filter(F.col("session_id").isNotNull())
        .groupBy(
            "party_id",
            "session_id",
            "time_zone",
            local_day(F.col("event_at")).alias("on"),
            local_day(F.col("available_at")).alias("known_on"),
        )
        .agg(
            F.min("event_at").alias("first_at"),
            F.max("event_at").alias("event_at"),
            F.max("available_at").alias("available_at"),
        )
    )
    seconds = F.unix_timestamp("event_at") - F.unix_timestamp("first_at")
    kind = F.col("event_type")
    return [
        event_rows(visit, event("session", amount=seconds)),
        event_rows(
            web,
            event("page", kind.isin(*PAGES) & F.col("session_id").isNotNull()),
            event(kind, kind.isin(*VIEWS)),
            event("core_use", (kind == "feature_use") & F.coalesce("is_core_feature", F.lit(True))),
            event("adopted", kind == "feature_adopted", item=F.col("feature")),
        ),
    ]


def message_events(messages: DataFrame) -> list[DataFrame]:
    """Messages received, engaged with by a person, and opted out of."""
    kind = F.col("event_type")
    by_hand = (kind == "opened") & ~F.coalesce("is_machine_open", F.lit(False))
    return [
        event_rows(
            messages,
            event("email_received", kind == "received"),
            event("email_engaged", kind.isin("clicked", "redeemed") | by_hand),
            event("unsubscribed", kind.isin("unsubscribed", "spam")),
        )
    ]


def ticket_events(tickets: DataFrame) -> list[DataFrame]:
    """Tickets with their tone and topic, once per state; one is open while it is not solved, and as
    urgent as it was said to be at the time.
    """
    is_open, topic, tone = ~F.col("has_ended"), F.col("topic"), F.col("negativity")
    is_urgent = F.coalesce("dated_value", "priority_first").isin("urgent", "high")
    complains = topic.isin(*TOPICS)
    return [
        event_rows(
            tickets,
            event("ticket"),
            event("open_ticket", is_open),
            event("open_urgent_ticket", is_open & is_urgent),
            event("ticket_negativity", tone.isNotNull(), amount=millionths("negativity")),
            event(F.concat(topic, F.lit("_complaint")), complains),
        )
    ]


def survey_events(surveys: DataFrame) -> list[DataFrame]:
    """Answers, by score or in words alone. One that is negative on the whole complains about its
    topic; praise does not.
    """
    score, tone, topic = F.col("score_share"), F.col("negativity"), F.col("topic")
    complains = topic.isin(*TOPICS) & (tone > 0.5)
    has_score = score.isNotNull() | F.col("score").isNotNull()
    is_answered = has_score | topic.isNotNull() | F.col("text_token").isNotNull()
    return [
        event_rows(
            surveys,
            event("survey", is_answered),
            event("survey_score", score.isNotNull(), amount=millionths("score_share")),
            event("survey_negativity", tone.isNotNull(), amount=millionths("negativity")),
            event(F.concat(topic, F.lit("_complaint")), complains),
        )
    ]
