"""Messages for destinations, and every decision about a customer."""

from typing import Final

from holdfast.transformations.tables.columns import AS_OF, CUSTOMER, RUN, STRING, probability
from holdfast.transformations.tables.table import Append, Column, Table

OUTBOX: Final = Table(
    "gold.outbox",
    "One row per changed payload for a destination.",
    "Only what changed since it was last queued; consent is checked again when the row is written.",
    (
        Column("destination", STRING, "Where it goes.", nullable=False),
        CUSTOMER,
        RUN,
        Column("purpose", STRING, "Consent purpose it was checked for.", nullable=False),
        Column(
            "payload", STRING, "Flat JSON: ids, scores and bands, never an address.", nullable=False
        ),
        Column("payload_hash", STRING, "Hash of the payload.", nullable=False),
        Column("idempotency_key", STRING, "Same key, same message.", nullable=False),
        Column("operation", STRING, "upsert or clear.", nullable=False),
    ),
    keys=("destination", "customer_id", "run_number"),
    write=Append(),
    subject="customer_id",
)

DECISION_LOG: Final = Table(
    "gold.decision_log",
    "One row per decision about a customer.",
    "What was decided, by which policy, how likely.",
    (
        RUN,
        CUSTOMER,
        AS_OF,
        Column("policy", STRING, "Policy and its version.", nullable=False),
        Column("action", STRING, "What was decided.", nullable=False),
        probability(
            "propensity", "Probability with which the policy chooses this action.", nullable=False
        ),
        Column("destination", STRING, "Where it went."),
        Column("reason", STRING, "Reason acted on."),
    ),
    keys=("run_number", "customer_id", "policy"),
    write=Append(),
    subject="customer_id",
)
