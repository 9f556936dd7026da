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
    "message",
    "consent",
    "visitor",
)
ANONYMOUS: Final = "anonymous"  # kind of party of whom nobody knows who it is

ScoreBasis = Literal["model", "p_alive", "rules"]
SCORE_BASES: Final[tuple[ScoreBasis, ...]] = get_args(ScoreBasis)
