"""Silver: what happened, once, in the source's own people; and who those people are."""

from typing import Final

from holdfast.transformations.tables.audit import ATTRIBUTES
from holdfast.transformations.tables.silver.acquisition import (
    ACQUISITION_TOUCHES,
    CAMPAIGN_COSTS,
)
from holdfast.transformations.tables.silver.engagement import (
    MESSAGE_EVENTS,
    REVIEWS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)
from holdfast.transformations.tables.silver.identity import (
    HOUSEHOLDS,
    IDENTITY_EDGES,
    IDENTITY_EVENTS,
    IDENTITY_MAP,
    SHARED_CONTACTS,
)
from holdfast.transformations.tables.silver.orders import (
    ORDER_LINES,
    ORDERS,
    PRODUCT_COSTS,
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
from holdfast.transformations.tables.silver.states import (
    ENDED,
    FACT_STATES,
    PARTY_VALUES,
    STANDING,
    WITHDRAWN,
)
from holdfast.transformations.tables.silver.subscriptions import (
    LOYALTY_LEDGER,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
)
from holdfast.transformations.tables.silver.treatments import TREATMENTS
from holdfast.transformations.tables.table import Upsert

FACTS: Final = (
    ORDERS,
    ORDER_LINES,
    REFUND_LINES,
    PRODUCTS,
    PRODUCT_COSTS,
    WEB_EVENTS,
    ACQUISITION_TOUCHES,
    CAMPAIGN_COSTS,
    MESSAGE_EVENTS,
    TICKETS,
    SURVEY_RESPONSES,
    REVIEWS,
    SUBSCRIPTIONS,
    SUBSCRIPTION_CHARGES,
    LOYALTY_LEDGER,
    TREATMENTS,
    CONSENT_EVENTS,
)

# Facts that happen to people: their states over time stand in FACT_STATES.
TURNING: Final = tuple(
    table for table in FACTS if isinstance(table.write, Upsert) and table.subject is not None
)

# What mappings fill; attributes lie in a layer of their own.
MAPPED: Final = (PARTIES, *FACTS, ATTRIBUTES)

STANDARDISED: Final = (*MAPPED, FACT_STATES, PARTY_VALUES, CONSENT_STATE)

TABLES: Final = (
    *(table for table in STANDARDISED if table is not ATTRIBUTES),
    FACT_PARTIES,
    PII_VAULT,
    IDENTITY_EDGES,
    IDENTITY_MAP,
    HOUSEHOLDS,
    SHARED_CONTACTS,
    IDENTITY_EVENTS,
)

__all__ = [
    "ACQUISITION_TOUCHES",
    "CAMPAIGN_COSTS",
    "CONSENT_EVENTS",
    "CONSENT_STATE",
    "ENDED",
    "FACTS",
    "FACT_PARTIES",
    "FACT_STATES",
    "HOUSEHOLDS",
    "IDENTITY_EDGES",
    "IDENTITY_EVENTS",
    "IDENTITY_MAP",
    "LOYALTY_LEDGER",
    "MAPPED",
    "MESSAGE_EVENTS",
    "ORDERS",
    "ORDER_LINES",
    "PARTIES",
    "PARTY_VALUES",
    "PII_VAULT",
    "PRODUCTS",
    "PRODUCT_COSTS",
    "REFUND_LINES",
    "REVIEWS",
    "SHARED_CONTACTS",
    "STANDARDISED",
    "STANDING",
    "SUBSCRIPTIONS",
    "SUBSCRIPTION_CHARGES",
    "SURVEY_RESPONSES",
    "TABLES",
    "TICKETS",
    "TREATMENTS",
    "TURNING",
    "WEB_EVENTS",
    "WITHDRAWN",
]
