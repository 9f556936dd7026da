"""How people come and what that costs: first touches of visitors, and the costs of campaigns."""

from typing import Final

from holdfast.transformations.tables.columns import (
    CURRENCY,
    DATE,
    FACT,
    LONG,
    PARTY,
    STRING,
    exact_money,
    key,
    reference,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Table, Upsert
from holdfast.transformations.tables.vocabulary import ACQUISITION_CHANNELS

ACQUISITION_TOUCHES: Final = Table(
    "silver.acquisition_touches",
    "One row per arrival by a campaign, or from the site that first led there.",
    "What UTM parameters and the referring site say of it; the channel follows from them at read. "
    "An arrival without any of them is none.",
    (
        key("touch_id", "The page or action with which it began."),
        PARTY,
        *FACT,
        Column("campaign_source", STRING, "utm_source: the site or system that was paid or asked."),
        Column("campaign_medium", STRING, "utm_medium: the kind of link, such as cpc or email."),
        Column("campaign_name", STRING, "utm_campaign."),
        Column("referring_domain", STRING, "Site with the link that was followed."),
    ),
    keys=("touch_id",),
    write=Upsert(),
    cluster_by=("event_at",),
    subject="party_id",
)

CAMPAIGN_COSTS: Final = Table(
    "silver.campaign_costs",
    "One row per day of an advertising campaign, or per part of it that an export tells apart.",
    "What a vendor of ads charged; about no person. Vendors correct their days for weeks.",
    (
        key("cost_id", "The day of the campaign, or its part."),
        *FACT,
        Column(
            "spent_on",
            DATE,
            "Day in the time zone of the vendor's account; event_at is when it began.",
            nullable=False,
        ),
        vocabulary(
            "channel", "Which kind of ads, in the words of first touches", ACQUISITION_CHANNELS
        ),
        reference("campaign_id", "The campaign."),
        Column("campaign_name", STRING, "The campaign's name."),
        CURRENCY,
        exact_money("cost_amount", "What was charged."),
        Column("clicks", LONG, "Clicks on the ads.", unit="clicks", check="clicks >= 0"),
        Column(
            "impressions", LONG, "Times they were shown.", unit="views", check="impressions >= 0"
        ),
    ),
    keys=("cost_id",),
    write=Upsert(
        mutable=("channel", "campaign_name", "currency", "cost_amount", "clicks", "impressions")
    ),
)
