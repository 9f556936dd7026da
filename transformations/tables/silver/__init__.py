"""Silver: what happened, once, in the source's own people; and who those people are."""

from typing import Final

from holdfast.transformations.tables.silver.engagement import (
    MESSAGE_EVENTS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)
from holdfast.transformations.tables.silver.identity import (
    HOUSEHOLDS,
    IDENTITY_EDGES,
    IDENTITY_EVENTS,
    IDENTITY_MAP,
)
from holdfast.transformations.tables.silver.orders import (
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
    REFUND_LINES,
)
from holdfast.transformations.tables.silver.people import (
    CONSENT_EVENTS,
    CONSENT_STATE,
    FACT_PARTIES,
    PARTIES,
    PII_VAULT,
)
from holdfast.transformations.tables.silver.subscriptions import (
    LOYALTY_LEDGER,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
)

FACTS: Final = (
    ORDERS,
    ORDER_LINES,
    REFUND_LINES,
    PRODUCTS,
    WEB_EVENTS,
    MESSAGE_EVENTS,
    TICKETS,
    SURVEY_RESPONSES,
    SUBSCRIPTIONS,
    SUBSCRIPTION_CHARGES,
    LOYALTY_LEDGER,
    CONSENT_EVENTS,
)

STANDARDISED: Final = (PARTIES, *FACTS, CONSENT_STATE)

TABLES: Final = (
    *STANDARDISED,
    FACT_PARTIES,
    PII_VAULT,
    IDENTITY_EDGES,
    IDENTITY_MAP,
    HOUSEHOLDS,
    IDENTITY_EVENTS,
)

__all__ = [
    "CONSENT_EVENTS",
    "CONSENT_STATE",
    "FACTS",
    "FACT_PARTIES",
    "HOUSEHOLDS",
    "IDENTITY_EDGES",
    "IDENTITY_EVENTS",
    "IDENTITY_MAP",
    "LOYALTY_LEDGER",
    "MESSAGE_EVENTS",
    "ORDERS",
    "ORDER_LINES",
    "PARTIES",
    "PII_VAULT",
    "PRODUCTS",
    "REFUND_LINES",
    "STANDARDISED",
    "SUBSCRIPTIONS",
    "SUBSCRIPTION_CHARGES",
    "SURVEY_RESPONSES",
    "TABLES",
    "TICKETS",
    "WEB_EVENTS",
]
