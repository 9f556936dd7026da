"""Gold: what people and programs outside read. Public: names and types change only with notice."""

from typing import Final

from holdfast.transformations.tables.gold.activation import OUTBOX
from holdfast.transformations.tables.gold.band_changes import BAND_CHANGES
from holdfast.transformations.tables.gold.customers import (
    CALENDAR,
    CUSTOMER_360,
    CUSTOMER_KEYS,
    CUSTOMER_ORDERS,
    CUSTOMER_REDIRECTS,
    CUSTOMER_REFUNDS,
    CUSTOMERS,
)
from holdfast.transformations.tables.gold.decisions import (
    ACTION_EFFECTS,
    ALLOCATIONS,
    CALL_QUEUE,
    DECISION_LOG,
    NEXT_BEST_ACTIONS,
)
from holdfast.transformations.tables.gold.effects import PLAY_EFFECTS
from holdfast.transformations.tables.gold.fairness import FAIRNESS_AUDITS
from holdfast.transformations.tables.gold.kpis import COHORTS, KPIS
from holdfast.transformations.tables.gold.manifest import PUBLISHED_RUNS
from holdfast.transformations.tables.gold.scores import (
    CHURN_REASONS,
    CHURN_SCORES,
    CHURN_SIGNS,
    CUSTOMER_VALUES,
)
from holdfast.transformations.tables.gold.segments import (
    CUSTOMER_SEGMENTS,
    SEGMENT_MIGRATIONS,
    SEGMENT_PROFILES,
)
from holdfast.transformations.tables.gold.subscriptions import SUBSCRIPTION_VALUES

TABLES: Final = (
    CHURN_SCORES,
    CHURN_REASONS,
    CHURN_SIGNS,
    CUSTOMER_VALUES,
    SUBSCRIPTION_VALUES,
    CUSTOMER_SEGMENTS,
    SEGMENT_PROFILES,
    SEGMENT_MIGRATIONS,
    BAND_CHANGES,
    *CUSTOMERS,
    CALENDAR,
    KPIS,
    COHORTS,
    PLAY_EFFECTS,
    ACTION_EFFECTS,
    NEXT_BEST_ACTIONS,
    CALL_QUEUE,
    ALLOCATIONS,
    DECISION_LOG,
    FAIRNESS_AUDITS,
    OUTBOX,
    PUBLISHED_RUNS,
)

__all__ = [
    "ACTION_EFFECTS",
    "ALLOCATIONS",
    "BAND_CHANGES",
    "CALENDAR",
    "CALL_QUEUE",
    "CHURN_REASONS",
    "CHURN_SCORES",
    "CHURN_SIGNS",
    "COHORTS",
    "CUSTOMERS",
    "CUSTOMER_360",
    "CUSTOMER_KEYS",
    "CUSTOMER_ORDERS",
    "CUSTOMER_REDIRECTS",
    "CUSTOMER_REFUNDS",
    "CUSTOMER_SEGMENTS",
    "CUSTOMER_VALUES",
    "DECISION_LOG",
    "FAIRNESS_AUDITS",
    "KPIS",
    "NEXT_BEST_ACTIONS",
    "OUTBOX",
    "PLAY_EFFECTS",
    "PUBLISHED_RUNS",
    "SEGMENT_MIGRATIONS",
    "SEGMENT_PROFILES",
    "SUBSCRIPTION_VALUES",
    "TABLES",
]
