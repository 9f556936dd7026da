"""Tickets, surveys and reviews: what customers complain about and how they rate."""

from typing import Final

from holdfast.transformations.features.feature import Feature, change, shift
from holdfast.transformations.tables.silver import SURVEY_RESPONSES, TICKETS
from holdfast.transformations.tables.vocabulary import Purpose

OPINIONS: Final = (TICKETS, SURVEY_RESPONSES)

FEATURES: Final = (
    Feature(
        "ticket_negativity_180d",
        "ticket_negativity_180d / 1e6",
        (TICKETS,),
        "share",
        "service",
        "Negative among the opinion words of tickets, 180 days.",
        purpose=Purpose.SENSITIVE_SIGNALS,
    ),
    Feature(
        "survey_negativity_180d",
        "survey_negativity_180d / 1e6",
        (SURVEY_RESPONSES,),
        "share",
        "quality",
        "Negative among the opinion words of surveys and reviews, 180 days.",
        purpose=Purpose.SENSITIVE_SIGNALS,
    ),
    Feature("tickets_90d", "ticket_90d", (TICKETS,), "tickets", "service", "Tickets of 90 days."),
    Feature(
        "tickets_change",
        change("ticket_90d", "ticket_365d", 90),
        (TICKETS,),
        "log ratio",
        "service",
        "Tickets against the customer's own year.",
    ),
    Feature(
        "open_tickets", "open_tickets", (TICKETS,), "tickets", "service", "Tickets not solved."
    ),
    Feature(
        "open_urgent_tickets",
        "open_urgent_tickets",
        (TICKETS,),
        "tickets",
        "service",
        "Urgent or high tickets not solved.",
    ),
    Feature(
        "service_complaints_180d",
        "service_complaint_180d",
        OPINIONS,
        "complaints",
        "service",
        "Complaints about service in tickets and reviews, 180 days.",
    ),
    Feature(
        "quality_complaints_180d",
        "quality_complaint_180d",
        OPINIONS,
        "complaints",
        "quality",
        "Complaints about quality in tickets and reviews, 180 days.",
    ),
    Feature(
        "price_complaints_180d",
        "price_complaint_180d",
        OPINIONS,
        "complaints",
        "price",
        "Complaints about price in tickets and reviews, 180 days.",
    ),
    Feature(
        "feature_complaints_180d",
        "feature_complaint_180d",
        OPINIONS,
        "complaints",
        "feature",
        "Complaints about features in tickets and reviews, 180 days.",
    ),
    Feature(
        "survey_score_180d",
        "survey_score_180d / 1e6",
        (SURVEY_RESPONSES,),
        "share",
        "service",
        "Mean survey score on 0..1, 180 days.",
        baseline="survey_score_365d",
    ),
    Feature(
        "survey_score_365d",
        "survey_score_365d / 1e6",
        (SURVEY_RESPONSES,),
        "share",
        "service",
        "Mean survey score on 0..1, a year.",
    ),
    Feature(
        "survey_score_change",
        shift("survey_score_180d / 1e6", "survey_score_365d / 1e6"),
        (SURVEY_RESPONSES,),
        "share",
        "service",
        "Survey score against the customer's own year.",
    ),
)
