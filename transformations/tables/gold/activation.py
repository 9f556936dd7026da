"""Messages for destinations."""

from typing import Final

from holdfast.transformations.tables.columns import CUSTOMER, RUN, STRING
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
