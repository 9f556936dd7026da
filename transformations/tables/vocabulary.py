"""Words with a fixed set of values, as types; imports nothing, so that settings may use it."""

from enum import StrEnum
from typing import Final, Literal, get_args


class Purpose(StrEnum):
    """What personal data may be used for; consent is given or refused for each by itself."""

    SERVICE = "service"
    ANALYTICS = "analytics"
    PERSONALISATION = "personalisation"
    MARKETING = "marketing"
    SENSITIVE_SIGNALS = "sensitive_signals"


FEATURE_PURPOSES: Final = (
    Purpose.ANALYTICS,
    Purpose.PERSONALISATION,
    Purpose.SENSITIVE_SIGNALS,
)

# gold.customer_360 has a column of expected spend for each of these.
PUBLISHED_HORIZONS: Final = (90, 365)

ReasonGroup = Literal["price", "feature", "service", "quality", "engagement", "recency", "value"]
REASON_GROUPS: Final[tuple[ReasonGroup, ...]] = get_args(ReasonGroup)

# Why a customer leaves, as far as rows show it. How recently and how often somebody bought are
# signs that they leave, and no reason.
Reason = Literal["price", "feature", "service", "quality", "engagement", "unclear"]
UNCLEAR: Final = "unclear"
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

PersonalKind = Literal[
    "email",
    "phone",
    "first_name",
    "last_name",
    "full_name",
    "address",
    "city",
    "postcode",
    "birth_date",
    "device",
    "ip",
    "text",
    "raw",
]
PERSONAL_KINDS: Final[tuple[PersonalKind, ...]] = get_args(PersonalKind)

PERIOD_KINDS: Final = ("month", "quarter", "year")

# Kinds of parties that facts alone name, the strongest first; a guest's party is named after its
# order.
FACT_PARTY_KINDS: Final = (
    "order",
    "guest",
    "refund",
    "subscription",
    "loyalty",
    "ticket",
    "survey",
    "review",
    "message",
    "treatment",
    "consent",
    "visitor",
)
ANONYMOUS: Final = "anonymous"  # kind of party of whom nobody knows who it is
AMOUNT_DECIMALS: Final = 3  # as many as any currency has that is paid with

UNKNOWN: Final = "unknown"  # a word of the source that no list has, counted in ops.dq_results

