"""Events of visits, messages, tickets and surveys."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.events.event import (
    Event,
    event,
    event_rows,
    millionths,
)
from holdfast.transformations.local_day import local_day

TOPICS: Final = ("price", "feature", "service", "quality")
PAGES: Final = ("page", "product_viewed", "price_view", "search")
VIEWS: Final = ("product_viewed", "price_view", "competitor", "community")


def web_events(web: DataFrame) -> list[DataFrame]:
    """What is done in one visit is its parts, whichever state they are in. Visits are cut at
    midnight and at availability, so that a later page changes no earlier day; a page of no visit is
    none of a visit's pages.
    """
    kind, in_visit = F.col("event_type"), F.col("session_id").isNotNull()
    days = (local_day(F.col(name)) for name in ("event_at", "available_at"))
    return [
        event_rows(
            web,
            event("page", kind.isin(*PAGES) & in_visit),
            *(event(name, kind == name) for name in VIEWS),
            event("core_use", (kind == "feature_use") & F.coalesce("is_core_feature", F.lit(True))),
            event("adopted", kind == "feature_adopted", group=F.col("feature")),
            event(
                "session",
                in_visit,
                amount=F.unix_timestamp("event_at"),
                item=F.struct("party_id", "session_id", *days),
                is_dated=False,
            ),
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
    is_open, tone = ~F.col("has_ended"), F.col("negativity")
    is_urgent = F.coalesce("dated_value", "priority_first").isin("urgent", "high")
    return [
        event_rows(
            tickets,
            event("ticket"),
            event("open_ticket", is_open),
            event("open_urgent_ticket", is_open & is_urgent),
            event("ticket_negativity", tone.isNotNull(), amount=millionths("negativity")),
            *_complaints(F.lit(True)),
        )
    ]


def survey_events(surveys: DataFrame) -> list[DataFrame]:
    """Answers, by score or in words alone. One that is negative on the whole complains about its
    topic; praise does not.
    """
    score, tone, topic = F.col("score_share"), F.col("negativity"), F.col("topic")
    has_score = score.isNotNull() | F.col("score").isNotNull()
    is_answered = has_score | topic.isNotNull() | F.col("text_token").isNotNull()
    return [
        event_rows(
            surveys,
            event("survey", is_answered),
            event("survey_score", score.isNotNull(), amount=millionths("score_share")),
            event("survey_negativity", tone.isNotNull(), amount=millionths("negativity")),
            *_complaints(tone > 0.5),
        )
    ]


def _complaints(when: Column) -> list[Event]:
    """One event for each topic that is complained about."""
    return [event(f"{topic}_complaint", (F.col("topic") == topic) & when) for topic in TOPICS]
