"""Which parties are one customer, and how customer ids change."""

from typing import Final

from holdfast.transformations.tables.columns import (
    CUSTOMER,
    DOUBLE,
    INSTANT,
    LONG,
    PARTY,
    RUN,
    STRING,
    probability,
)
from holdfast.transformations.tables.table import Append, Column, Overwrite, Scd2, Table

IDENTITY_EDGES: Final = Table(
    "silver.identity_edges",
    "One row per pair of parties taken to be one person.",
    "Deterministic keys and Fellegi-Sunter scores.",
    (
        Column("left_party_id", STRING, "The smaller party id.", nullable=False),
        Column("right_party_id", STRING, "The larger party id.", nullable=False),
        Column("edge_kind", STRING, "email, phone, device or fellegi_sunter.", nullable=False),
        probability("match_probability", "Probability that both are one person.", nullable=False),
        Column(
            "match_weight", DOUBLE, "log2 Bayes factor; null on deterministic edges.", unit="bits"
        ),
        Column("pattern", STRING, "Agreement level of each comparison."),
        RUN,
    ),
    keys=("left_party_id", "right_party_id"),
    write=Overwrite(),
    subject="left_party_id",
)

IDENTITY_MAP: Final = Table(
    "silver.identity_map",
    "One row per membership of a party in a customer over an interval of runs.",
    "Joined at read; current rows have no valid_to.",
    (
        PARTY,
        CUSTOMER,
        probability(
            "probability", "Confidence that the party belongs to the customer.", nullable=False
        ),
        Column(
            "valid_from", INSTANT, "Opening time of the run that said so first.", nullable=False
        ),
        Column(
            "valid_to", INSTANT, "Opening time of the run that said otherwise; null while it holds."
        ),
        RUN,
        Column("row_hash", STRING, "Hash that orders equal instants.", nullable=False),
    ),
    keys=("party_id", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

HOUSEHOLDS: Final = Table(
    "silver.households",
    "One row per customer who shares a household.",
    "People taken to live together; customers who live alone, as far as known, have no row.",
    (
        CUSTOMER,
        Column("household_id", LONG, "Smallest customer id of the household.", nullable=False),
        probability(
            "probability", "Of the strongest pair that puts the customer there.", nullable=False
        ),
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

SHARED_CONTACTS: Final = Table(
    "silver.shared_contacts",
    "One row per e-mail address or phone of a party that parties of other customers have, too.",
    "Consent belongs to an address as well as to a person: who says no there says it for all who "
    "have it. Placeholders are nobody's and left out.",
    (
        PARTY,
        Column("kind", STRING, "email or phone.", nullable=False),
        Column(
            "held_with",
            STRING,
            "The first of the parties that have it, by their ids: equal where the address is.",
            nullable=False,
        ),
        RUN,
    ),
    keys=("party_id", "kind", "held_with"),
    write=Overwrite(),
    subject="party_id",
)

IDENTITY_EVENTS: Final = Table(
    "silver.identity_events",
    "One row per change of a customer id.",
    "The identity ledger: ids only ever come from here.",
    (
        RUN,
        Column("event_type", STRING, "create, absorb, merge, split or retire.", nullable=False),
        CUSTOMER,
        Column(
            "other_customer_id",
            LONG,
            "The id taken in, left or split off; the id itself on create.",
        ),
        Column("parties", LONG, "Parties concerned.", unit="parties"),
    ),
    keys=("run_number", "event_type", "customer_id", "other_customer_id"),
    write=Append(),
    subject="customer_id",
)
