"""People as their sources know them: parties, personal values and consent."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AVAILABLE_AT,
    BINARY,
    BOOL,
    EVENT_AT,
    FACT,
    INSTANT,
    INT,
    PARTY,
    RUN,
    SOURCE,
    STRING,
    key,
    one_of,
    token,
    vocabulary,
)
from holdfast.transformations.tables.table import Append, Column, Overwrite, Scd2, Table, Upsert
from holdfast.transformations.tables.vocabulary import (
    CONSENT_CHANNELS,
    CONSENT_STATES,
    FACT_PARTY_KINDS,
    PARTY_KINDS,
    PERSONAL_KINDS,
    Purpose,
)

PARTIES: Final = Table(
    "silver.parties",
    "One row per person as one source knows them.",
    "Customers, guests, profiles, users and devices. Personal values stay in the vault.",
    (
        PARTY,
        *FACT,
        vocabulary(
            "party_kind",
            "What the source knows the person as; the facts of an anonymous one belong to no "
            "customer",
            PARTY_KINDS,
        ),
        Column("jurisdiction", STRING, "Country or region whose privacy rules apply."),
        token("email_token", "email", "Token of the e-mail address."),
        token("phone_token", "phone", "Token of the phone number."),
    ),
    keys=("party_id",),
    write=Upsert(mutable=("email_token", "phone_token", "jurisdiction")),
    subject="party_id",
)

FACT_PARTIES: Final = Table(
    "silver.fact_parties",
    "One row per party that facts name and no export of people lists.",
    "Customers who were deleted or not exported, ids written otherwise, tickets of unknown users: "
    "made anew from the facts in each run.",
    (
        PARTY,
        SOURCE,
        EVENT_AT,
        AVAILABLE_AT,
        Column(
            "party_kind",
            STRING,
            f"The strongest kind of fact that names it: {one_of(FACT_PARTY_KINDS)}",
            nullable=False,
        ),
        RUN,
    ),
    keys=("party_id",),
    write=Overwrite(),
    subject="party_id",
)

PII_VAULT: Final = Table(
    "silver.pii_vault",
    "One row per personal value of one party.",
    "The only table with direct identifiers, sealed; everything else holds its tokens.",
    (
        PARTY,
        Column(
            "kind",
            STRING,
            one_of(PERSONAL_KINDS),
            nullable=False,
        ),
        Column(
            "value_digest",
            STRING,
            "Keyed digest of party, kind and value, by which a value is found.",
            nullable=False,
        ),
        Column(
            "value",
            BINARY,
            "The value exactly as received, sealed (AES-256-GCM, for this party and kind).",
            nullable=False,
            pii="value",
        ),
        Column("token", STRING, "Random-looking stand-in used everywhere else.", nullable=False),
        Column(
            "normalised",
            BINARY,
            "The value in its normal form for matching, sealed likewise; null if it has none.",
            pii="normalised",
        ),
        Column("normaliser_version", INT, "Version of the normal form.", nullable=False),
        AVAILABLE_AT,
        RUN,
    ),
    keys=("party_id", "kind", "value_digest"),
    write=Append(),
    subject="party_id",
    keep_days=7,  # what is deleted is to leave the disk soon, and only its newest version is read
    survives_abandon=True,
    is_sealed=True,
)

CONSENT_EVENTS: Final = Table(
    "silver.consent_events",
    "One row per statement of consent for one purpose.",
    "Receipts, opt-outs and objections.",
    (
        key("consent_event_id", "The statement."),
        PARTY,
        *FACT,
        vocabulary("purpose", "What for", tuple(Purpose)),
        vocabulary("channel", "Which it is about, where it is marketing", CONSENT_CHANNELS),
        vocabulary("state", "What was said; all but granted is no", CONSENT_STATES),
        Column("jurisdiction", STRING, "Country or region whose rules apply."),
    ),
    keys=("consent_event_id",),
    write=Upsert(mutable=("state",), dated="state"),
    subject="party_id",
)

CONSENT_STATE: Final = Table(
    "silver.consent_state",
    "One row per state of consent over an interval.",
    "Folded from consent_events, and from unsubscriptions and reports of spam in message_events; "
    "two statements at one instant that differ count as no.",
    (
        PARTY,
        Column("purpose", STRING, "Purpose.", nullable=False),
        Column("channel", STRING, "Channel or 'all'.", nullable=False),
        Column("is_allowed", BOOL, "Use for this purpose is allowed.", nullable=False),
        Column("is_objection", BOOL, "The person objected.", nullable=False),
        SOURCE,
        RUN,
        Column("jurisdiction", STRING, "Country or region whose rules apply."),
        Column("row_hash", STRING, "Hash that orders equal instants.", nullable=False),
        Column("stated_at", INSTANT, "When the person said so.", nullable=False),
        Column("valid_from", INSTANT, "Start of the state: when it was known.", nullable=False),
        Column("valid_to", INSTANT, "End of the state; null while it lasts."),
    ),
    keys=("party_id", "purpose", "channel", "valid_from"),
    write=Scd2(),
    subject="party_id",
)