CHANNELS: Final = ("web", "app", "pos", "store", "subscription", "staff", UNKNOWN)
TILLS: Final = ("pos", "store")  # the channels that are a till in a store
# How people come: GA4's default channel groups, in its order
# (support.google.com/analytics/answer/9756891).
ACQUISITION_CHANNELS: Final = (
    "direct",
    "cross_network",
    "paid_shopping",
    "paid_search",
    "paid_social",
    "paid_video",
    "display",
    "paid_other",
    "organic_shopping",
    "organic_social",
    "organic_video",
    "organic_search",
    "referral",
    "email",
    "affiliates",
    "audio",
    "sms",
    "mobile_push",
    UNKNOWN,
)
TRACED_CHANNELS: Final = ACQUISITION_CHANNELS[:-1]
# gold.customer_360: the channel of the first touch, else that of the first order.
ACQUIRED_THROUGH: Final = (*TRACED_CHANNELS, *CHANNELS)
REFUND_KINDS: Final = ("return", "cancel", "adjustment", "shipping", UNKNOWN)
RefundCount = Literal["order", "customer", "other_currency", "cancelled", "shipping", "gift_card"]
REFUND_COUNTS: Final[tuple[RefundCount, ...]] = get_args(RefundCount)  # what a refund takes from
PARTY_KINDS: Final = ("customer", "guest", "profile", "user", "device", "household", ANONYMOUS)
WEB_EVENT_TYPES: Final = (
    "page",
    "product_viewed",
    "product_added",
    "checkout_started",
    "search",
    "price_view",
    "feature_use",
    "feature_adopted",
    "community",
    "competitor",
    "order_completed",
    "wishlist_added",
    UNKNOWN,
)
MESSAGE_CHANNELS: Final = ("email", "sms", "push", "post", UNKNOWN)
MESSAGE_EVENT_TYPES: Final = (
    "received",
    "opened",
    "clicked",
    "redeemed",
    "unsubscribed",
    "spam",
    "bounced",
    UNKNOWN,
)
# By which a play reaches somebody: messages, and what is done in person or on the site.
PlayChannel = Literal["email", "sms", "push", "post", "phone", "onsite", "store"]
PLAY_CHANNELS: Final[tuple[PlayChannel, ...]] = get_args(PlayChannel)
TREATMENT_CHANNELS: Final = (*PLAY_CHANNELS, UNKNOWN)
NO_PLAY: Final = "none"  # the play of those who are left alone
NO_OFFER: Final = "none"
OfferKind = Literal[
    "none",
    "discount",
    "bundle",
    "cashback",
    "credit",
    "free_shipping",
    "shipping_threshold",
    "tier_price",
    "tier_upgrade",
    "points",
    "voucher",
    "referral_reward",
    "gift",
]
OFFER_KINDS: Final = (*get_args(OfferKind), UNKNOWN)
ASSIGNMENTS: Final = ("drawn", "chosen", UNKNOWN)
PRIORITIES: Final = ("low", "normal", "high", "urgent", UNKNOWN)
SURVEY_TYPES: Final = ("nps", "csat", "ces", "review", UNKNOWN)
CONSENT_CHANNELS: Final = ("all", "email", "sms", "push", "post", "phone")
CONSENT_STATES: Final = ("granted", "denied", "withdrawn", "objected", UNKNOWN)
SUBSCRIPTION_STATUSES: Final = ("active", "paused", "cancelled", "expired", UNKNOWN)
CHARGE_STATUSES: Final = (
    "paid",
    "failed",
    "refunded",
    "partially_refunded",
    "skipped",
    "scheduled",
    "pending",
    UNKNOWN,
)
LOYALTY_ENTRY_TYPES: Final = ("earn", "redeem", "expire", "adjust", UNKNOWN)

ScoreBasis = Literal["model", "bg_nbd", "rules"]
SCORE_BASES: Final[tuple[ScoreBasis, ...]] = get_args(ScoreBasis)

NEW, ACTIVE, DORMANT, LAPSED = "new", "active", "dormant", "lapsed"
LIFECYCLES: Final = (NEW, ACTIVE, DORMANT, LAPSED)
SILENT: Final = (DORMANT, LAPSED)
VALUE_TIERS: Final = ("top", "second", "third", "bottom")  # quarters, unless settings cut otherwise
CHANNEL_PROFILES: Final = ("mobile_first", "web_first", "in_store", "omnichannel")
AFFINITIES: Final = (
    "category_specialist",
    "seasonal",
    "private_label",
    "brand_loyal",
    "cross_category",
)
PRICE_SENSITIVITIES: Final = ("low", "medium", "high")
INTENTS: Final = ("leaving", "browsing", "buying", "quiet")
TIER_BASES: Final = ("predicted", "observed")
DRIVERS: Final = ("price", "feature", "service", "quality")
LABEL_KINDS: Final = ("segment", "lifecycle", "value_tier")
DriftMeasure = Literal["psi", "jensen_shannon", "p_value", "smallest_shift", "calibration_gap"]
DRIFT_MEASURES: Final[tuple[DriftMeasure, ...]] = get_args(DriftMeasure)

FAIRNESS_MEASURES: Final = (
    "churn_probability",
    "high_risk_share",
    "action_share",
    "action_share_alike",
    "cost_amount",
    "cost_amount_alike",
    "score_error",
    "value_error",
)

NO_PROFILE: Final = ("no_consent", "objected")  # of score_status: not even looked at

EFFECT_BASES: Final = ("prior", "cells")
CELL_BASES: Final = ("cell", "driver")  # of gold.play_effects
# Why nothing is done for a customer, the first that holds.
LEFT_ALONE: Final = (
    "no_purchase",
    "no_analytics",
    "no_score",
    "held_out",
    "suppressed",
    "other_currency",
    "no_consent",
    "frequency",
    "cooldown",
    "no_play",
    "drawn",
    "not_worth",
    "limits",
)
