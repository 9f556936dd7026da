"""What destinations were sent."""

from typing import Final

from holdfast.transformations.tables.columns import CUSTOMER, LONG, RUN, STRING
from holdfast.transformations.tables.table import Append, Column, Table

SENT_PROFILES: Final = Table(
    "ops.sent_profiles",
    "One row per profile of an export to a destination.",
    "What `holdfast export` wrote, recorded once its files were there; the newest row of a "
    "customer is what the destination knows. No address.",
    (
        RUN,
        Column("destination", STRING, "Where it went.", nullable=False),
        Column("export_number", LONG, "Counter of the exports to the destination.", nullable=False),
        CUSTOMER,
        Column("operation", STRING, "upsert or clear.", nullable=False),
        Column("external_id", STRING, "Id by which the destination knows the customer."),
        Column(
            "profile_hash",
            STRING,
            "Hash of the properties, the ids and the token of the address.",
            nullable=False,
        ),
    ),
    keys=("destination", "export_number", "customer_id"),
    write=Append(),
    subject="customer_id",
    shared=True,
    survives_abandon=True,
)
